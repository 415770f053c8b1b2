"""`tf.contrib.layers`: layers as functions, with contrib's defaults and variable names.

They build what TensorFlow 1.15 built, operation for operation, so that the op seeds of what
follows are 1.15's too.
"""
from typing import Any, Callable, List, Optional, Sequence, Tuple, Union

import tensorflow.compat.v1 as tf

from reproduce.legacy.arg_scope import add_arg_scope

Initializer = Callable[..., Any]
Regularizer = Callable[[Any], Any]
Size = Union[int, Sequence[int]]


# Initializers and regularizers

def variance_scaling_initializer(factor: float = 2.0, mode: str = 'FAN_IN', uniform: bool = False,
                                 seed: Optional[int] = None, dtype: Any = tf.float32) -> Any:
    """Random values whose variance is `factor` divided by the number of inputs, outputs or both.

    Args:
      factor: 2 is He's, 1 with FAN_AVG Glorot's.
      mode: FAN_IN, FAN_OUT or FAN_AVG.
      uniform: uniform in place of a normal distribution cut at two standard deviations.
      seed: an op seed.
      dtype: of the values.

    Raises:
      TypeError: `mode` is another.
    """
    if mode not in ('FAN_IN', 'FAN_OUT', 'FAN_AVG'):
        raise TypeError(f'Unknown mode {mode} [FAN_IN, FAN_OUT, FAN_AVG]')

    def initializer(shape: Any, dtype: Any = dtype, partition_info: Any = None) -> Any:
        full = [int(length) for length in (partition_info.full_shape if partition_info else shape)]
        fan_in, fan_out = (float(full[-2] if len(full) > 1 else full[-1]),
                           float(full[-1])) if full else (1.0, 1.0)
        for length in full[:-2]:
            fan_in *= length
            fan_out *= length
        count = {'FAN_IN': fan_in, 'FAN_OUT': fan_out,
                 'FAN_AVG': (fan_in + fan_out) / 2.0}[mode]
        if uniform:
            limit = (3.0 * factor / count) ** 0.5
            return tf.random_uniform(shape, -limit, limit, dtype, seed=seed)
        # 1.3 makes up for the cut.
        return tf.truncated_normal(shape, 0.0, (1.3 * factor / count) ** 0.5, dtype, seed=seed)
    return initializer


def xavier_initializer(uniform: bool = True, seed: Optional[int] = None,
                       dtype: Any = tf.float32) -> Any:
    """Glorot's random values."""
    return variance_scaling_initializer(1.0, 'FAN_AVG', uniform, seed, dtype)


def l1_regularizer(scale: float, scope: Optional[str] = None) -> Regularizer:
    """`scale` times the sum of absolute values.

    Raises:
      ValueError: `scale` is below 0 or whole.
    """
    _check_scale(scale)
    if scale == 0.0:
        return lambda _: None

    def l1(weights: Any, name: Optional[str] = None) -> Any:
        with tf.name_scope(scope, 'l1_regularizer', [weights]) as inner:
            factor = tf.convert_to_tensor(scale, weights.dtype.base_dtype, name='scale')
            return tf.multiply(factor, tf.reduce_sum(tf.abs(weights)), name=inner)
    return l1


def l2_regularizer(scale: float, scope: Optional[str] = None) -> Regularizer:
    """`scale` times half the sum of squares.

    Raises:
      ValueError: `scale` is below 0 or whole.
    """
    _check_scale(scale)
    if scale == 0.0:
        return lambda _: None

    def l2(weights: Any) -> Any:
        with tf.name_scope(scope, 'l2_regularizer', [weights]) as inner:
            factor = tf.convert_to_tensor(scale, weights.dtype.base_dtype, name='scale')
            return tf.multiply(factor, tf.nn.l2_loss(weights), name=inner)
    return l2


def l1_l2_regularizer(scale_l1: float = 1.0, scale_l2: float = 1.0,
                      scope: Optional[str] = None) -> Regularizer:
    """Both regularizers' sum."""
    scope = scope or 'l1_l2_regularizer'
    return sum_regularizer([l1_regularizer(scale_l1), l2_regularizer(scale_l2)], scope)


