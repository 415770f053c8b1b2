"""What `tf.contrib.rnn` put around cells: projections, an embedding, bidirectional stacks."""
import math
from typing import Any, Callable, List, Optional, Tuple

import tensorflow.compat.v1 as tf

_cells = tf.nn.rnn_cell
Activation = Optional[Callable[[Any], Any]]


class _Wrapper(_cells.RNNCell):
    """A cell around another, with its state and, unless a subclass says other, its output."""

    def __init__(self, cell: Any, reuse: Any) -> None:
        super().__init__(_reuse=reuse)
        lacks = [name for name in ('output_size', 'state_size', 'zero_state')
                 if not hasattr(cell, name)]
        if lacks or not callable(cell):
            raise TypeError(f"The argument 'cell' ({cell}) is not an RNNCell: "
                            f"{', '.join(lacks) or '__call__'} is missing")
        self._cell = cell

    @property
    def state_size(self) -> Any:
        """That of the wrapped cell."""
        return self._cell.state_size

    @property
    def output_size(self) -> Any:
        """That of the wrapped cell."""
        return self._cell.output_size

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """That of the wrapped cell, which may have one of its own."""
        with tf.name_scope(f'{type(self).__name__}ZeroState', values=[batch_size]):
            return self._cell.zero_state(batch_size, dtype)


class InputProjectionWrapper(_Wrapper):
    """A cell whose inputs go through a dense layer: `cell(activation(x kernel + bias), state)`."""

    def __init__(self, cell: Any, num_proj: int, activation: Activation = None,
                 input_size: Any = None, reuse: Any = None) -> None:
        """Set the cell up.

        Args:
          cell: takes inputs [n, num_proj].
          num_proj: length of its inputs.
          activation: of the projection; None: linear.
          input_size: not used.
          reuse: whether the variables are there already.

        Raises:
          TypeError: `cell` is no cell.
        """
        super().__init__(cell, reuse)
        self._num_proj, self._activation = num_proj, activation

    def call(self, inputs: Any, state: Any) -> Tuple[Any, Any]:
        """The wrapped cell's output and state."""
        return self._cell(_dense(inputs, self._num_proj, self._activation), state)


class OutputProjectionWrapper(_Wrapper):
    """A cell whose outputs h go through a dense layer: `activation(h kernel + bias)`."""

    def __init__(self, cell: Any, output_size: int, activation: Activation = None,
                 reuse: Any = None) -> None:
        """Set the cell up.

        Args:
          cell: gives outputs [n, units].
          output_size: length of the projected outputs; at least 1.
          activation: of the projection; None: linear.
          reuse: whether the variables are there already.

        Raises:
          TypeError: `cell` is no cell.
          ValueError: `output_size` is below 1.
        """
        super().__init__(cell, reuse)
        if output_size < 1:
            raise ValueError(f'Parameter output_size must be > 0: {output_size}.')
        self._length, self._activation = output_size, activation

    @property
    def output_size(self) -> int:
        """The length of the projected outputs."""
        return self._length

    def call(self, inputs: Any, state: Any) -> Tuple[Any, Any]:
        """The projected output, and the wrapped cell's state."""
        output, state = self._cell(inputs, state)
        return _dense(output, self._length, self._activation), state


