"""`tf.contrib.seq2seq.sequence_loss` and `tf.contrib.legacy_seq2seq`'s losses."""
from typing import Any, Callable, List, Optional

import tensorflow.compat.v1 as tf


def sequence_loss(logits: Any, targets: Any, weights: Any, average_across_timesteps: bool = True,
                  average_across_batch: bool = True, sum_over_timesteps: bool = False,
                  sum_over_batch: bool = False,
                  softmax_loss_function: Optional[Callable] = None,
                  name: Optional[str] = None) -> Any:
    """The weighted cross-entropy of sequences.

    Args:
      logits: float [n, length, classes].
      targets: int [n, length].
      weights: float [n, length].
      average_across_timesteps: divide by the weights over the timesteps.
      average_across_batch: divide by the weights over the batch.
      sum_over_timesteps: divide by the number of timesteps with a weight.
      sum_over_batch: divide by the number of sequences with a weight.
      softmax_loss_function: called with labels and logits in place of the sparse cross-entropy.
      name: of the operations.

    Returns:
      A scalar, or [length], [n] or [n, length], by what is averaged or summed over.

    Raises:
      ValueError: a shape does not fit, or averages and sums are both asked for.
    """
    for tensor, rank, text in (
            (logits, 3, 'Logits must be a [batch_size x sequence_length x logits] tensor'),
            (targets, 2, 'Targets must be a [batch_size x sequence_length] tensor'),
            (weights, 2, 'Weights must be a [batch_size x sequence_length] tensor')):
        if len(tensor.shape) != rank:
            raise ValueError(text)
    if average_across_timesteps and sum_over_timesteps:
        raise ValueError('average_across_timesteps and sum_over_timesteps cannot be set to True '
                         'at same time.')
    if average_across_batch and sum_over_batch:
        raise ValueError('average_across_batch and sum_over_batch cannot be set to True at same '
                         'time.')
    loss_function = softmax_loss_function or tf.nn.sparse_softmax_cross_entropy_with_logits
    with tf.name_scope(name, 'sequence_loss', [logits, targets, weights]):
        classes = tf.shape(logits)[2]
        flat = tf.reshape(logits, [-1, classes])
        losses = loss_function(labels=tf.reshape(targets, [-1]), logits=flat)
        losses *= tf.reshape(weights, [-1])
        if average_across_timesteps and average_across_batch:
            return tf.div_no_nan(tf.reduce_sum(losses), tf.reduce_sum(weights))
        if sum_over_timesteps and sum_over_batch:
            total = tf.reduce_sum(losses)
            return tf.div_no_nan(total, tf.cast(tf.count_nonzero(weights), total.dtype))
        losses = tf.reshape(losses, tf.shape(logits)[0:2])
        if average_across_timesteps or average_across_batch:
            axis = [0] if average_across_batch else [1]
            return tf.div_no_nan(tf.reduce_sum(losses, axis=axis),
                                 tf.reduce_sum(weights, axis=axis))
        if sum_over_timesteps or sum_over_batch:
            axis = [0] if sum_over_batch else [1]
            total = tf.reduce_sum(losses, axis=axis)
            return tf.div_no_nan(total, tf.cast(tf.count_nonzero(weights, axis=axis), total.dtype))
        return losses


def sequence_loss_by_example(logits: List[Any], targets: List[Any], weights: List[Any],
                             average_across_timesteps: bool = True,
                             softmax_loss_function: Optional[Callable] = None,
                             name: Optional[str] = None) -> Any:
    """The weighted cross-entropy of each sequence.

    Args:
      logits: a list, one a timestep, of float [n, classes].
      targets: a list of int [n].
      weights: a list of float [n].
      average_across_timesteps: divide by the sum of the weights.
      softmax_loss_function: called with labels and logits in place of the sparse cross-entropy.
      name: of the operations.

    Returns:
      float [n].

    Raises:
      ValueError: the lists differ in length.
    """
    if not len(logits) == len(targets) == len(weights):
        raise ValueError('Lengths of logits, weights, and targets must be the same '
                         f'{len(logits)}, {len(weights)}, {len(targets)}.')
    with tf.name_scope(name, 'sequence_loss_by_example', logits + targets + weights):
        losses = []
        for logit, target, weight in zip(logits, targets, weights):
            if softmax_loss_function is None:
                loss = tf.nn.sparse_softmax_cross_entropy_with_logits(
                    labels=tf.reshape(target, [-1]), logits=logit)
            else:
                loss = softmax_loss_function(labels=target, logits=logit)
            losses.append(loss * weight)
        total = tf.add_n(losses)
        if average_across_timesteps:
            total /= tf.add_n(weights) + 1e-12
        return total


def sequence_loss_of_lists(logits: List[Any], targets: List[Any], weights: List[Any],
                           average_across_timesteps: bool = True,
                           average_across_batch: bool = True,
                           softmax_loss_function: Optional[Callable] = None,
                           name: Optional[str] = None) -> Any:
    """The sum, or the mean over the batch, of `sequence_loss_by_example`: a scalar."""
    with tf.name_scope(name, 'sequence_loss', logits + targets + weights):
        total = tf.reduce_sum(sequence_loss_by_example(
            logits, targets, weights, average_across_timesteps, softmax_loss_function))
        if not average_across_batch:
            return total
        return total / tf.cast(tf.shape(targets[0])[0], total.dtype)


SEQ2SEQ = {'sequence_loss': sequence_loss}
LEGACY_SEQ2SEQ = {'sequence_loss': sequence_loss_of_lists,
                  'sequence_loss_by_example': sequence_loss_by_example}
