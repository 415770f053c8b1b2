"""The last output of the statically unrolled basic LSTM, arranged for speed on a CPU.

The function is that of `rnn`; what differs is how the work is laid out:

- The images are shared out among chains that do not wait for each other, one a core.
- Everything in a chain is transposed: a column is an image.  The weights stand on the left of
  each product, which suits its shape (512 rows of gates, few images), and the four gates lie
  one after the other in memory, so that splitting them copies nothing.
- The hidden state before a timestep, its input and a one stand in one column, so that one
  product gives the gates with their biases, the forget bias among them.

Where the compiled operations are there, they do a chain's work, with an image in a row.
"""
from typing import Callable, List, NamedTuple, Optional, Tuple, Union

import tensorflow.compat.v1 as tf

from reproduce.experiment import kernels
from reproduce.experiment.rnn import BasicLSTMCell, begin_rnn


class _Step(NamedTuple):
    """What the way back needs of a timestep; float32 [num_units, images] but for `column`."""

    column: tf.Tensor  # h before, input, one: float32 [num_units + input_depth + 1, images]
    c_before: Optional[tf.Tensor]  # None before the first timestep, where it is zero
    i: tf.Tensor
    j: tf.Tensor
    f: tf.Tensor
    o: tf.Tensor
    tanh_c: tf.Tensor


def fast_rnn(cell: BasicLSTMCell, x: tf.Tensor, chains: int) -> tf.Tensor:
    """The last of the outputs of `static_rnn` over the timesteps of `x`.

    Args:
      cell: the cell, its variables not yet made.
      x: float32 [batch, timesteps, input_depth].  It gets no gradient.
      chains: into how many parts the batch is cut.

    Returns:
      float32 [batch, num_units].
    """
    begin_rnn(cell, tf.unstack(x, axis=1))
    operations = kernels.load()
    with tf.name_scope('fast_rnn'):
        shares = tf.split(x, chain_sizes(tf.shape(x)[0], chains), num=chains)
        if operations is None:
            return tf.concat([_last_output(cell, share) for share in shares], 0)
        weights = _compiled_weights(operations, cell, x.shape.as_list()[2])
        return tf.concat([_compiled_last_output(operations, weights, cell, share)
                          for share in shares], 0)