class EmbeddingWrapper(_Wrapper):
    """A cell whose inputs, class numbers, are looked up in a trained table."""

    def __init__(self, cell: Any, embedding_classes: int, embedding_size: int,
                 initializer: Any = None, reuse: Any = None) -> None:
        """Set the cell up.

        Args:
          cell: takes inputs [n, embedding_size].
          embedding_classes: rows of the table; at least 1.
          embedding_size: its columns; at least 1.
          initializer: of the table; None: the scope's, else uniform with variance 1.
          reuse: whether the table is there already.

        Raises:
          TypeError: `cell` is no cell.
          ValueError: a size is below 1.
        """
        super().__init__(cell, reuse)
        if embedding_classes < 1 or embedding_size < 1:
            raise ValueError('Both embedding_classes and embedding_size must be > 0: '
                             f'{embedding_classes}, {embedding_size}.')
        self._table = [embedding_classes, embedding_size]
        self._initializer = initializer

    def call(self, inputs: Any, state: Any) -> Tuple[Any, Any]:
        """The wrapped cell's output and state for whole numbers [n] or [n, 1]."""
        limit = math.sqrt(3)
        initializer = (self._initializer or tf.get_variable_scope().initializer
                       or tf.random_uniform_initializer(-limit, limit))
        dtype = (state[0] if isinstance(state, tuple) else state).dtype
        with tf.device('/cpu:0'):
            table = tf.get_variable('embedding', self._table, dtype, initializer)
            rows = tf.nn.embedding_lookup(table, tf.reshape(inputs, [-1]))
            return self._cell(rows, state)


def _dense(x: Any, length: int, activation: Activation) -> Any:
    product = linear(x, length, True)
    return activation(product) if activation else product


def linear(args: Any, output_size: int, bias: bool, bias_initializer: Any = None,
           kernel_initializer: Any = None) -> Any:
    """The inputs, joined, times a kernel, which the scripts' own cells took from contrib's files.

    Args:
      args: a tensor [n, features] or a list of them.
      output_size: columns of the variable `kernel`.
      bias: whether a variable `bias` is added.
      bias_initializer: of the bias; None: zeros.
      kernel_initializer: of the kernel; None: the scope's.

    Returns:
      A tensor [n, output_size].

    Raises:
      ValueError: there are no inputs, or they are not of rank 2 with known features.
    """
    inputs = list(args) if isinstance(args, (list, tuple)) else [args]
    if args is None or not inputs:
        raise ValueError('`args` must be specified')
    if any(x.shape.rank != 2 or x.shape.as_list()[1] is None for x in inputs):
        raise ValueError('linear is expecting 2D arguments with known features: '
                         f'{[x.shape for x in inputs]}')
    features = sum(x.shape.as_list()[1] for x in inputs)
    dtype = inputs[0].dtype
    kernel = tf.get_variable('kernel', [features, output_size], dtype, kernel_initializer)
    product = tf.matmul(inputs[0] if len(inputs) == 1 else tf.concat(inputs, 1), kernel)
    if not bias:
        return product
    start = bias_initializer or tf.constant_initializer(0.0, dtype=dtype)
    return tf.nn.bias_add(product, tf.get_variable('bias', [output_size], dtype, start))


def stack_bidirectional_rnn(cells_fw: List[Any], cells_bw: List[Any], inputs: List[Any],
                            initial_states_fw: Optional[List[Any]] = None,
                            initial_states_bw: Optional[List[Any]] = None, dtype: Any = None,
                            sequence_length: Any = None,
                            scope: Any = None) -> Tuple[List[Any], Any, Any]:
    """Bidirectional layers, unrolled; each reads both directions' outputs of the one below.

    Args:
      cells_fw: the forward cells, one a layer.
      cells_bw: the backward cells.
      inputs: a tensor [n, features] a timestep.
      initial_states_fw: the forward cells' states; None: zeros.
      initial_states_bw: the backward cells' states; None: zeros.
      dtype: of the states; needed where they are not given.
      sequence_length: of each example, [n]; None: all timesteps.
      scope: of the variables; None: stack_bidirectional_rnn.

    Returns:
      The last layer's outputs, joined, one a timestep; each layer's final state forward; and
      backward.

    Raises:
      ValueError: there are no cells, or not as many forward as backward, or as states.
    """
    def layer(fw: Any, bw: Any, below: Any, states: Any, inner: Any) -> Any:
        return tf.nn.static_bidirectional_rnn(fw, bw, below, *states, dtype, sequence_length,
                                              scope=inner)
    return _stack(layer, cells_fw, cells_bw, inputs, initial_states_fw, initial_states_bw, scope)