def sum_regularizer(regularizer_list: Sequence[Optional[Regularizer]],
                    scope: Optional[str] = None) -> Optional[Regularizer]:
    """The sum of what several regularizers give."""
    regularizers = [regularizer for regularizer in regularizer_list if regularizer is not None]
    if not regularizers:
        return None

    def total(weights: Any) -> Any:
        with tf.name_scope(scope, 'sum_regularizer', [weights]) as inner:
            terms = [term for term in (regularizer(weights) for regularizer in regularizers)
                     if term is not None]
            return tf.add_n(terms, name=inner) if terms else None
    return total


def apply_regularization(regularizer: Regularizer, weights_list: Optional[List[Any]] = None) -> Any:
    """The sum of a regularizer's values of all weights, which also joins the collection of losses.

    Raises:
      ValueError: there are no weights, or the regularizer gives no scalar.
    """
    weights_list = weights_list or tf.get_collection(tf.GraphKeys.WEIGHTS)
    if not weights_list:
        raise ValueError('No weights to regularize.')
    with tf.name_scope('get_regularization_penalty', values=weights_list) as scope:
        penalties = [term if term is not None else tf.constant(0.0)
                     for term in map(regularizer, weights_list)]
        total = tf.add_n(penalties, name=scope)
        tf.add_to_collection(tf.GraphKeys.REGULARIZATION_LOSSES, total)
        return total


def _check_scale(scale: float) -> None:
    if isinstance(scale, int):
        raise ValueError(f'scale cannot be an integer: {scale}')
    if isinstance(scale, float) and scale < 0.0:
        raise ValueError(f'Setting a scale less than 0 on a regularizer: {scale:g}')


# Layers

_GLOROT = xavier_initializer()
_ZEROS = tf.zeros_initializer()


def _pair(size: Size) -> Tuple[int, int]:
    return (size, size) if isinstance(size, int) else (int(size[0]), int(size[1]))


def _variable(name: str, shape: Sequence[Any], dtype: Any, initializer: Optional[Initializer],
              trainable: bool = True, regularizer: Optional[Regularizer] = None,
              collections: Any = None) -> Any:
    """A variable of a layer, in the collection of model variables too."""
    if isinstance(collections, dict):
        collections = collections.get(name)
    names = [tf.GraphKeys.GLOBAL_VARIABLES, tf.GraphKeys.MODEL_VARIABLES] + list(collections or [])
    return tf.get_variable(name, shape, dtype, initializer, regularizer, trainable, names)


def _finished(outputs: Any, normalizer_fn: Optional[Callable], normalizer_params: Optional[dict],
              activation_fn: Optional[Callable], collections: Any) -> Any:
    """`outputs`, normalized and activated."""
    if normalizer_fn is not None:
        outputs = normalizer_fn(outputs, **(normalizer_params or {}))
    if activation_fn is not None:
        outputs = activation_fn(outputs)
    return _collected(outputs, collections)


def _collected(outputs: Any, collections: Any) -> Any:
    if collections:
        tf.add_to_collections(collections, outputs)
    return outputs


