"""The cells of `tf.contrib.rnn` that neither TensorFlow nor tf_keras has any more.

The others are tf_keras' legacy cells: they compute what 1.15's did, with the same variables, and
the operations that they lack are counted (`operations.py`).
"""
from typing import Any, Optional, Tuple

import tensorflow.compat.v1 as tf

from reproduce.legacy.contrib_layers import layer_norm

_cells = tf.nn.rnn_cell
# The class between RNNCell and the cells that make their variables in `build`.
LayerRNNCell = _cells.BasicRNNCell.__bases__[0]
LSTMStateTuple = _cells.LSTMStateTuple


class LayerNormBasicLSTMCell(_cells.RNNCell):
    """An LSTM cell whose gates, candidate and cell state are normalized, as contrib had it.

    Of x [n, features] and the state (c, h), each [n, num_units], with the kernel
    [features + num_units, 4 * num_units] and i, j, f, o a quarter each of [x, h] kernel:

        c' = norm(c * sigmoid(norm(f) + forget_bias) + sigmoid(norm(i)) * dropout(tanh(norm(j))))
        h' = tanh(c') * sigmoid(norm(o))

    Without layer_norm there is a bias [4 * num_units] in place of the norms.
    """

    def __init__(self, num_units: int, forget_bias: float = 1.0, input_size: Any = None,
                 activation: Any = tf.tanh, layer_norm: bool = True, norm_gain: float = 1.0,
                 norm_shift: float = 0.0, dropout_keep_prob: Any = 1.0,
                 dropout_prob_seed: Optional[int] = None, reuse: Any = None) -> None:
        """Set the cell up.

        Args:
          num_units: length of the state.
          forget_bias: added to the forget gate's input.
          input_size: not used.
          activation: of candidate and cell state.
          layer_norm: whether to normalize.
          norm_gain: the norms' first scale.
          norm_shift: the norms' first offset.
          dropout_keep_prob: of the candidate; a number or a scalar tensor.
          dropout_prob_seed: dropout's op seed.
          reuse: whether the variables are there already.
        """
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._forget_bias = forget_bias
        self._activation = activation
        self._layer_norm = layer_norm
        self._norm_gain, self._norm_shift = norm_gain, norm_shift
        self._keep_prob, self._seed = dropout_keep_prob, dropout_prob_seed

    @property
    def state_size(self) -> Any:
        """The lengths of c and h."""
        return LSTMStateTuple(self._num_units, self._num_units)

    @property
    def output_size(self) -> int:
        """The length of h."""
        return self._num_units

    def call(self, inputs: Any, state: Any) -> Tuple[Any, Any]:
        """The output h' and the state (c', h') of one timestep."""
        c, h = state
        joined = tf.concat([inputs, h], 1)
        kernel = tf.get_variable('kernel', [joined.shape[-1], 4 * self._num_units], joined.dtype)
        product = tf.matmul(joined, kernel)
        if not self._layer_norm:
            bias = tf.get_variable('bias', [4 * self._num_units], joined.dtype)
            product = tf.nn.bias_add(product, bias)
        i, j, f, o = tf.split(product, 4, axis=1)
        if self._layer_norm:
            i, j, f, o = (self._norm(gate, name) for gate, name in (
                (i, 'input'), (j, 'transform'), (f, 'forget'), (o, 'output')))
        candidate = self._activation(j)
        if not isinstance(self._keep_prob, float) or self._keep_prob < 1:
            candidate = tf.nn.dropout(candidate, self._keep_prob, seed=self._seed)
        c = c * tf.sigmoid(f + self._forget_bias) + tf.sigmoid(i) * candidate
        if self._layer_norm:
            c = self._norm(c, 'state')
        h = self._activation(c) * tf.sigmoid(o)
        return h, LSTMStateTuple(c, h)

    def _norm(self, values: Any, name: str) -> Any:
        shape = values.shape[-1:]
        with tf.variable_scope(name):
            for parameter, first in (('gamma', self._norm_gain), ('beta', self._norm_shift)):
                tf.get_variable(parameter, shape, values.dtype, tf.constant_initializer(first))
        return layer_norm(values, reuse=True, scope=name)


