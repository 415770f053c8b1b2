"""All that makes `tensorflow` in this process what it was in 1.x."""
import functools
import logging
import warnings
from types import ModuleType
from typing import Any, Callable, Dict, Iterator, Optional

from reproduce.legacy import gradients, interface, numpy_scalars, op_seeds, operations, private

_logger = logging.getLogger(__name__)


def install(recorded: Optional[Iterator[int]], data_dir: str,
            threads: Optional[int]) -> ModuleType:
    """Put TensorFlow 1.x in the place of TensorFlow, and return it.

    Args:
      recorded: op seeds to replay in order of use; None derives them.
      data_dir: the folder of MNIST's files.
      threads: how many cores TensorFlow may use; None leaves it alone.
    """
    import tensorflow.compat.v1 as tf
    tf.disable_v2_behavior()
    _silence_deprecations()
    counts = op_seeds.OperationCounts()
    private.replace({
        **operations.replacements(counts), **_cells(),
        'tensorflow.python.framework.ops.get_gradient_function':
            gradients.counting_gradients(counts)})
    rule = op_seeds.SeedRule(counts, recorded)
    op_seeds.install(rule)
    numpy_scalars.install(tf.Session, tf.InteractiveSession)
    tf.data.Dataset.repeat = _repeat(tf.data.Dataset.repeat)
    if threads is not None:
        # The first session of a process sets the pools of all.
        tf.Session(config=tf.ConfigProto(intra_op_parallelism_threads=threads,
                                         inter_op_parallelism_threads=threads)).close()
    return interface.install(_additions(data_dir))


def _additions(data_dir: str) -> interface.Symbols:
    """What 1.x's interface has beside today's `tensorflow.compat.v1`."""
    from reproduce.legacy import (
        arg_scope,
        cell_wrappers,
        cells,
        contrib_layers,
        sequence_losses,
        tutorials,
    )
    # Looked up at each call, as 1.x's data sets do: an observer sees it there.
    data = tutorials.symbols(data_dir, lambda op_seed: private.find(
        'tensorflow.python.framework.random_seed.get_seed')[2](op_seed))
    files = dict.fromkeys(('initializers', 'layers', 'regularizers'), contrib_layers.SYMBOLS)
    layers = {**contrib_layers.SYMBOLS,
              'python': {'layers': {**contrib_layers.SYMBOLS, **files}}}
    scopes = {'arg_scope': arg_scope.arg_scope, 'add_arg_scope': arg_scope.add_arg_scope,
              'has_arg_scope': arg_scope.has_arg_scope}
    return {
        'contrib': {
            'framework': {**scopes, **_global_step(), 'python': {'ops': scopes}},
            'layers': layers,
            'learn': data['learn'],
            'legacy_seq2seq': sequence_losses.LEGACY_SEQ2SEQ,
            'rnn': {**cells.SYMBOLS, **cell_wrappers.SYMBOLS},
            'seq2seq': sequence_losses.SEQ2SEQ,
            'slim': {**contrib_layers.SYMBOLS, **scopes},
        },
        'examples': data['examples'],
        'keras': data['keras'],
    }


def _global_step() -> interface.Symbols:
    import tensorflow.compat.v1 as tf
    return {'create_global_step': tf.train.create_global_step,
            'get_global_step': tf.train.get_global_step,
            'get_or_create_global_step': tf.train.get_or_create_global_step}


def _cells() -> Dict[str, Callable[[Any], Any]]:
    """The makers of `tensorflow.python.ops`' own cells: the cells of `tf.nn.rnn_cell`."""
    def make(found: Any) -> Any:
        import tensorflow.compat.v1 as tf
        return getattr(tf.nn.rnn_cell, found.__name__)
    ops = 'tensorflow.python.ops.'
    return dict.fromkeys((
        ops + 'rnn_cell_impl.BasicLSTMCell', ops + 'rnn_cell_impl.BasicRNNCell',
        ops + 'rnn_cell_impl.DeviceWrapper', ops + 'rnn_cell_impl.DropoutWrapper',
        ops + 'rnn_cell_impl.GRUCell', ops + 'rnn_cell_impl.LSTMCell',
        ops + 'rnn_cell_impl.LSTMStateTuple', ops + 'rnn_cell_impl.MultiRNNCell',
        ops + 'rnn_cell_impl.RNNCell', ops + 'rnn_cell_impl.ResidualWrapper'), make)


def _repeat(function: Any) -> Any:
    """Dataset.repeat, which says that of a shuffled data set it gives another order than 1.15."""
    @functools.wraps(function)
    def repeat(dataset: Any, *args: Any, **kwargs: Any) -> Any:
        import tensorflow.compat.v1 as tf
        if tf.data.experimental.to_variant(dataset).op.type.startswith('ShuffleDataset'):
            _logger.warning('tf.data: shuffle().repeat() draws another order than 1.15, which '
                            'made one operation of both; repeat().shuffle() draws the same')
        return function(dataset, *args, **kwargs)
    return repeat


def _silence_deprecations() -> None:
    """Keep TensorFlow's advice on what is deprecated, which all of 1.x is, off stderr."""
    warnings.filterwarnings('ignore', message='(?s).*deprecated', category=UserWarning)
    warnings.filterwarnings('ignore', category=DeprecationWarning)
    warnings.filterwarnings('ignore', module='tf_keras')
    logging.getLogger('tensorflow').addFilter(
        lambda record: 'Instructions for updating' not in str(record.msg))
