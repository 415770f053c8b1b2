"""Functions whose operations differ from 1.15's: counted as there, or built as there.

The numbers were read off the graphs of TensorFlow 1.15.5; `golden/legacy/op_seeds.json` holds
what they have to give.
"""
from typing import Any, Callable, Dict, List, Optional

from reproduce.legacy.op_seeds import Counted, OperationCounts, default_graph

Maker = Callable[[Any], Any]


def replacements(counts: OperationCounts) -> Dict[str, Maker]:
    """What takes the place of TensorFlow's own functions, by private name."""
    ops = 'tensorflow.python.ops.'
    layers = 'tf_keras.src.layers.'
    counted: Dict[str, Counted] = {
        ops + 'array_ops.zeros': _with_computed_size,
        ops + 'array_ops.ones': _with_computed_size,
        ops + 'gen_array_ops.split': lambda made, *_, **__: made + 1,
        ops + 'array_ops.matrix_diag': lambda *_, **__: 1,
        ops + 'array_ops.matrix_set_diag': lambda *_, **__: 1,
        ops + 'array_ops.one_hot': _one_hot,
        ops + 'clip_ops.clip_by_global_norm': lambda made, *_, **__: made + 1,
        ops + 'confusion_matrix.confusion_matrix': lambda made, *_, **__: made + 2,
        ops + 'image_ops_impl.per_image_standardization': lambda made, *_, **__: made + 1,
        ops + 'tensor_array_ops._GraphTensorArray.size': lambda *_, **__: 1,
        'tensorflow.python.data.ops.dataset_ops.DatasetV1._make_initializable_iterator':
            lambda made, *_, **__: made + 3,
        'tensorflow.python.data.ops.iterator_ops.Iterator.make_initializer':
            lambda made, *_, **__: made + 3,
        'tensorflow.python.training.ftrl.FtrlOptimizer._create_slots':
            lambda made, _, variables: made - 2 * len(variables),
        'tensorflow.python.training.ftrl.FtrlOptimizer._prepare':
            lambda made, *_: made - 9,
        'tensorflow.compat.v1.train.polynomial_decay': lambda made, *_, **__: made + 1,
        layers + 'convolutional.base_conv.Conv.build': _convolution_built,
        layers + 'convolutional.conv2d_transpose.Conv2DTranspose.call': _transpose_called,
        layers + 'reshaping.flatten.Flatten.call': _flattened,
        layers + 'normalization.batch_normalization.BatchNormalizationBase._fused_batch_norm':
            _fused_normalization,
    }
    made: Dict[str, Maker] = {path: counts.counting(count) for path, count in counted.items()}
    made.update({
        ops + 'math_ops._ReductionDims': _reduction_dims,
        ops + 'math_ops.tensordot': lambda _: tensordot,
        ops + 'nn_ops._dropout': lambda _: dropout,
        ops + 'random_ops.random_gamma': lambda function: _random_gamma(function, counts),
        ops + 'random_ops.random_uniform': lambda function: _random_uniform(function, counts),
        ops + 'variable_scope._LazyEvalTensor': lambda _: _computed_once(counts),
    })
    return made


def _with_computed_size(made: int, shape: Any, *_: Any, **__: Any) -> int:
    """1.15 multiplied the lengths in a list, and compared the product with a constant."""
    import tensorflow.compat.v1 as tf
    if not isinstance(shape, (list, tuple)):
        return made
    tensors = [isinstance(length, (tf.Tensor, tf.Variable)) for length in shape]
    if not any(tensors):
        return made
    first = tensors.index(True)
    numbers = tensors[first + 1:].count(False) + (1 if first else 0)
    products = len(tensors) - 1 - first + (1 if first else 0)
    return made + products + numbers + 2


def _one_hot(made: int, indices: Any, depth: Any, on_value: Any = None, off_value: Any = None,
             *_: Any, **__: Any) -> int:
    return made + sum(value is not None and not hasattr(value, 'op')
                      for value in (on_value, off_value))


def _convolution_built(made: int, layer: Any, *_: Any, **__: Any) -> int:
    return made + (1 if all(rate == 1 for rate in layer.dilation_rate) else 0)


def _transpose_called(made: int, layer: Any, *_: Any, **__: Any) -> int:
    return made + (14 if layer.padding == 'valid' else 10)


def _flattened(made: int, layer: Any, inputs: Any) -> int:
    known = [length is not None for length in inputs.shape.as_list()]
    return 8 if len(known) > 1 and not known[0] and all(known[1:]) else made


def _fused_normalization(made: int, layer: Any, inputs: Any, mask: Any, training: Any) -> int:
    return made + (0 if hasattr(training, 'op') else 2)


def _random_uniform(function: Any, counts: OperationCounts) -> Any:
    """random_uniform, with the operations that 1.15 made of the range 0 to 1."""
    def random_uniform(shape: Any, minval: Any = 0, maxval: Any = None, dtype: Any = None,
                       seed: Optional[int] = None, name: Optional[str] = None) -> Any:
        import tensorflow.compat.v1 as tf
        dtype = tf.as_dtype(dtype or tf.float32)
        from_zero = dtype.is_floating and type(minval) is int and minval == 0
        to_one = from_zero and (maxval is None or type(maxval) is int and maxval == 1)
        graph = default_graph()
        if to_one:
            counts.add(graph, 2)  # its constants, which come before its seed
        answer = function(shape, minval, maxval, dtype, seed, name)
        if to_one:
            counts.add(graph, 3)
        elif from_zero:
            counts.add(graph, 2)
        return answer
    return random_uniform


