"""The basic LSTM cell and its static unrolling, in plain graph operations.

TensorFlow 1.x had them as `tf.nn.rnn_cell.BasicLSTMCell` and `tf.nn.static_rnn`.
Each operation here has the name, the type and the inputs that TensorFlow 1.15
gives it, also where another way to write it would be shorter.
"""
from typing import List, NamedTuple, Sequence, Tuple

import tensorflow.compat.v1 as tf

from reproduce.experiment.initializers import glorot_uniform


class LSTMStateTuple(NamedTuple):
    """An LSTM's state after a timestep: each float32 [batch, num_units]."""

    c: tf.Tensor  # the cell
    h: tf.Tensor  # the hidden state, which is also the output


class BasicLSTMCell:
    r"""The basic LSTM: no peepholes, no projection, no clipping.

        [i, j, f, o] = [x, h'] kernel + bias
        c = c' * sigmoid(f + forget_bias) + sigmoid(i) * tanh(j)
        h = tanh(c) * sigmoid(o)

    with the input gate i, the candidate j, the forget gate f and the output gate
    o; a prime marks the timestep before.  A positive forget bias keeps the cell's
    content at the beginning of the training.

    Source: the article; Zaremba, Sutskever and Vinyals, Recurrent Neural Network
    Regularization, 2014 (arXiv 1409.2329), as TensorFlow 1.15 builds it.
    """

    def __init__(self, num_units: int, forget_bias: float = 1.0) -> None:
        self.num_units = num_units
        self.forget_bias = forget_bias

    def zero_state(self, batch_size: tf.Tensor) -> LSTMStateTuple:
        """The state before the first timestep, for a scalar `batch_size`."""
        with tf.name_scope('BasicLSTMCellZeroState'):
            return LSTMStateTuple(c=self._zeros(batch_size), h=self._zeros(batch_size))

    def _zeros(self, batch_size: tf.Tensor) -> tf.Tensor:
        shape = tf.concat([tf.expand_dims(batch_size, 0), tf.constant([self.num_units])], 0)
        zeros = tf.zeros(shape)
        # TensorFlow 1.15 works out the static shape with these two, and uses neither.
        # They stay because they count: the kernel's seed is the number of operations.
        tf.expand_dims(batch_size, 0)
        tf.constant([self.num_units])
        zeros.set_shape([None, self.num_units])
        return zeros

    def build(self, input_depth: int) -> None:
        """Make the variables, under the present variable scope.

        kernel: float32 [input_depth + num_units, 4 * num_units], Glorot uniform;
        bias: float32 [4 * num_units], zero.  The last axis holds i, j, f, o.
        """
        width = 4 * self.num_units
        with tf.variable_scope('basic_lstm_cell'):
            self.kernel = tf.get_variable('kernel', [input_depth + self.num_units, width],
                                          initializer=glorot_uniform, use_resource=False)
            self.bias = tf.get_variable('bias', [width], initializer=tf.zeros_initializer(),
                                        use_resource=False)

    def __call__(self, inputs: tf.Tensor,
                 state: LSTMStateTuple) -> Tuple[tf.Tensor, LSTMStateTuple]:
        """One timestep.

        Args:
          inputs: float32 [batch, input_depth].
          state: the state after the timestep before.

        Returns:
          (output, state): the output is h, float32 [batch, num_units].
        """
        with tf.name_scope(self.kernel.op.name.rsplit('/', 1)[0] + '/'):
            axis = tf.constant(1)
            gates = tf.matmul(tf.concat([inputs, state.h], 1), self.kernel)
            gates = tf.nn.bias_add(gates, self.bias)
            tf.constant(4)  # unused, and counted: 1.15's tf.split makes it of its number
            i, j, f, o = tf.raw_ops.Split(axis=axis, value=gates, num_split=4, name='split')

            forget_bias = tf.constant(self.forget_bias)
            forget = tf.sigmoid(tf.add(f, forget_bias))
            c = tf.add(tf.multiply(state.c, forget), tf.multiply(tf.sigmoid(i), tf.tanh(j)))
            h = tf.multiply(tf.tanh(c), tf.sigmoid(o))
            return h, LSTMStateTuple(c, h)


def begin_rnn(cell: BasicLSTMCell, inputs: Sequence[tf.Tensor]) -> LSTMStateTuple:
    """Make the zero state, then the cell's variables, as `static_rnn` begins on 1.15.

    Args:
      cell: the cell, its variables not yet made.
      inputs: one float32 [batch, input_depth] a timestep.
    """
    with tf.variable_scope('rnn'):
        state = cell.zero_state(tf.shape(inputs[0])[0])
        cell.build(inputs[0].shape.as_list()[-1])
        return state


def static_rnn(cell: BasicLSTMCell,
               inputs: Sequence[tf.Tensor]) -> Tuple[List[tf.Tensor], LSTMStateTuple]:
    """Unroll `cell` over `inputs`, from the zero state.

    Args:
      cell: the cell, its variables not yet made.
      inputs: one float32 [batch, input_depth] a timestep.

    Returns:
      (outputs, state): one float32 [batch, num_units] a timestep, and the last state.
    """
    state = begin_rnn(cell, inputs)
    outputs = []
    for step_inputs in inputs:
        output, state = cell(step_inputs, state)
        outputs.append(output)
    return outputs, state
