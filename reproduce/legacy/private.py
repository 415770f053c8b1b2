"""The private names of TensorFlow and tf_keras that the runner touches, each with its reason.

All of them were there, and did what their reason says, in TensorFlow 2.16.2 with tf_keras 2.16.0
and in TensorFlow 2.21.0 with tf_keras 2.21.0: the tests of `tests/legacy` passed on both.  The
names of those between are not checked one by one; a missing one is said at the start.
"""
import importlib
import sys
from types import ModuleType
from typing import Any, Callable, Dict, Tuple

from reproduce.shared.errors import InputError

REASONS: Dict[str, str] = {
    'tensorflow.python.framework.random_seed.get_seed':
        'every random operation asks it for its seeds; 1.x counted operations for them',
    'tensorflow.python.framework.ops.get_gradient_function':
        'finds the gradient of an operation; those of 1.15 made other operations',
    'tensorflow.python.ops.array_ops.zeros':
        '1.15 made operations of a shape that holds tensors',
    'tensorflow.python.ops.array_ops.ones':
        '1.15 made operations of a shape that holds tensors',
    'tensorflow.python.ops.gen_array_ops.split':
        '1.15 made a constant of the number of parts: one a timestep in the LSTM and GRU cells',
    'tensorflow.python.ops.array_ops.matrix_diag':
        '1.15 made one operation',
    'tensorflow.python.ops.array_ops.matrix_set_diag':
        '1.15 made one operation; identity initializers use it',
    'tensorflow.python.ops.array_ops.one_hot':
        '1.15 made constants of given values twice',
    'tensorflow.python.ops.clip_ops.clip_by_global_norm':
        '1.15 made other operations',
    'tensorflow.python.ops.confusion_matrix.confusion_matrix':
        '1.15 made other operations',
    'tensorflow.python.ops.image_ops_impl.per_image_standardization':
        '1.15 made other operations',
    'tensorflow.python.ops.math_ops.tensordot':
        '1.15 always transposed and reshaped both factors; dense layers use it on sequences',
    'tensorflow.python.ops.math_ops._ReductionDims':
        'reducing a scalar made one constant on 1.15, in every loss of tf.losses',
    'tensorflow.python.ops.nn_ops._dropout':
        'what all forms of dropout end in; 1.15 scaled and masked with other operations',
    'tensorflow.python.ops.random_ops.random_uniform':
        '1.15 made constants of the range 0 to 1, and scaled by it',
    'tensorflow.python.ops.random_ops.random_gamma':
        '1.15 made other operations',
    **{f'tensorflow.python.ops.rnn_cell_impl.{name}':
       'scripts take cells from there; in 1.15 it was the class of tf.nn.rnn_cell'
       for name in ('BasicLSTMCell', 'BasicRNNCell', 'DeviceWrapper', 'DropoutWrapper', 'GRUCell',
                    'LSTMCell', 'LSTMStateTuple', 'MultiRNNCell', 'RNNCell', 'ResidualWrapper')},
    'tensorflow.python.ops.tensor_array_ops._GraphTensorArray.size':
        '1.15 always made an operation of it; dynamic_rnn stacks its outputs with it',
    'tensorflow.python.ops.variable_scope._LazyEvalTensor':
        'computes a regularizer again each time it is looked at; 1.15 did it once',
    'tensorflow.python.training.ftrl.FtrlOptimizer._create_slots':
        '1.15 made other operations',
    'tensorflow.python.training.ftrl.FtrlOptimizer._prepare':
        '1.15 made other operations',
    'tensorflow.compat.v1.train.polynomial_decay':
        'public; 1.15 made one more constant',
    'tensorflow.python.data.ops.dataset_ops.DatasetV1._make_initializable_iterator':
        '1.15 added the operations of two rewrites',
    'tensorflow.python.data.ops.iterator_ops.Iterator.make_initializer':
        '1.15 added the operations of two rewrites',
    'tf_keras.src.layers.convolutional.base_conv.Conv.build':
        '1.15 made a constant of the dilation rate',
    'tf_keras.src.layers.convolutional.conv2d_transpose.Conv2DTranspose.call':
        '1.15 computed the size of the output with operations',
    'tf_keras.src.layers.reshaping.flatten.Flatten.call':
        '1.15 computed the batch size with operations',
    'tf_keras.src.layers.normalization.batch_normalization.BatchNormalizationBase'
    '._fused_batch_norm':
        '1.15 made constants of the momentum',
}


def find(path: str) -> Tuple[Any, str, Any]:
    """The module or class that holds the private name `path`, its last part, and what it is.

    Raises:
      InputError: it is not in this TensorFlow.
    """
    parts = path.split('.')
    for length in range(len(parts) - 1, 0, -1):
        try:
            owner: Any = importlib.import_module('.'.join(parts[:length]))
        except ImportError:
            continue
        try:
            for part in parts[length:-1]:
                owner = getattr(owner, part)
            return owner, parts[-1], getattr(owner, parts[-1])
        except AttributeError:
            break
    raise InputError(f'{path} is not in this TensorFlow ({REASONS[path]}); install one of the '
                     'versions 2.16 to 2.21')


def replace(makers: Dict[str, Callable[[Any], Any]]) -> None:
    """Put in the place of each private name what its maker makes of it.

    A function is replaced wherever a module of TensorFlow or tf_keras holds it, under its public
    names too; a method, in its class.

    Raises:
      InputError: one is not in this TensorFlow.
    """
    replaced: Dict[int, Any] = {}
    for path, make in makers.items():
        owner, name, found = find(path)
        made = make(found)
        setattr(owner, name, made)
        if isinstance(owner, ModuleType):
            replaced[id(found)] = (found, made)
    for module in list(sys.modules.values()):
        if getattr(module, '__name__', '').split('.')[0] not in ('tensorflow', 'tf_keras'):
            continue
        for name, value in list(vars(module).items()):
            found, made = replaced.get(id(value), (None, None))
            if made is not None and found is value:
                setattr(module, name, made)