@add_arg_scope
def fully_connected(inputs: Any, num_outputs: int, activation_fn: Optional[Callable] = tf.nn.relu,
                    normalizer_fn: Optional[Callable] = None,
                    normalizer_params: Optional[dict] = None,
                    weights_initializer: Optional[Initializer] = _GLOROT,
                    weights_regularizer: Optional[Regularizer] = None,
                    biases_initializer: Optional[Initializer] = _ZEROS,
                    biases_regularizer: Optional[Regularizer] = None, reuse: Any = None,
                    variables_collections: Any = None, outputs_collections: Any = None,
                    trainable: bool = True, scope: Any = None) -> Any:
    """A dense layer with the variables `weights` and `biases`; relu where nothing else is said.

    Args:
      inputs: [..., n].
      num_outputs: length m of the last axis of what is returned.
      activation_fn: None is linear.
      normalizer_fn: takes the place of the biases.
      normalizer_params: its arguments.
      weights_initializer: of the weights [n, m].
      weights_regularizer: gives a loss of the weights.
      biases_initializer: of the biases [m]; None: no biases.
      biases_regularizer: gives a loss of the biases.
      reuse: whether the variables are there already.
      variables_collections: further collections for them.
      outputs_collections: collections for what is returned.
      trainable: whether optimizers train them.
      scope: the variable scope; by default fully_connected, fully_connected_1 ...

    Returns:
      [..., m].

    Raises:
      ValueError: the length of the last axis is not known.
    """
    with tf.variable_scope(scope, 'fully_connected', [inputs], reuse=reuse):
        inputs = tf.convert_to_tensor(inputs)
        dtype, depth = inputs.dtype.base_dtype, inputs.shape.as_list()[-1]
        if depth is None:
            raise ValueError('The last dimension of the inputs to `Dense` should be defined. '
                             'Found `None`.')
        weights = _variable('weights', [depth, num_outputs], dtype, weights_initializer, trainable,
                            weights_regularizer, variables_collections)
        biases = None
        if normalizer_fn is None and biases_initializer is not None:
            biases = _variable('biases', [num_outputs], dtype, biases_initializer, trainable,
                               biases_regularizer, variables_collections)
        rank = len(inputs.shape)
        outputs = (tf.matmul(inputs, weights) if rank == 2
                   else tf.tensordot(inputs, weights, [[rank - 1], [0]]))
        if biases is not None:
            outputs = tf.nn.bias_add(outputs, biases)
        return _finished(outputs, normalizer_fn, normalizer_params, activation_fn,
                         outputs_collections)


def linear(*args: Any, **kwargs: Any) -> Any:
    """`fully_connected` without an activation."""
    return fully_connected(*args, **{'activation_fn': None, **kwargs})


@add_arg_scope
def convolution2d(inputs: Any, num_outputs: int, kernel_size: Size, stride: Size = 1,
                  padding: str = 'SAME', data_format: Optional[str] = None, rate: Size = 1,
                  activation_fn: Optional[Callable] = tf.nn.relu,
                  normalizer_fn: Optional[Callable] = None,
                  normalizer_params: Optional[dict] = None,
                  weights_initializer: Optional[Initializer] = _GLOROT,
                  weights_regularizer: Optional[Regularizer] = None,
                  biases_initializer: Optional[Initializer] = _ZEROS,
                  biases_regularizer: Optional[Regularizer] = None, reuse: Any = None,
                  variables_collections: Any = None, outputs_collections: Any = None,
                  trainable: bool = True, scope: Any = None) -> Any:
    """A convolution of images with the variables `weights` and `biases`, relu by default.

    Args:
      inputs: [n, rows, columns, channels].
      num_outputs: number m of filters.
      kernel_size: rows and columns of a filter.
      stride: the filters' steps.
      padding: SAME or VALID.
      data_format: None or NHWC.
      rate: the filters' dilation.
      activation_fn: None is linear.
      normalizer_fn: takes the place of the biases.
      normalizer_params: its arguments.
      weights_initializer: of the weights [rows, columns, channels, m].
      weights_regularizer: gives a loss of the weights.
      biases_initializer: of the biases [m]; None: no biases.
      biases_regularizer: gives a loss of the biases.
      reuse: whether the variables are there already.
      variables_collections: further collections for them.
      outputs_collections: collections for what is returned.
      trainable: whether optimizers train them.
      scope: the variable scope; by default Conv, Conv_1 ...

    Raises:
      ValueError: another data format.
    """
    _check_format(data_format)
    with tf.variable_scope(scope, 'Conv', [inputs], reuse=reuse,
                           custom_getter=_contribs_names) as variables:
        inputs = tf.convert_to_tensor(inputs)
        layer = tf.layers.Conv2D(
            num_outputs, _pair(kernel_size), _pair(stride), padding, dilation_rate=_pair(rate),
            use_bias=normalizer_fn is None and biases_initializer is not None,
            kernel_initializer=weights_initializer, bias_initializer=biases_initializer,
            kernel_regularizer=weights_regularizer, bias_regularizer=biases_regularizer,
            trainable=trainable, name=variables.name, _scope=variables, _reuse=reuse)
        return _applied(layer, inputs, variables_collections, normalizer_fn, normalizer_params,
                        activation_fn, outputs_collections)


