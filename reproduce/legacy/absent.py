"""What to say of a symbol that is not there."""
import os
from typing import Dict, Set

_SYMBOLS = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'symbols.txt')

# What to use, by the longest beginning that fits.
_ADVICE = {
    'tensorflow.contrib': 'contrib ended with TensorFlow 1.x: write it with plain operations, or '
                          'run this script on TensorFlow 1.15',
    'tensorflow.contrib.cudnn_rnn': 'use tf.nn.rnn_cell.LSTMCell or GRUCell',
    'tensorflow.contrib.data': 'use tf.data',
    'tensorflow.contrib.estimator': 'estimators are gone from TensorFlow: use tf.keras, or a '
                                    'graph and a Session',
    'tensorflow.contrib.factorization': 'use scikit-learn, or plain operations and a Session',
    'tensorflow.contrib.keras': 'use tf.keras',
    'tensorflow.contrib.learn': 'estimators are gone from TensorFlow: use tf.keras, or a graph '
                                'and a Session',
    'tensorflow.contrib.lookup': 'use tf.lookup',
    'tensorflow.contrib.tensor_forest': 'use scikit-learn',
    'tensorflow.estimator': 'estimators are gone from TensorFlow: use tf.keras, or a graph and a '
                            'Session',
    'tensorflow.examples': 'only tensorflow.examples.tutorials.mnist.input_data is here',
    # Gone before 1.15 already.
    'tensorflow.concat_v2': 'use tf.concat',
    'tensorflow.initialize_variables': 'use tf.variables_initializer',
    'tensorflow.initialize_all_variables': 'use tf.global_variables_initializer',
    'tensorflow.merge_all_summaries': 'use tf.summary.merge_all',
    'tensorflow.models': 'it was never a part of TensorFlow: get the repository tensorflow/models',
    'tensorflow.mul': 'use tf.multiply', 'tensorflow.neg': 'use tf.negative',
    'tensorflow.nn.seq2seq': 'use tf.contrib.legacy_seq2seq',
    'tensorflow.pack': 'use tf.stack', 'tensorflow.sub': 'use tf.subtract',
    'tensorflow.scalar_summary': 'use tf.summary.scalar',
    'tensorflow.histogram_summary': 'use tf.summary.histogram',
    'tensorflow.image_summary': 'use tf.summary.image',
    'tensorflow.train.SummaryWriter': 'use tf.summary.FileWriter',
    'tensorflow.unpack': 'use tf.unstack',
}


class AbsentSymbolError(AttributeError):
    """A script's use of a symbol that is not there; its message is one line."""


class AbsentModuleError(ModuleNotFoundError):
    """A script's import of a module that is not there; its message is one line."""


def had(name: str) -> bool:
    """Whether TensorFlow 1.15.5 had `name`, such as `tensorflow.nn.relu`."""
    module, _, last = name.rpartition('.')
    symbols = _symbols()
    return name in symbols or last in symbols.get(module, ())


def describe(name: str) -> str:
    """One line: the symbol, whether 1.15 had it, what to use."""
    fitting = [start for start in _ADVICE if name == start or name.startswith(start + '.')]
    if had(name):
        fact = 'TensorFlow 1.15 had it; today\'s TensorFlow and this runner have not'
        advice = 'run this script on TensorFlow 1.15'
    elif '.python.' in f'{name}.':
        fact = 'one of 1.x\'s private modules, which this runner has not'
        advice = 'use the public name'
    else:
        fact = 'TensorFlow 1.15 had it not either'
        advice = 'check the name'
    if fitting:
        advice = _ADVICE[max(fitting, key=len)]
    return f'{name}: {fact}; {advice}'


def _symbols() -> Dict[str, Set[str]]:
    """The public symbols of TensorFlow 1.15.5, by module."""
    with open(_SYMBOLS) as file:
        return {module: set(names.split())
                for module, names in (line.split(':') for line in file)}