class LSTMBlockCell(LayerRNNCell):  # type: ignore[misc, valid-type]
    """An LSTM cell whose timestep is one operation, as contrib had it.

    It computes what LSTMCell does, from variables of the same names; the peepholes look at the
    cell state before (input and forget gate) and after (output gate).
    """

    def __init__(self, num_units: int, forget_bias: float = 1.0,
                 cell_clip: Optional[float] = None, use_peephole: bool = False, dtype: Any = None,
                 reuse: Any = None, name: str = 'lstm_cell') -> None:
        """Set the cell up.

        Args:
          num_units: length of the state.
          forget_bias: added to the forget gate's input.
          cell_clip: the largest absolute value of the cell state; None: no limit.
          use_peephole: whether the gates see the cell state.
          dtype: of the variables.
          reuse: whether the variables are there already.
          name: of the variable scope.
        """
        super().__init__(_reuse=reuse, dtype=dtype, name=name)
        self._num_units = num_units
        self._forget_bias = forget_bias
        self._cell_clip = -1.0 if cell_clip is None else cell_clip
        self._use_peephole = use_peephole

    @property
    def state_size(self) -> Any:
        """The lengths of c and h."""
        return LSTMStateTuple(self._num_units, self._num_units)

    @property
    def output_size(self) -> int:
        """The length of h."""
        return self._num_units

    def build(self, input_shape: Any) -> None:
        """Make the variables for inputs of `input_shape`, [n, features].

        Raises:
          ValueError: the number of features is not known.
        """
        features = tf.TensorShape(input_shape).as_list()[1]
        if not features:
            raise ValueError(f'Expecting inputs_shape[1] to be set: {input_shape}')
        self._kernel = self.add_weight('kernel', [features + self._num_units, 4 * self._num_units])
        self._bias = self.add_weight('bias', [4 * self._num_units],
                                     initializer=tf.constant_initializer(0.0))
        self._peepholes = [self.add_weight(f'w_{gate}_diag', [self._num_units])
                           for gate in 'ifo'] if self._use_peephole else []
        self.built = True

    def call(self, inputs: Any, state: Any) -> Tuple[Any, Any]:
        """The output h' and the state (c', h') of one timestep.

        Raises:
          ValueError: the state is no pair.
        """
        if len(state) != 2:
            raise ValueError('Expecting state to be a tuple with length 2.')
        w_i, w_f, w_o = self._peepholes or [tf.zeros([self._num_units], self.dtype)] * 3
        step = tf.raw_ops.LSTMBlockCell(
            x=inputs, cs_prev=state[0], h_prev=state[1], w=self._kernel, wci=w_i, wcf=w_f, wco=w_o,
            b=self._bias, forget_bias=self._forget_bias, cell_clip=self._cell_clip,
            use_peephole=self._use_peephole)
        return step.h, LSTMStateTuple(step.cs, step.h)


@tf.RegisterGradient('LSTMBlockCell')
def _block_gradient(op: Any, *gradients: Any) -> Any:
    """The gradients of one timestep's inputs, through one more operation for its gates."""
    x, c, h, kernel, w_i, w_f, w_o, bias = op.inputs
    step = op.outputs
    names = ('i', 'cs', 'f', 'o', 'ci', 'co')
    gates = tf.raw_ops.LSTMBlockCellGrad(
        x=x, cs_prev=c, h_prev=h, w=kernel, wci=w_i, wcf=w_f, wco=w_o, b=bias,
        cs_grad=gradients[1], h_grad=gradients[6], use_peephole=op.get_attr('use_peephole'),
        **dict(zip(names, step)))
    inner = gates.dicfo
    joined = tf.matmul(inner, kernel, transpose_b=True)
    batch, features, units = x.shape.as_list()[0] or -1, x.shape.as_list()[1], c.shape.as_list()[1]
    x_gradient = tf.slice(joined, (0, 0), (batch, features))
    h_gradient = tf.slice(joined, (0, features), (batch, units))
    kernel_gradient = tf.matmul(tf.concat([x, h], 1), inner, transpose_a=True)
    bias_gradient = tf.raw_ops.BiasAddGrad(out_backprop=inner)
    return (x_gradient, gates.cs_prev_grad, h_gradient, kernel_gradient, gates.wci_grad,
            gates.wcf_grad, gates.wco_grad, bias_gradient)


SYMBOLS = {
    **{name: getattr(_cells, name) for name in (
        'BasicLSTMCell', 'BasicRNNCell', 'DeviceWrapper', 'DropoutWrapper', 'GRUCell', 'LSTMCell',
        'LSTMStateTuple', 'MultiRNNCell', 'RNNCell', 'ResidualWrapper')},
    'LSTMBlockCell': LSTMBlockCell, 'LayerNormBasicLSTMCell': LayerNormBasicLSTMCell,
    'LayerRNNCell': LayerRNNCell, 'static_bidirectional_rnn': tf.nn.static_bidirectional_rnn,
    'static_rnn': tf.nn.static_rnn, 'static_state_saving_rnn': tf.nn.static_state_saving_rnn,
}