@add_arg_scope
def convolution2d_transpose(inputs: Any, num_outputs: int, kernel_size: Size, stride: Size = 1,
                            padding: str = 'SAME', data_format: str = 'NHWC',
                            activation_fn: Optional[Callable] = tf.nn.relu,
                            normalizer_fn: Optional[Callable] = None,
                            normalizer_params: Optional[dict] = None,
                            weights_initializer: Optional[Initializer] = _GLOROT,
                            weights_regularizer: Optional[Regularizer] = None,
                            biases_initializer: Optional[Initializer] = _ZEROS,
                            biases_regularizer: Optional[Regularizer] = None, reuse: Any = None,
                            variables_collections: Any = None, outputs_collections: Any = None,
                            trainable: bool = True, scope: Any = None) -> Any:
    """The transpose of a convolution; the arguments are those of `convolution2d`.

    The weights have the shape [rows, columns, num_outputs, channels].

    Raises:
      ValueError: another data format.
    """
    _check_format(data_format)
    with tf.variable_scope(scope, 'Conv2d_transpose', [inputs], reuse=reuse,
                           custom_getter=_contribs_names) as variables:
        inputs = tf.convert_to_tensor(inputs)
        layer = tf.layers.Conv2DTranspose(
            num_outputs, _pair(kernel_size), _pair(stride), padding,
            use_bias=normalizer_fn is None and biases_initializer is not None,
            kernel_initializer=weights_initializer, bias_initializer=biases_initializer,
            kernel_regularizer=weights_regularizer, bias_regularizer=biases_regularizer,
            trainable=trainable, name=variables.name, _scope=variables, _reuse=reuse)
        return _applied(layer, inputs, variables_collections, normalizer_fn, normalizer_params,
                        activation_fn, outputs_collections)


def _applied(layer: Any, inputs: Any, variables_collections: Any, normalizer_fn: Any,
             normalizer_params: Any, activation_fn: Any, outputs_collections: Any) -> Any:
    """What a layer of tf.layers makes of `inputs`; its variables join contrib's collections."""
    outputs = layer.apply(inputs)
    for variable in layer.variables:
        tf.add_to_collection(tf.GraphKeys.MODEL_VARIABLES, variable)
        collections = variables_collections
        if isinstance(collections, dict):
            collections = collections.get(variable.op.name.rpartition('/')[2])
        if collections:
            tf.add_to_collections(collections, variable)
    return _finished(outputs, normalizer_fn, normalizer_params, activation_fn, outputs_collections)


def _contribs_names(getter: Callable, name: str, *args: Any, **kwargs: Any) -> Any:
    """A variable of a layer of tf.layers, by contrib's name."""
    scope, _, last = name.rpartition('/')
    last = {'kernel': 'weights', 'bias': 'biases'}.get(last, last)
    return getter(f'{scope}/{last}', *args, **kwargs)


def _check_format(data_format: Optional[str]) -> None:
    if data_format not in (None, 'NHWC'):
        raise ValueError(f'data_format {data_format} is not supported: images have to be NHWC')


@add_arg_scope
def max_pool2d(inputs: Any, kernel_size: Size, stride: Size = 2, padding: str = 'VALID',
               data_format: str = 'NHWC', outputs_collections: Any = None,
               scope: Any = None) -> Any:
    """The largest value of each window of images [n, rows, columns, channels]."""
    return _pooled(tf.nn.max_pool, 'MaxPool2D', inputs, kernel_size, stride, padding, data_format,
                   outputs_collections, scope)


@add_arg_scope
def avg_pool2d(inputs: Any, kernel_size: Size, stride: Size = 2, padding: str = 'VALID',
               data_format: str = 'NHWC', outputs_collections: Any = None,
               scope: Any = None) -> Any:
    """The mean of each window of images [n, rows, columns, channels]."""
    return _pooled(tf.nn.avg_pool, 'AvgPool2D', inputs, kernel_size, stride, padding, data_format,
                   outputs_collections, scope)


def _pooled(pool: Callable, name: str, inputs: Any, kernel_size: Size, stride: Size, padding: str,
            data_format: str, collections: Any, scope: Any) -> Any:
    _check_format(data_format)
    with tf.name_scope(scope, name, [inputs]):
        outputs = pool(inputs, [1, *_pair(kernel_size), 1], [1, *_pair(stride), 1],
                       padding.upper())
        return _collected(outputs, collections)


