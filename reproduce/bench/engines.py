"""The package's engines, and the limits that the processor's arithmetic sets them."""
import ctypes
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Iterable, List, Optional

import tensorflow.compat.v1 as tf

from reproduce.bench.work import Batch, Contender, Weights
from reproduce.experiment import kernels
from reproduce.experiment.article import Article
from reproduce.experiment.fast_rnn import chain_sizes
from reproduce.experiment.network import number_of_chains, open_network, session_config
from reproduce.shared.environment import available_cores
from reproduce.shared.errors import RunError


class Engine(Contender):
    """One of the package's engines; the subclasses say which."""

    name: str

    def __init__(self, article: Article, weights: Weights) -> None:
        """Build the graph, open the session, load the weights."""
        self.version = 'TensorFlow ' + tf.__version__
        self._network = open_network(article, seed=1, engine=self.name,
                                     threads=available_cores())
        self._names = list(self._network.weights())
        self._network.set_weights(dict(zip(self._names, weights)))

    def train(self, batches: Iterable[Batch]) -> None:
        """As the article's loop does, without its lines."""
        for images, labels in batches:
            self._network.run(self._network.graph.train_op, images, labels)

    def weights(self) -> Weights:
        """The variables' values."""
        values = self._network.weights()
        return Weights(*(values[name] for name in self._names))


class Static(Engine):
    """The article's graph, node for node."""

    name = 'static'


class Fast(Engine):
    """The default engine."""

    name = 'fast'


class Uncompiled(Fast):
    """The default engine on TensorFlow's own operations alone."""

    def __init__(self, article: Article, weights: Weights) -> None:
        """Build the graph with the compiled ones turned off."""
        before = os.environ.get(kernels.SWITCH, '')
        os.environ[kernels.SWITCH] = '0'
        super().__init__(article, weights)
        os.environ[kernels.SWITCH] = before


class Limit(Contender):
    """The matrix products of one step of the fast engine alone: same shapes, all cores.

    Their operands stay the same, so they come from the nearest cache, which a real
    step's do not.  Nothing that makes these products one by one can be faster.
    """

    def __init__(self, article: Article, weights: Weights) -> None:
        """Build the products, each chain's one after the other, as a step needs them."""
        self.version = 'TensorFlow ' + tf.__version__
        cores = available_cores()
        chains = number_of_chains(article, cores)
        with tf.Graph().as_default():
            self._products = tf.group(*[
                _products_of_a_step(article, images)
                for images in chain_sizes(article.batch_size, chains)])
            config = session_config(cores)
            # Equal products are all to be computed.
            config.graph_options.optimizer_options.opt_level = -1
            config.graph_options.rewrite_options.disable_meta_optimizer = True
            self._session = tf.Session(config=config)
            self._session.run(tf.global_variables_initializer())

    def train(self, batches: Iterable[Batch]) -> None:
        """Compute the products of one step for each batch, whose contents are not used."""
        for _ in batches:
            self._session.run(self._products)

    def weights(self) -> Optional[Weights]:
        """None: there is nothing to train."""
        return None


class Peak(Contender):
    """As many multiply-adds as those products have, from registers alone, on all cores.

    It is as fast as the processor multiplies and adds: no program passes it.
    """

    def __init__(self, article: Article, weights: Weights) -> None:
        """Find the loop, which is compiled with the engine's operations."""
        build = kernels.best_build()
        if build.vectors is None:
            raise RunError(f'compiled operations: {build.text}')
        self.version = build.vectors.name
        self._loop = ctypes.CDLL(build.path).multiply_adds
        self._loop.argtypes, self._loop.restype = [ctypes.c_long, ctypes.c_float], ctypes.c_float
        a_round = build.vectors.height * 4 * build.vectors.width
        self._cores = available_cores()
        self._rounds = multiply_adds(article) / a_round / self._cores  # of each core in a step

    def train(self, batches: Iterable[Batch]) -> None:
        """Compute for as many steps as there are batches, whose contents are not used."""
        rounds = round(self._rounds * sum(1 for _ in batches))
        with ThreadPoolExecutor(self._cores) as threads:
            list(threads.map(lambda _: self._loop(rounds, 0.5), range(self._cores)))

    def weights(self) -> Optional[Weights]:
        """None: there is nothing to train."""
        return None


def multiply_adds(article: Article) -> int:
    """How many the matrix products of a step have."""
    column = article.num_hidden + article.num_input + 1
    an_image = 2 * article.timesteps * column + (article.timesteps - 1) * article.num_hidden
    return article.batch_size * an_image * 4 * article.num_hidden


def _products_of_a_step(article: Article, images: int) -> tf.Operation:
    """One chain's products: each timestep's gates, and on the way back two more."""
    units, gates = article.num_hidden, 4 * article.num_hidden
    column = article.num_hidden + article.num_input + 1
    weights, columns = _operand(gates, column), _operand(column, images)
    h_kernel, d_gates = _operand(units, gates), _operand(gates, images)
    last: List[tf.Tensor] = []
    for _ in range(article.timesteps):
        with tf.control_dependencies(last):
            last = [tf.matmul(weights, columns)]
    for timestep in reversed(range(article.timesteps)):
        with tf.control_dependencies(last):
            last = [tf.matmul(d_gates, columns, transpose_b=True)]
        if timestep:
            with tf.control_dependencies(last):
                last = [tf.matmul(h_kernel, d_gates)]
    return last[0].op


def _operand(rows: int, columns: int) -> tf.Variable:
    return tf.Variable(tf.random_normal([rows, columns]), use_resource=False)
