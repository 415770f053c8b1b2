"""The article's graph, from the placeholders to the train operation."""
from typing import Callable, NamedTuple, Optional

import tensorflow.compat.v1 as tf

from reproduce.experiment.article import ARTICLE, Article
from reproduce.experiment.initializers import random_normal
from reproduce.experiment.rnn import BasicLSTMCell, static_rnn


class ArticleGraph(NamedTuple):
    """The ends of the graph that a session feeds or runs."""

    x: tf.Tensor  # fed: images, float32 [batch, timesteps, num_input]
    y: tf.Tensor  # fed: one-hot labels, float32 [batch, num_classes]
    logits: tf.Tensor  # float32 [batch, num_classes]
    prediction: tf.Tensor  # their softmax, float32 [batch, num_classes]
    loss: tf.Tensor  # mean cross entropy, float32 []
    train_op: tf.Operation  # one update by plain gradient descent
    accuracy: tf.Tensor  # share of right answers, float32 []
    init: tf.Operation  # gives every variable its initial value


# From a cell without variables and images [batch, timesteps, num_input], the last output
# [batch, num_hidden].
Recurrent = Callable[[BasicLSTMCell, tf.Tensor], tf.Tensor]


def last_static_output(cell: BasicLSTMCell, x: tf.Tensor) -> tf.Tensor:
    """The recurrent part as in the article: `static_rnn` over the images' rows."""
    outputs, _ = static_rnn(cell, tf.unstack(x, axis=1))
    return outputs[-1]


def build_graph(article: Article = ARTICLE, seed: Optional[int] = None,
                recurrent: Recurrent = last_static_output) -> ArticleGraph:
    """Build the article's graph in the default graph, which has to be empty.

    Args:
      article: the experiment's numbers.
      seed: as `tf.set_random_seed(seed)` before the graph on TensorFlow 1.x; None
        leaves the graph unseeded.
      recurrent: the recurrent part.
    """
    tf.set_random_seed(seed)
    x = tf.placeholder('float', [None, article.timesteps, article.num_input])
    y = tf.placeholder('float', [None, article.num_classes])
    logits = _network(x, article, recurrent)

    prediction = tf.nn.softmax(logits)
    loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits_v2(logits=logits, labels=y))
    optimizer = tf.train.GradientDescentOptimizer(article.learning_rate)
    train_op = optimizer.minimize(loss)

    correct = tf.equal(tf.argmax(prediction, 1), tf.argmax(y, 1))
    accuracy = tf.reduce_mean(tf.cast(correct, tf.float32))
    return ArticleGraph(x, y, logits, prediction, loss, train_op, accuracy,
                        tf.global_variables_initializer())


def _network(x: tf.Tensor, article: Article, recurrent: Recurrent) -> tf.Tensor:
    """The logits [batch, num_classes]: the last timestep's output through a linear layer."""
    weights = {'out': _variable(random_normal([article.num_hidden, article.num_classes]))}
    biases = {'out': _variable(random_normal([article.num_classes]))}
    output = recurrent(BasicLSTMCell(article.num_hidden, article.forget_bias), x)
    return tf.matmul(output, weights['out']) + biases['out']


def _variable(initial_value: tf.Tensor) -> tf.Variable:
    # TensorFlow 2.x would make a resource variable, which is another operation.
    return tf.Variable(initial_value, use_resource=False)