def _random_gamma(function: Any, counts: OperationCounts) -> Any:
    def random_gamma(*args: Any, **kwargs: Any) -> Any:
        counts.add(default_graph(), -2)  # what today broadcasts, before the seed is taken
        return function(*args, **kwargs)
    return random_gamma


def _computed_once(counts: OperationCounts) -> Any:
    """A regularizer's loss as a tensor; get_variable has computed it once already, for nothing."""
    def computed(make: Any) -> Any:
        graph = default_graph()
        before = graph.version
        loss = make()
        counts.add(graph, before - graph.version)
        return loss
    return computed


def _reduction_dims(function: Any) -> Any:
    def reduction_dims(x: Any, axis: Any) -> Any:
        import tensorflow.compat.v1 as tf
        if axis is None and getattr(x, 'shape', None) is not None and x.shape.rank == 0:
            return tf.constant([], tf.int32)
        return function(x, axis)
    return reduction_dims


def dropout(x: Any, rate: Any, noise_shape: Any, uniform_sampler: Any, dummy_rng_step: Any,
            name: Optional[str], default_name: str) -> Any:
    """`x` with each element dropped with the probability `rate`, the others scaled by 1/(1-rate).

    1.15 computed the scale in float32, with operations, and multiplied by scale and mask.

    Args:
      x: a floating point tensor.
      rate: a number from 0, below 1, or a scalar tensor.
      noise_shape: the shape of the mask; None: that of `x`.
      uniform_sampler: draws the mask's random numbers.
      dummy_rng_step: called where nothing is drawn.
      name: of the operations.
      default_name: where there is no name.

    Raises:
      ValueError: `x` is not floating point, or `rate` out of its range.
    """
    import tensorflow.compat.v1 as tf
    with tf.name_scope(name, default_name, [x]):
        x = tf.convert_to_tensor(x, name='x')
        if not x.dtype.is_floating:
            raise ValueError('x has to be a floating point tensor since it\'s going to be scaled. '
                             f'Got a {x.dtype} tensor instead.')
        if isinstance(rate, (int, float)):
            if not 0 <= rate < 1:
                raise ValueError('rate must be a scalar tensor or a float in the range [0, 1), '
                                 f'got {rate:g}')
            if rate == 0:
                dummy_rng_step()
                return x
        rate = tf.convert_to_tensor(rate, dtype=x.dtype, name='rate')
        rate.shape.assert_is_compatible_with([])
        if noise_shape is None:
            noise_shape = tf.shape(x)
        elif not isinstance(noise_shape, tf.Tensor):
            noise_shape = [tf.Dimension(length).value if length is not None else known.value
                           for length, known in zip(noise_shape, x.shape.dims)]
        drawn = uniform_sampler(shape=noise_shape, dtype=x.dtype)
        scale = 1 / (1 - rate)
        dropped = x * scale * tf.cast(drawn >= rate, x.dtype)
        dropped.set_shape(x.shape)
        return dropped


def tensordot(a: Any, b: Any, axes: Any, name: Optional[str] = None) -> Any:
    """The sum of products over `axes`, by one matrix product of both factors, as 1.15 did it.

    Args:
      a: a tensor.
      b: a tensor.
      axes: a number n, for the last n axes of `a` and the first n of `b`, or two lists.
      name: of the operations.
    """
    import tensorflow.compat.v1 as tf

    def as_matrix(tensor: Any, summed: Any, summed_first: bool) -> Any:
        rank = len(tensor.shape)
        summed = [axis % rank for axis in summed]
        free = [axis for axis in range(rank) if axis not in summed]
        permutation = summed + free if summed_first else free + summed
        known = tensor.shape.as_list()
        if None not in known:
            sizes = [known[axis] for axis in free]
            lengths = [_product(sizes), _product([known[axis] for axis in summed])]
            return tf.reshape(tf.transpose(tensor, permutation),
                              lengths[::-1] if summed_first else lengths), sizes, sizes
        inner_axes = tf.convert_to_tensor(summed, tf.int32, name='axes')
        free_axes = tf.convert_to_tensor(free, tf.int32, name='free')
        shape = tf.shape(tensor)
        sizes = tf.gather(shape, free_axes)
        inner = tf.gather(shape, inner_axes)
        lengths = [tf.reduce_prod(sizes), tf.reduce_prod(inner)]
        order = [inner_axes, free_axes] if summed_first else [free_axes, inner_axes]
        permutation = tf.concat(order, 0)
        matrix = tf.reshape(tf.transpose(tensor, permutation),
                            tf.stack(lengths[::-1] if summed_first else lengths))
        return matrix, sizes, [known[axis] for axis in free]

    with tf.name_scope(name, 'Tensordot', [a, b, axes]):
        a, b = tf.convert_to_tensor(a, name='a'), tf.convert_to_tensor(b, name='b')
        if isinstance(axes, int):
            a_axes, b_axes = list(range(len(a.shape) - axes, len(a.shape))), list(range(axes))
        else:
            a_axes, b_axes = ([pair] if isinstance(pair, int) else list(pair) for pair in axes)
        a_matrix, a_sizes, a_known = as_matrix(a, a_axes, False)
        b_matrix, b_sizes, b_known = as_matrix(b, b_axes, True)
        product = tf.matmul(a_matrix, b_matrix)
        if isinstance(a_sizes, list) and isinstance(b_sizes, list):
            return tf.reshape(product, a_sizes + b_sizes)
        sizes = [tf.convert_to_tensor(side, tf.int32) for side in (a_sizes, b_sizes)]
        product = tf.reshape(product, tf.concat(sizes, 0))
        product.set_shape(a_known + b_known)
        return product


def _product(numbers: List[int]) -> int:
    product = 1
    for number in numbers:
        product *= number
    return product