def stack_bidirectional_dynamic_rnn(cells_fw: List[Any], cells_bw: List[Any], inputs: Any,
                                    initial_states_fw: Optional[List[Any]] = None,
                                    initial_states_bw: Optional[List[Any]] = None,
                                    dtype: Any = None, sequence_length: Any = None,
                                    parallel_iterations: Optional[int] = None,
                                    time_major: bool = False, scope: Any = None,
                                    swap_memory: bool = False) -> Tuple[Any, Any, Any]:
    """Bidirectional layers, each in two loops; as `stack_bidirectional_rnn`, but for these.

    Args:
      cells_fw: the forward cells, one a layer.
      cells_bw: the backward cells.
      inputs: a tensor [n, timesteps, features].
      initial_states_fw: the forward cells' states; None: zeros.
      initial_states_bw: the backward cells' states; None: zeros.
      dtype: of the states; needed where they are not given.
      sequence_length: of each example, [n]; None: all timesteps.
      parallel_iterations: how many timesteps may run at once.
      time_major: whether inputs and outputs have the timesteps first.
      scope: of the variables; None: stack_bidirectional_rnn.
      swap_memory: whether a GPU's tensors may move to the host.

    Returns:
      The last layer's outputs, joined, one tensor; each layer's final state forward; and
      backward.

    Raises:
      ValueError: there are no cells, or not as many forward as backward, or as states.
    """
    def layer(fw: Any, bw: Any, below: Any, states: Any, _: Any) -> Any:
        outputs, (forward, backward) = tf.nn.bidirectional_dynamic_rnn(
            fw, bw, below, sequence_length, *states, dtype, parallel_iterations, swap_memory,
            time_major)
        return tf.concat(outputs, 2), forward, backward
    return _stack(layer, cells_fw, cells_bw, inputs, initial_states_fw, initial_states_bw, scope)


def _stack(layer: Callable[..., Any], cells_fw: Any, cells_bw: Any, inputs: Any,
           states_fw: Any, states_bw: Any, scope: Any) -> Tuple[Any, Any, Any]:
    """One `layer` on the other; what each is called with: cells, inputs, states, scope."""
    for cells, states, way in ((cells_fw, states_fw, 'fw'), (cells_bw, states_bw, 'bw')):
        if not isinstance(cells, list) or not cells:
            raise ValueError(f'cells_{way} must be a list of RNNCells (one per layer).')
        if states is not None and (not isinstance(states, list) or len(states) != len(cells)):
            raise ValueError(f'initial_states_{way} must be a list of state tensors (one per '
                             'layer).')
    if len(cells_fw) != len(cells_bw):
        raise ValueError('Forward and Backward cells must have the same depth.')
    final_fw, final_bw = [], []
    with tf.variable_scope(scope or 'stack_bidirectional_rnn'):
        for index, (fw, bw) in enumerate(zip(cells_fw, cells_bw)):
            given = [states and states[index] for states in (states_fw, states_bw)]
            with tf.variable_scope(f'cell_{index}') as inner:
                inputs, forward, backward = layer(fw, bw, inputs, given, inner)
            final_fw.append(forward)
            final_bw.append(backward)
    return inputs, tuple(final_fw), tuple(final_bw)


_WRAPPERS = {
    'EmbeddingWrapper': EmbeddingWrapper, 'InputProjectionWrapper': InputProjectionWrapper,
    'OutputProjectionWrapper': OutputProjectionWrapper,
}
_STACKS = {
    'stack_bidirectional_dynamic_rnn': stack_bidirectional_dynamic_rnn,
    'stack_bidirectional_rnn': stack_bidirectional_rnn,
}
SYMBOLS = {
    **_WRAPPERS, **_STACKS,
    # The files that scripts took names from.
    'python': {'ops': {'core_rnn_cell': {**_WRAPPERS, '_linear': linear}, 'rnn': _STACKS}},
}
