"""contrib's GatherTree, of which beam search makes sequences, in plain operations.

They stand in a function of that name, so that the graph gets one node, as it did.
"""
from typing import Any


def _gather_tree(step_ids: Any, parent_ids: Any, max_sequence_lengths: Any,
                 end_token: Any) -> Any:
    """For the last word of each beam, the words that led to it.

    Args:
      step_ids: words, [time, batch, beam].
      parent_ids: the beam that each word continues, of the same shape.
      max_sequence_lengths: of the longest beam, [batch].
      end_token: the word that ends a sequence, and fills what follows.
    """
    import tensorflow as tf
    time, batch, beam = tf.unstack(tf.shape(step_ids), 3)
    last = tf.minimum(max_sequence_lengths, time)[:, None] - 1
    beams = tf.tile(tf.range(beam)[None, :], [batch, 1])
    rows = tf.tile(tf.range(batch)[:, None], [1, beam])

    def step_back(step: Any, parents: Any, words: Any) -> Any:
        at = tf.stack([rows, tf.where(tf.tile(tf.equal(last, step), [1, beam]), beams, parents)],
                      axis=-1)
        inside = tf.tile(step <= last, [1, beam])
        word = tf.where(inside, tf.gather_nd(step_ids[step], at), tf.fill([batch, beam],
                                                                          end_token))
        parents = tf.where(inside, tf.gather_nd(parent_ids[step], at), parents)
        return step - 1, parents, words.write(step, word)

    _, _, words = tf.while_loop(lambda step, *_: step >= 0, step_back,
                                (time - 1, beams, tf.TensorArray(tf.int32, time)))
    words = words.stack()
    ended = tf.cumsum(tf.to_int32(tf.equal(words, end_token)), exclusive=True)
    return tf.where(ended > 0, tf.fill(tf.shape(words), end_token), words)


def install(gen_beam_search_ops: Any) -> None:
    """Let contrib's wrapper make this."""
    from tensorflow.python.eager import context
    from tensorflow.python.framework import dtypes, function, ops
    in_graph = function.Defun(*[dtypes.int32] * 4, func_name='GatherTree')(_gather_tree)

    def gather_tree(step_ids: Any, parent_ids: Any, max_sequence_lengths: Any, end_token: Any,
                    name: Any = None) -> Any:
        """The sequences that beam search has found."""
        if context.executing_eagerly():
            return _gather_tree(step_ids, parent_ids, max_sequence_lengths, end_token)
        given = {'step_ids': step_ids, 'parent_ids': parent_ids,
                 'max_sequence_lengths': max_sequence_lengths, 'end_token': end_token}
        with ops.name_scope(name, 'GatherTree') as scope:  # as every wrapper does
            words = in_graph(*(ops.convert_to_tensor(value, dtypes.int32, name=argument)
                               for argument, value in given.items()), name=scope)
        words.set_shape(words.op.inputs[0].shape)
        return words
    gen_beam_search_ops.gather_tree = gather_tree
