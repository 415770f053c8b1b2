"""What of a script's uses is missing here, found out without running it."""
import importlib.util
import os
import sys
from typing import Any, Dict, List, NamedTuple, Tuple

from reproduce.legacy.diagnosis.uses import Uses, in_python_3
from reproduce.legacy.front.location import RELEASE

# Gone before 1.15 already, and what to write.
_RENAMED = {
    'tensorflow.concat_v2': 'tf.concat', 'tensorflow.initialize_variables':
        'tf.variables_initializer', 'tensorflow.merge_all_summaries': 'tf.summary.merge_all',
    'tensorflow.mul': 'tf.multiply', 'tensorflow.neg': 'tf.negative', 'tensorflow.nn.seq2seq':
        'tf.contrib.legacy_seq2seq', 'tensorflow.pack': 'tf.stack', 'tensorflow.sub': 'tf.subtract',
    'tensorflow.scalar_summary': 'tf.summary.scalar', 'tensorflow.histogram_summary':
        'tf.summary.histogram', 'tensorflow.image_summary': 'tf.summary.image',
    'tensorflow.train.SummaryWriter': 'tf.summary.FileWriter', 'tensorflow.unpack': 'tf.unstack'}


class Missing(NamedTuple):
    """A name that is not there, and the line that says what to do."""

    line: int
    text: str


def missing_packages(uses: Uses, folder: str) -> List[Missing]:
    """Imports that find nothing, in the script's `folder` neither, and names of Python 2."""
    found = [Missing(line, f'{name}: is Python 2\'s; write {in_python_3(name)}')
             for name, line in uses.python_2.items()]
    for name, line in uses.modules.items():
        sibling = os.path.join(folder, name)
        if name in sys.modules or os.path.exists(sibling + '.py') or os.path.isdir(sibling):
            continue
        if importlib.util.find_spec(name) is None:
            found.append(Missing(line, f'{name}: is not installed here; install the package that '
                                       'has it'))
    return found


def missing_names(uses: Uses, tensorflow: Any) -> List[Missing]:
    """Names of TensorFlow and NumPy that are not there.

    Args:
      uses: the script's.
      tensorflow: 1.15's own, as `front.program.prepare` returns it.
    """
    import numpy
    found: List[Missing] = []
    known: Dict[str, Any] = {'tensorflow': tensorflow, 'numpy': numpy}
    for names in (uses.tensorflow, uses.numpy):
        said = set()
        for dotted, line in sorted(names.items(), key=lambda item: (item[1], item[0])):
            absent, text = _first_absent(known, dotted)
            if absent and absent not in said:
                said.add(absent)
                found.append(Missing(line, text))
    return found


def _first_absent(known: Dict[str, Any], dotted: str) -> Tuple[str, str]:
    """The shortest beginning of `dotted` that is not there, and what to say of it."""
    first, *parts = dotted.split('.')
    value, name = known[first], first
    for part in parts:
        name = f'{name}.{part}'
        try:
            value = getattr(value, part)
        except AttributeError:
            if importlib.util.find_spec(first) and _is_submodule(name):
                return '', ''
            if first == 'numpy':
                return name, f'{name}: is not in this NumPy, {known["numpy"].__version__}'
            advice = f'use {_RENAMED[name]}' if name in _RENAMED else 'check the name'
            return name, f'{name}: TensorFlow {RELEASE} has it not either; {advice}'
    return '', ''


def _is_submodule(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, AttributeError, ValueError):
        return False
