"""The article's graph and the session on it, which travel as one."""
import functools
import os
from typing import Any, Dict, NamedTuple, Optional

import numpy as np
import tensorflow.compat.v1 as tf

from reproduce.experiment.article import ARTICLE, Article
from reproduce.experiment.fast_rnn import fast_rnn
from reproduce.experiment.graph import ArticleGraph, Recurrent, build_graph, last_static_output
from reproduce.mnist import DataSet
from reproduce.shared import interrupts

Weights = Dict[str, np.ndarray]  # float32, by the variable's name

_LEAST_IMAGES = 16  # in a chain of the fast engine; below, two chains take longer than one
_EVALUATION_BATCH = 1000  # images; bounds the memory, and the result does not depend on it


class Session(tf.Session):
    """A session whose runs an interrupt does not break off but follows."""

    def run(self, *args: Any, **kwargs: Any) -> Any:
        """As `tf.Session.run`."""
        with interrupts.deferred():
            return super().run(*args, **kwargs)


class Network(NamedTuple):
    """The article's graph with a session that holds its variables."""

    article: Article
    graph: ArticleGraph
    session: tf.Session

    def run(self, fetches: Any, images: np.ndarray, labels: np.ndarray) -> Any:
        """The values of `fetches` for a batch.

        Args:
          fetches: of the graph, as `tf.Session.run` takes them.
          images: float32 [n, ...] of timesteps * num_input pixels each.
          labels: one-hot [n, num_classes].
        """
        shape = len(images), self.article.timesteps, self.article.num_input
        return self.session.run(fetches, {self.graph.x: images.reshape(shape),
                                          self.graph.y: labels})

    def weights(self) -> Weights:
        """The variables' present values."""
        with self.session.graph.as_default():
            return self.session.run({v.op.name: v for v in tf.trainable_variables()})

    def set_weights(self, values: Weights) -> None:
        """Give the variables `values`, which have their names and shapes."""
        with self.session.graph.as_default():
            for variable in tf.trainable_variables():
                variable.load(values[variable.op.name], self.session)

    def predicted(self, data: DataSet) -> np.ndarray:
        """The class that the network now gives each image in `data`: int64 [n]."""
        return np.concatenate([
            self.run(self.graph.prediction, data.images[start:start + _EVALUATION_BATCH],
                     data.labels[start:start + _EVALUATION_BATCH]).argmax(1)
            for start in range(0, data.num_examples, _EVALUATION_BATCH)])

    def count_right_answers(self, data: DataSet) -> int:
        """How many of all images in `data` the network now labels right."""
        return int((self.predicted(data) == data.labels.argmax(1)).sum())


def open_network(article: Article = ARTICLE, seed: Optional[int] = None,
                 engine: str = 'static', threads: int = 1) -> Network:
    """Build the article's graph and open a session on it, with the initial values drawn.

    Args:
      article: the experiment's numbers.
      seed: as `tf.set_random_seed(seed)` on TensorFlow 1.x; None leaves it unseeded.
      engine: `static` for the article's graph, `fast` for the same function in less time.
      threads: how many threads run operations side by side, each operation in one:
        the graph's matrix products are too small to be worth splitting.
    """
    with tf.Graph().as_default():
        graph = build_graph(article, seed, _recurrent_part(engine, article, threads))
        session = Session(config=session_config(threads))
    session.run(graph.init)
    return Network(article, graph, session)


def make_deterministic() -> None:
    """Have TensorFlow compute the same bits in each run, as far as it can.

    It works for the whole process, and has to be called before a graph is built.
    """
    experimental = getattr(tf, 'config', None) and tf.config.experimental
    if hasattr(experimental, 'enable_op_determinism'):
        experimental.enable_op_determinism()
    else:  # before 2.8
        os.environ['TF_DETERMINISTIC_OPS'] = '1'


def session_config(threads: int) -> tf.ConfigProto:
    """So many threads run operations side by side, each operation in one, and on no GPU."""
    return tf.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=threads,
                          device_count={'GPU': 0})


def _recurrent_part(engine: str, article: Article, threads: int) -> Recurrent:
    if engine == 'static':
        return last_static_output
    return functools.partial(fast_rnn, chains=number_of_chains(article, threads))


def number_of_chains(article: Article, threads: int) -> int:
    """Into how many chains the fast engine cuts a batch of `article`."""
    return max(1, min(threads, article.batch_size // _LEAST_IMAGES))
