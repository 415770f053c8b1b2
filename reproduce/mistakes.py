"""Deliberate mistakes in the experiment: what a comparison has to catch.

A mistake changes the article's numbers, or the run before it begins.  `rung` says what has to
catch it: the contract of the log's lines, the statistical rung, or, where the printed curve
obeys the same law as the right one's, only the exact rung.
"""
import dataclasses
from typing import TYPE_CHECKING, Any, Callable, Dict, NamedTuple, Optional

from reproduce.article import ARTICLE, Article
from reproduce.seeded import Experiment

if TYPE_CHECKING:
    import tensorflow.compat.v1 as tf

CONTRACT, STATISTICAL, EXACT = 'contract', 'statistical', 'exact'
EXACT_STEPS = 400  # three printed lines; so far real TensorFlow 1.15's logs of the seeds go


class Mistake(NamedTuple):
    """One mistake, and how it is run."""

    rung: str  # what has to catch it
    steps: int  # how far to run it: as far as it takes to be caught
    numbers: Dict[str, Any] = {}  # of the article, that are wrong
    change: Optional[Callable[[Experiment], Experiment]] = None

    def article(self) -> Article:
        """The experiment's numbers with the mistake."""
        return dataclasses.replace(ARTICLE, training_steps=self.steps, **self.numbers)


def small_output_weights(experiment: Experiment) -> Experiment:
    """The output weights drawn with the standard deviation 0.1 in place of 1."""
    from reproduce import training
    weights = training.weights(experiment.session)
    weights['Variable'] = weights['Variable'] * 0.1
    training.set_weights(experiment.session, weights, 'small output weights')
    return experiment


def swapped_gates(experiment: Experiment) -> Experiment:
    """The cell takes the kernel's columns as i, f, j, o, not i, j, f, o.

    That is the right cell with the columns exchanged; the bias starts at zero.
    """
    import numpy as np

    from reproduce import training
    weights = training.weights(experiment.session)
    i, j, f, o = np.split(weights['rnn/basic_lstm_cell/kernel'], 4, axis=1)
    weights['rnn/basic_lstm_cell/kernel'] = np.concatenate([i, f, j, o], axis=1)
    training.set_weights(experiment.session, weights, 'swapped gates')
    return experiment


def no_shuffling(experiment: Experiment) -> Experiment:
    """`next_batch(..., shuffle=False)`: the images in the files' order, epoch by epoch."""
    import numpy as np
    article = experiment.article
    rows = [experiment.data.train.next_rows(article.batch_size, shuffle=False)
            for _ in range(article.training_steps)]
    return experiment._replace(rows=np.array(rows))


def raw_images(experiment: Experiment) -> Experiment:
    """Pixels from 0 to 255, not scaled into [0, 1]."""
    import numpy as np

    from reproduce import cli
    from reproduce.mnist import read_data_sets
    return experiment._replace(data=read_data_sets(
        cli.own_data_dir(), one_hot=True, dtype=np.uint8, graph_seed=experiment.seed))


def summed_loss(experiment: Experiment) -> Experiment:
    """The cross entropy summed over the batch, not its mean."""
    import tensorflow.compat.v1 as tf
    rate, images = experiment.article.learning_rate, experiment.article.batch_size
    with experiment.session.graph.as_default():
        loss = experiment.graph.loss * float(images)
    return _trained_by(tf.train.GradientDescentOptimizer(rate),
                       experiment._replace(graph=experiment.graph._replace(loss=loss)))


def adam(experiment: Experiment) -> Experiment:
    """Adam at the article's learning rate."""
    import tensorflow.compat.v1 as tf
    return _trained_by(tf.train.AdamOptimizer(experiment.article.learning_rate), experiment)


def momentum(experiment: Experiment) -> Experiment:
    """Gradient descent with momentum 0.9."""
    import tensorflow.compat.v1 as tf
    return _trained_by(tf.train.MomentumOptimizer(experiment.article.learning_rate, 0.9),
                       experiment)


def _trained_by(optimizer: 'tf.train.Optimizer', experiment: Experiment) -> Experiment:
    """The experiment with another optimizer, whose own variables are initialized."""
    import tensorflow.compat.v1 as tf
    with experiment.session.graph.as_default():
        before = {variable.op.name for variable in tf.global_variables()}
        train_op = optimizer.minimize(experiment.graph.loss)
        experiment.session.run(tf.variables_initializer(
            [variable for variable in tf.global_variables() if variable.op.name not in before]))
    return experiment._replace(graph=experiment.graph._replace(train_op=train_op))


def loss_before_update(experiment: Experiment) -> Experiment:
    """The printed loss read in front of the update, not after it."""
    import tensorflow.compat.v1 as tf
    with experiment.session.graph.as_default():
        read = tf.Variable(0.0, trainable=False, use_resource=False)
        with tf.control_dependencies([read.assign(experiment.graph.loss)]):
            optimizer = tf.train.GradientDescentOptimizer(experiment.article.learning_rate)
            train_op = optimizer.minimize(experiment.graph.loss)
    return experiment._replace(graph=experiment.graph._replace(train_op=train_op, loss=read))


def _faster(factor: float) -> Dict[str, float]:
    return {'learning_rate': factor * ARTICLE.learning_rate}


MISTAKES: Dict[str, Mistake] = {
    'learning-rate-x0.5': Mistake(STATISTICAL, 2000, _faster(0.5)),
    'learning-rate-x1.2': Mistake(STATISTICAL, 10000, _faster(1.2)),
    'learning-rate-x2': Mistake(STATISTICAL, 2000, _faster(2.0)),
    'forget-bias-0': Mistake(STATISTICAL, 2000, {'forget_bias': 0.0}),
    'no-shuffling': Mistake(EXACT, EXACT_STEPS, change=no_shuffling),
    'batch-64': Mistake(CONTRACT, 2000, {'batch_size': 64}),
    'output-deviation-0.1': Mistake(STATISTICAL, 1000, change=small_output_weights),
    'sum-for-mean': Mistake(STATISTICAL, 1000, change=summed_loss),
    'adam': Mistake(STATISTICAL, 1000, change=adam),
    'momentum-0.9': Mistake(STATISTICAL, 1000, change=momentum),
    'loss-before-update': Mistake(EXACT, EXACT_STEPS, change=loss_before_update),
    'gates-swapped': Mistake(EXACT, EXACT_STEPS, change=swapped_gates),
    'raw-images': Mistake(STATISTICAL, 1000, change=raw_images),
}
