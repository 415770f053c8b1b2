"""Random initial values, drawn with TensorFlow 1.x's seeds on every version.

Each function builds the operations that TensorFlow 1.15 builds, in its order:
the count of operations in the graph is what seeds the random one among them.
"""
import math
from typing import Sequence, Tuple

import tensorflow.compat.v1 as tf

from reproduce.experiment.seeds import get_seed


def random_normal(shape: Sequence[int]) -> tf.Tensor:
    """Standard normal values, float32 of `shape`: `tf.random_normal(shape)` on 1.15."""
    with tf.name_scope('random_normal') as scope:
        shape_tensor = tf.constant(shape, name='shape')
        mean = tf.constant(0.0, name='mean')
        stddev = tf.constant(1.0, name='stddev')
        seed, seed2 = _next_seeds()
        drawn = tf.raw_ops.RandomStandardNormal(shape=shape_tensor, dtype=tf.float32,
                                                seed=seed, seed2=seed2,
                                                name='RandomStandardNormal')
        return tf.add(tf.multiply(drawn, stddev, name='mul'), mean, name=scope)


def glorot_uniform(shape: Sequence[int], dtype: tf.DType = tf.float32,
                   partition_info: object = None) -> tf.Tensor:
    """Uniform values in +-sqrt(6 / (rows + columns)), float32 of the 2-D `shape`.

    `get_variable`'s default initializer on 1.15.  Source: Glorot and Bengio,
    Understanding the difficulty of training deep feedforward neural networks, 2010.

    Args:
      shape: of a kernel, [rows, columns].
      dtype: passed by `get_variable`.
      partition_info: passed by `get_variable` on 1.15, and of no use here.
    """
    del partition_info
    limit = math.sqrt(6.0 / sum(shape))
    with tf.name_scope('random_uniform') as scope:
        shape_tensor = tf.constant(shape, name='shape')
        low = tf.constant(-limit, dtype, name='min')
        high = tf.constant(limit, dtype, name='max')
        seed, seed2 = _next_seeds()
        drawn = tf.raw_ops.RandomUniform(shape=shape_tensor, dtype=dtype,
                                         seed=seed, seed2=seed2, name='RandomUniform')
        span = tf.subtract(high, low, name='sub')
        return tf.add(tf.multiply(drawn, span, name='mul'), low, name=scope)


def _next_seeds() -> Tuple[int, int]:
    """The seed attributes of the operation that is built next in the default graph."""
    graph = tf.get_default_graph()
    seed, seed2 = get_seed(graph.seed, None, len(graph.get_operations()))
    return seed or 0, seed2 or 0  # the kernels read (0, 0) as unseeded