@add_arg_scope
def flatten(inputs: Any, outputs_collections: Any = None, scope: Any = None) -> Any:
    """`inputs` [n, ...] as [n, m].

    Raises:
      ValueError: the number of axes is not known, or below 2.
    """
    with tf.name_scope(scope, 'Flatten', [inputs]):
        inputs = tf.convert_to_tensor(inputs)
        if inputs.shape.rank is None or inputs.shape.rank < 2:
            raise ValueError('Inputs must have a least 2 dimensions.')
        return _collected(tf.layers.flatten(inputs), outputs_collections)


@add_arg_scope
def dropout(inputs: Any, keep_prob: Any = 0.5, noise_shape: Any = None, is_training: Any = True,
            outputs_collections: Any = None, scope: Any = None,
            seed: Optional[int] = None) -> Any:
    """`inputs` with each element kept with the probability `keep_prob`, while training."""
    with tf.variable_scope(scope, 'Dropout', [inputs]):
        inputs = tf.convert_to_tensor(inputs)
        outputs = tf.layers.dropout(inputs, 1 - keep_prob, noise_shape, seed, is_training)
        return _collected(outputs, outputs_collections)


@add_arg_scope
def batch_norm(inputs: Any, decay: float = 0.999, center: bool = True, scale: bool = False,
               epsilon: float = 0.001, activation_fn: Optional[Callable] = None,
               param_initializers: Optional[dict] = None, param_regularizers: Optional[dict] = None,
               updates_collections: Any = tf.GraphKeys.UPDATE_OPS, is_training: Any = True,
               reuse: Any = None, variables_collections: Any = None,
               outputs_collections: Any = None, trainable: bool = True, batch_weights: Any = None,
               fused: Optional[bool] = None, data_format: str = 'NHWC',
               zero_debias_moving_mean: bool = False, scope: Any = None,
               renorm: bool = False) -> Any:
    """`inputs` [..., channels] normalized over their batch; the offset is trained, no scale is.

    Args:
      inputs: of any number of axes.
      decay: of the moving averages.
      center: whether there is an offset, `beta`.
      scale: whether there is a scale, `gamma`.
      epsilon: added to the variance.
      activation_fn: applied last.
      param_initializers: of beta, gamma, moving_mean, moving_variance.
      param_regularizers: of beta and gamma.
      updates_collections: where the updates of the averages go; None: they are made in place.
      is_training: whether to normalize by the batch; a tensor too.
      reuse: whether the variables are there already.
      variables_collections: further collections for them.
      outputs_collections: collections for what is returned.
      trainable: whether optimizers train them.
      batch_weights: not supported.
      fused: False keeps to elementary operations.
      data_format: NHWC.
      zero_debias_moving_mean: not supported.
      scope: the variable scope; by default BatchNorm, BatchNorm_1 ...
      renorm: not supported.

    Raises:
      ValueError: an argument asks for what is not supported, or the number of channels is unknown.
    """
    _check_format(data_format)
    for name, value in (('batch_weights', batch_weights), ('renorm', renorm),
                        ('zero_debias_moving_mean', zero_debias_moving_mean)):
        if value:
            raise ValueError(f'tf.contrib.layers.batch_norm: {name} is not supported by this '
                             'runner; leave it out, or run this script on TensorFlow 1.15')
    inputs = tf.convert_to_tensor(inputs)
    rank, in_place = len(inputs.shape), updates_collections != tf.GraphKeys.UPDATE_OPS
    fused = fused is not False
    initializers = {'beta': tf.zeros_initializer(), 'gamma': tf.ones_initializer(),
                    'moving_mean': tf.zeros_initializer(),
                    'moving_variance': tf.ones_initializer(), **(param_initializers or {})}
    regularizers = param_regularizers or {}
    with tf.variable_scope(scope, 'BatchNorm', [inputs], reuse=reuse) as variables:
        if not in_place and not (fused and rank == 2):
            layer = tf.layers.BatchNormalization(
                momentum=decay, epsilon=epsilon, center=center, scale=scale, trainable=trainable,
                beta_initializer=initializers['beta'], gamma_initializer=initializers['gamma'],
                moving_mean_initializer=initializers['moving_mean'],
                moving_variance_initializer=initializers['moving_variance'],
                beta_regularizer=regularizers.get('beta'),
                gamma_regularizer=regularizers.get('gamma'), fused=fused and rank == 4,
                name=variables.name, _scope=variables, _reuse=reuse)
            outputs = layer.apply(inputs, training=is_training)
        else:
            outputs = _normalized(inputs, decay, center, scale, epsilon, initializers, regularizers,
                                  updates_collections, is_training, variables_collections,
                                  trainable, fused and rank in (2, 4))
        return _finished(outputs, None, None, activation_fn, outputs_collections)