def chain_sizes(batch: Union[int, tf.Tensor], chains: int) -> List[Union[int, tf.Tensor]]:
    """How many of the images of a batch each chain gets; they differ by one at the most."""
    return [(batch + chain) // chains for chain in range(chains)]


def _last_output(cell: BasicLSTMCell, x: tf.Tensor) -> tf.Tensor:
    """One chain: from its images [images, timesteps, depth] the output [images, num_units]."""
    _, timesteps, depth = x.shape.as_list()
    inputs = tf.unstack(tf.transpose(x, [1, 2, 0]), timesteps)  # [depth, images] each

    @tf.custom_gradient
    def last_output(kernel: tf.Tensor, bias: tf.Tensor) -> Tuple[tf.Tensor, Callable]:
        h, steps = _forward(_weights(cell, kernel, bias, depth), inputs)

        def gradient(d_output: tf.Tensor) -> Tuple[tf.Tensor, tf.Tensor]:
            d_weights = _backward(kernel[depth:], steps, tf.transpose(d_output))
            d_h_rows, d_x_rows, d_bias = tf.split(tf.transpose(d_weights),
                                                  [cell.num_units, depth, 1])
            return tf.concat([d_x_rows, d_h_rows], 0), d_bias[0]

        return tf.transpose(h), gradient

    return last_output(tf.identity(cell.kernel), tf.identity(cell.bias))


def _weights(cell: BasicLSTMCell, kernel: tf.Tensor, bias: tf.Tensor, depth: int) -> tf.Tensor:
    """The weights of a `_Step.column`: [4 * num_units, num_units + depth + 1], gates i, j, f, o."""
    return tf.transpose(tf.concat([kernel[depth:], kernel[:depth], [bias + _forget_bias(cell)]], 0))


def _forward(weights: tf.Tensor, inputs: List[tf.Tensor]) -> Tuple[tf.Tensor, List[_Step]]:
    """The last hidden state [num_units, images], and what each timestep leaves."""
    num_units = weights.shape.as_list()[0] // 4
    one = tf.ones_like(inputs[0][:1])
    h, c = tf.zeros([num_units, tf.shape(one)[1]]), None
    steps = []
    for step_input in inputs:
        column = tf.concat([h, step_input, one], 0)
        i, j, f_and_o = tf.split(tf.matmul(weights, column),
                                 [num_units, num_units, 2 * num_units])
        i, j = tf.sigmoid(i), tf.tanh(j)
        f, o = tf.split(tf.sigmoid(f_and_o), 2)
        c_before, c = c, i * j if c is None else c * f + i * j
        tanh_c = tf.tanh(c)
        h = tanh_c * o
        steps.append(_Step(column, c_before, i, j, f, o, tanh_c))
    return h, steps


def _backward(h_kernel: tf.Tensor, steps: List[_Step], d_h: tf.Tensor) -> tf.Tensor:
    """The gradient of the weights, from that of the last hidden state.

    Args:
      h_kernel: the kernel's rows for the hidden state: [num_units, 4 * num_units].
      steps: from `_forward`.
      d_h: [num_units, images].

    Returns:
      float32 [4 * num_units, num_units + depth + 1].
    """
    sigmoid_grad, tanh_grad = tf.raw_ops.SigmoidGrad, tf.raw_ops.TanhGrad
    d_c = tf.zeros_like(d_h)
    d_weights = 0.0  # a running sum: the products together would fill the memory
    for step in reversed(steps):
        d_c += tanh_grad(y=step.tanh_c, dy=d_h * step.o)
        d_f = tf.zeros_like(d_c) if step.c_before is None else d_c * step.c_before
        d_gates = tf.concat([sigmoid_grad(y=step.i, dy=d_c * step.j),
                             tanh_grad(y=step.j, dy=d_c * step.i),
                             sigmoid_grad(y=step.f, dy=d_f),
                             sigmoid_grad(y=step.o, dy=d_h * step.tanh_c)], 0)
        d_weights += tf.matmul(d_gates, step.column, transpose_b=True)
        d_h = tf.matmul(h_kernel, d_gates)
        d_c *= step.f
    return d_weights


def _compiled_last_output(operations: kernels.Operations, weights: tf.Tensor, cell: BasicLSTMCell,
                          x: tf.Tensor) -> tf.Tensor:
    """As `_last_output`, by the compiled operations; the weights are `_compiled_weights`."""
    depth = x.shape.as_list()[2]
    column, gates = weights.shape.as_list()
    units, images = gates // 4, tf.shape(x)[0]
    zero_images = tf.maximum(1, -(-images // operations.height)) * operations.height - images
    x = tf.pad(tf.pad(x, [[0, zero_images], [0, 0], [0, 1]], constant_values=1.0),
               [[0, 0], [0, 0], [0, column - units - depth - 1]])

    @tf.custom_gradient
    def last_output(weights: tf.Tensor) -> Tuple[tf.Tensor, Callable]:
        tape = operations.module.lstm_chain(x=x, weights=weights)
        columns = tf.reshape(tape, [-1])[-(images + zero_images) * column:]
        h = tf.reshape(columns, [-1, column])[:images, :cell.num_units]

        def gradient(d_output: tf.Tensor) -> tf.Tensor:
            d_h = tf.pad(d_output, [[0, zero_images], [0, units - cell.num_units]])
            return operations.module.lstm_chain_gradient(d_h=d_h, weights=weights, tape=tape)

        return h, gradient

    return last_output(weights)


def _compiled_weights(operations: kernels.Operations, cell: BasicLSTMCell, depth: int) -> tf.Tensor:
    """The weights of a column [h before, input, one], filled up to whole tiles with zeros.

    Returns:
      float32 [column, 4 * units], gates i, j, f, o.
    """
    zero_units = -cell.num_units % (4 * operations.width)
    zero_inputs = -(cell.num_units + zero_units + depth + 1) % operations.height
    x_rows, h_rows = tf.split(cell.kernel, [depth, cell.num_units])
    zeros = tf.zeros([zero_units + zero_inputs, 4 * cell.num_units])
    rows = tf.concat([h_rows, zeros[:zero_units], x_rows, [cell.bias + _forget_bias(cell)],
                      zeros[zero_units:]], 0)
    rows = tf.pad(tf.reshape(rows, [-1, 4, cell.num_units]), [[0, 0], [0, 0], [0, zero_units]])
    return tf.reshape(rows, [-1, 4 * (cell.num_units + zero_units)])


def _forget_bias(cell: BasicLSTMCell) -> tf.Tensor:
    """What is added to the bias: [4 * num_units]."""
    zeros = [0.0] * cell.num_units
    return tf.constant(zeros + zeros + [cell.forget_bias] * cell.num_units + zeros)
