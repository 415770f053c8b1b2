"""How each deliberate mistake is made: in the article's numbers, or in the run before it begins."""
import dataclasses
import functools
from typing import TYPE_CHECKING, Any, Callable, Dict, Tuple

from reproduce.comparison.mistakes import MISTAKES
from reproduce.experiment.article import ARTICLE, Article
from reproduce.experiment.experiment import Experiment
from reproduce.experiment.seeds import batch_generator
from reproduce.experiment.variables import KERNEL, OUT_WEIGHTS
from reproduce.shared.files import own_data_dir
from reproduce.sweep.one_run import printed_log

if TYPE_CHECKING:
    import tensorflow.compat.v1 as tf


def small_output_weights(experiment: Experiment) -> Experiment:
    """The output weights drawn with the standard deviation 0.1 in place of 1."""
    weights = experiment.network.weights()
    weights[OUT_WEIGHTS] = weights[OUT_WEIGHTS] * 0.1
    experiment.network.set_weights(weights)
    return experiment


def swapped_gates(experiment: Experiment) -> Experiment:
    """The cell takes the kernel's columns as i, f, j, o, not i, j, f, o.

    That is the right cell with the columns exchanged; the bias starts at zero.
    """
    import numpy as np
    weights = experiment.network.weights()
    i, j, f, o = np.split(weights[KERNEL], 4, axis=1)
    weights[KERNEL] = np.concatenate([i, f, j, o], axis=1)
    experiment.network.set_weights(weights)
    return experiment


def no_shuffling(experiment: Experiment) -> Experiment:
    """`next_batch(..., shuffle=False)`: the images in the files' order, epoch by epoch."""
    return experiment._replace(next_batch=functools.partial(experiment.data.train.next_batch,
                                                            shuffle=False))


def raw_images(experiment: Experiment) -> Experiment:
    """Pixels from 0 to 255, not scaled into [0, 1]."""
    import numpy as np

    from reproduce.mnist import read_data_sets
    data = read_data_sets(own_data_dir(), one_hot=True, dtype=np.uint8,
                          generator=batch_generator(experiment.seed))
    return experiment._replace(data=data, next_batch=data.train.next_batch)


def summed_loss(experiment: Experiment) -> Experiment:
    """The cross entropy summed over the batch, not its mean."""
    import tensorflow.compat.v1 as tf
    article, graph, session = experiment.network
    with session.graph.as_default():
        loss = graph.loss * float(article.batch_size)
    return _trained_by(tf.train.GradientDescentOptimizer(article.learning_rate),
                       _with_ends(experiment, loss=loss))


def adam(experiment: Experiment) -> Experiment:
    """Adam at the article's learning rate."""
    import tensorflow.compat.v1 as tf
    return _trained_by(tf.train.AdamOptimizer(experiment.network.article.learning_rate),
                       experiment)


def momentum(experiment: Experiment) -> Experiment:
    """Gradient descent with momentum 0.9."""
    import tensorflow.compat.v1 as tf
    rate = experiment.network.article.learning_rate
    return _trained_by(tf.train.MomentumOptimizer(rate, 0.9), experiment)


def _trained_by(optimizer: 'tf.train.Optimizer', experiment: Experiment) -> Experiment:
    """The experiment with another optimizer, whose own variables are initialized."""
    import tensorflow.compat.v1 as tf
    _, graph, session = experiment.network
    with session.graph.as_default():
        before = {variable.op.name for variable in tf.global_variables()}
        train_op = optimizer.minimize(graph.loss)
        session.run(tf.variables_initializer(
            [variable for variable in tf.global_variables() if variable.op.name not in before]))
    return _with_ends(experiment, train_op=train_op)


def loss_before_update(experiment: Experiment) -> Experiment:
    """The printed loss read in front of the update, not after it."""
    import tensorflow.compat.v1 as tf
    article, graph, session = experiment.network
    with session.graph.as_default():
        read = tf.Variable(0.0, trainable=False, use_resource=False)
        with tf.control_dependencies([read.assign(graph.loss)]):
            optimizer = tf.train.GradientDescentOptimizer(article.learning_rate)
            train_op = optimizer.minimize(graph.loss)
    return _with_ends(experiment, train_op=train_op, loss=read)


def _with_ends(experiment: Experiment, **ends: Any) -> Experiment:
    """The experiment with some ends of its graph exchanged."""
    network = experiment.network
    return experiment._replace(network=network._replace(graph=network.graph._replace(**ends)))


_RATE = ARTICLE.learning_rate
NUMBERS: Dict[str, Dict[str, Any]] = {  # of the article, that are wrong
    'learning-rate-x0.5': {'learning_rate': 0.5 * _RATE},
    'learning-rate-x1.2': {'learning_rate': 1.2 * _RATE},
    'learning-rate-x2': {'learning_rate': 2.0 * _RATE},
    'forget-bias-0': {'forget_bias': 0.0},
    'batch-64': {'batch_size': 64},
}
CHANGES: Dict[str, Callable[[Experiment], Experiment]] = {
    'no-shuffling': no_shuffling,
    'output-deviation-0.1': small_output_weights,
    'sum-for-mean': summed_loss,
    'adam': adam,
    'momentum-0.9': momentum,
    'loss-before-update': loss_before_update,
    'gates-swapped': swapped_gates,
    'raw-images': raw_images,
}


def article_with(mistake: str) -> Article:
    """The experiment's numbers in a run with the mistake."""
    return dataclasses.replace(ARTICLE, training_steps=MISTAKES[mistake].steps,
                               **NUMBERS.get(mistake, {}))


def mistaken_log(key: Tuple[str, int]) -> str:
    """The log of the run with the mistake and the seed that `key` names."""
    name, seed = key
    return printed_log(seed, article_with(name), CHANGES.get(name))