def _normalized(inputs: Any, decay: float, center: bool, scale: bool, epsilon: float,
                initializers: dict, regularizers: dict, collections: Any, is_training: Any,
                variables_collections: Any, trainable: bool, fused: bool) -> Any:
    """The normalization of matrices, and that which updates its averages in place."""
    channels = inputs.shape.as_list()[-1]
    if channels is None:
        raise ValueError(f'Inputs {inputs.name} has undefined channels dimension '
                         f'{inputs.shape[-1:]}.')
    images = inputs
    if fused and len(inputs.shape) == 2:
        images = tf.reshape(inputs, [-1, 1, 1, channels])

    def parameter(name: str, wanted: bool, trained: bool, otherwise: float) -> Any:
        if wanted:
            return _variable(name, [channels], tf.float32, initializers[name], trained,
                             regularizers.get(name), variables_collections)
        return tf.constant(otherwise, tf.float32, [channels])

    beta = parameter('beta', center, trainable, 0.0)
    gamma = parameter('gamma', scale, trainable, 1.0)
    moving_mean = parameter('moving_mean', True, False, 0.0)
    moving_variance = parameter('moving_variance', True, False, 1.0)

    def by_batch() -> Any:
        if fused:
            return tf.nn.fused_batch_norm(images, gamma, beta, epsilon=epsilon)
        mean, variance = tf.nn.moments(images, list(range(len(images.shape) - 1)))
        return tf.nn.batch_normalization(images, mean, variance, beta, gamma,
                                         epsilon), mean, variance

    def by_averages() -> Any:
        if fused:
            return tf.nn.fused_batch_norm(images, gamma, beta, moving_mean, moving_variance,
                                          epsilon, is_training=False)
        return tf.nn.batch_normalization(images, moving_mean, moving_variance, beta, gamma,
                                         epsilon), moving_mean, moving_variance

    outputs, mean, variance = _choose(is_training, by_batch, by_averages)

    def updates() -> Any:
        return [_moved(average, value, decay) for average, value in (
            (moving_mean, mean), (moving_variance, variance))]

    def updated() -> Any:
        with tf.control_dependencies(updates()):
            return tf.identity(outputs)

    if is_training is not False:
        if collections is None:
            outputs = _choose(is_training, updated, lambda: outputs)
        else:
            for update in _choose(is_training, updates, lambda: [moving_mean, moving_variance]):
                tf.add_to_collections(collections, update)
    outputs.set_shape(images.shape)
    return tf.reshape(outputs, tf.shape(inputs)) if images is not inputs else outputs


def _choose(condition: Any, yes: Callable[[], Any], no: Callable[[], Any]) -> Any:
    """`yes()` or `no()`, at once where the condition is known."""
    if isinstance(condition, (tf.Tensor, tf.Variable)):
        known = tf.get_static_value(condition)
        if known is None:
            return tf.cond(condition, yes, no)
        condition = bool(known)
    return yes() if condition else no()


def _moved(average: Any, value: Any, decay: float) -> Any:
    """The update of a moving average towards `value`."""
    with tf.name_scope(None, 'AssignMovingAvg', [average, value, decay]) as scope:
        step = tf.convert_to_tensor(1.0 - decay, average.dtype.base_dtype, name='decay')
        return tf.assign_sub(average, (average - value) * step, name=scope)


@add_arg_scope
def layer_norm(inputs: Any, center: bool = True, scale: bool = True,
               activation_fn: Optional[Callable] = None, reuse: Any = None,
               variables_collections: Any = None, outputs_collections: Any = None,
               trainable: bool = True, begin_norm_axis: int = 1, begin_params_axis: int = -1,
               scope: Any = None) -> Any:
    """`inputs` with mean 0 and variance 1 over all axes from `begin_norm_axis`, scaled and moved.

    Raises:
      ValueError: the shape from `begin_params_axis` on is not known.
    """
    with tf.variable_scope(scope, 'LayerNorm', [inputs], reuse=reuse):
        inputs = tf.convert_to_tensor(inputs)
        shape, dtype = inputs.shape[begin_params_axis:], inputs.dtype.base_dtype
        if not shape.is_fully_defined():
            raise ValueError(f'Inputs {inputs.name}: shape(inputs)[{begin_params_axis}:] is not '
                             f'fully defined: {inputs.shape}')
        beta = gamma = None
        if center:
            beta = _variable('beta', shape, dtype, tf.zeros_initializer(), trainable,
                             collections=variables_collections)
        if scale:
            gamma = _variable('gamma', shape, dtype, tf.ones_initializer(), trainable,
                              collections=variables_collections)
        rank = len(inputs.shape)
        mean, variance = tf.nn.moments(inputs, list(range(begin_norm_axis % rank, rank)),
                                       keep_dims=True)
        outputs = tf.nn.batch_normalization(inputs, mean, variance, beta, gamma, 1e-12)
        outputs.set_shape(inputs.shape)
        return _finished(outputs, None, None, activation_fn, outputs_collections)


@add_arg_scope
def one_hot_encoding(labels: Any, num_classes: int, on_value: float = 1.0, off_value: float = 0.0,
                     outputs_collections: Any = None, scope: Any = None) -> Any:
    """`labels` [n] as [n, num_classes]."""
    with tf.name_scope(scope, 'OneHotEncoding', [labels, num_classes]):
        labels = tf.convert_to_tensor(labels)
        if labels.dtype == tf.int32:
            labels = tf.cast(labels, tf.int64)
        return _collected(tf.one_hot(labels, num_classes, on_value, off_value),
                          outputs_collections)


def embed_sequence(ids: Any, vocab_size: Optional[int] = None, embed_dim: Optional[int] = None,
                   unique: bool = False, initializer: Optional[Initializer] = None,
                   regularizer: Optional[Regularizer] = None, trainable: bool = True,
                   scope: Any = None, reuse: Any = None) -> Any:
    """`ids` [n, length] as vectors [n, length, embed_dim] from a trained table, `embeddings`.

    Raises:
      ValueError: neither is the table there nor are both its lengths, or `unique` is asked for.
    """
    if unique:
        raise ValueError('tf.contrib.layers.embed_sequence: unique is not supported by this '
                         'runner; leave it out, or run this script on TensorFlow 1.15')
    if not (reuse or (vocab_size and embed_dim)):
        raise ValueError('Must specify vocab size and embedding dimension when not reusing. Got '
                         f'vocab_size={vocab_size} and embed_dim={embed_dim}')
    with tf.variable_scope(scope, 'EmbedSequence', [ids], reuse=reuse):
        shape = [vocab_size, embed_dim] if not reuse or vocab_size and embed_dim else None
        table = _variable('embeddings', shape, tf.float32, initializer, trainable, regularizer)
        return tf.nn.embedding_lookup(table, ids)


def relu(*args: Any, **kwargs: Any) -> Any:
    """`fully_connected`, whose default is relu."""
    return fully_connected(*args, **kwargs)


SYMBOLS = {
    'apply_regularization': apply_regularization, 'avg_pool2d': avg_pool2d,
    'batch_norm': batch_norm, 'conv2d': convolution2d, 'conv2d_transpose': convolution2d_transpose,
    'convolution2d': convolution2d, 'convolution2d_transpose': convolution2d_transpose,
    'dropout': dropout, 'embed_sequence': embed_sequence, 'flatten': flatten,
    'fully_connected': fully_connected, 'l1_l2_regularizer': l1_l2_regularizer,
    'l1_regularizer': l1_regularizer, 'l2_regularizer': l2_regularizer, 'layer_norm': layer_norm,
    'linear': linear, 'max_pool2d': max_pool2d, 'one_hot_encoding': one_hot_encoding,
    'relu': relu, 'sum_regularizer': sum_regularizer,
    'variance_scaling_initializer': variance_scaling_initializer,
    'xavier_initializer': xavier_initializer, 'xavier_initializer_conv2d': xavier_initializer,
}
