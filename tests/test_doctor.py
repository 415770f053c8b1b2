"""The doctor: this environment, a script before it runs, an error's cause and mend."""
import importlib.util
import io
import re
import sys
from pathlib import Path
from typing import Callable, List, Optional

import pytest
from conftest import MNIST

from reproduce import doctor
from reproduce.legacy import versions
from reproduce.legacy.diagnosis.causes import CAUSES, NOISE, find_causes
from reproduce.legacy.diagnosis.missing import missing_packages
from reproduce.legacy.diagnosis.uses import read_uses
from reproduce.shared.errors import InputError

needs_tf_keras = pytest.mark.skipif(importlib.util.find_spec('tf_keras') is None,
                                    reason='tf_keras is not installed')
Installed = Callable[..., Optional[str]]


def installed(**packages: Optional[str]) -> Installed:
    found = dict({'tensorflow': '2.21.0', 'tf_keras': '2.21.0'}, **packages)
    return lambda *names: next((found[name] for name in names if found.get(name)), None)


def first_line(capsys: pytest.CaptureFixture) -> str:
    return capsys.readouterr().out.splitlines()[0]


@needs_tf_keras
def test_this_environment_is_fine(run_module: Callable) -> None:
    done = run_module('reproduce.doctor')
    assert done.returncode == 0, done.stdout
    first, *rest = done.stdout.splitlines()
    assert first == 'fine: TensorFlow 1.x scripts run here, python -m reproduce.legacy SCRIPT'
    assert [part for part in (line.split()[0] for line in rest) if part != 'tf_keras'] == [
        'Python', 'TensorFlow', 'front', 'NumPy', 'processor', 'oneDNN', 'MNIST']


@pytest.mark.parametrize('packages, said', [
    ({'tensorflow': None}, 'not fit: TensorFlow is not installed; pip install "tensorflow=='),
    ({'tensorflow': '2.11.1'}, 'not fit: TensorFlow 2.11.1 is older than any that was tried'),
    ({'tf_keras': None}, 'not fit: tf_keras is not installed; pip install "tf_keras==2.21.*"'),
    ({'tf_keras': '2.20.1'}, 'not fit: tf_keras 2.20.1 does not fit TensorFlow 2.21; '
                             'pip install "tf_keras==2.21.*"'),
    ])
def test_what_does_not_fit_is_named_first(packages: dict, said: str,
                                          monkeypatch: pytest.MonkeyPatch,
                                          capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setattr(versions, 'installed', installed(**packages))
    assert doctor.main([]) == 1
    assert first_line(capsys).startswith(said)


def test_what_does_not_fit_does_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, 'installed', installed(tensorflow='1.15.5', tf_keras=None))
    with pytest.raises(InputError, match='TensorFlow 1.15.5 is 1.x itself; run: python SCRIPT'):
        versions.check_versions()
    monkeypatch.setattr(versions, 'installed', installed())
    versions.check_versions()


def test_switched_on_onednn_is_said(monkeypatch: pytest.MonkeyPatch,
                                    capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setattr(versions, 'installed', installed())
    monkeypatch.setenv('TF_ENABLE_ONEDNN_OPTS', '1')
    assert doctor.main(['--data-dir', str(MNIST)]) == 0
    assert 'on, since TF_ENABLE_ONEDNN_OPTS says so' in capsys.readouterr().out


def test_other_data_than_mnist_is_said(idx_folder: Path, monkeypatch: pytest.MonkeyPatch,
                                       capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setattr(versions, 'installed', installed())
    assert doctor.main(['--data-dir', str(idx_folder)]) == 1
    assert 'has another digest than MNIST' in first_line(capsys)
    assert doctor.main(['--data-dir', str(idx_folder / 'none')]) == 1
    assert first_line(capsys).startswith('not fit: MNIST ')


def test_tensorflow_is_not_imported_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, 'tensorflow', None)
    doctor.main([])
    doctor.main([__file__ + '-none'])


SCRIPT = '''import tensorflow as tf, numpy as np
import tensorflow.contrib.layers as layers
from tensorflow.contrib import rnn as cells
from tensorflow.examples.tutorials.mnist import input_data
import helper, no_such_package
from . import relative
initializer = layers.xavier_initializer
class Net:
    def build(self, x):
        return tf.nn.relu(cells.BasicLSTMCell(3)(x)), initializer(), np.random.rand(3).mean()
try:
    tf.contrib.nowhere
    import nowhere
except (ImportError, AttributeError):
    tf.handled
def xrange(n): return range(n)
for i in xrange(3): print(raw_input())
tf = None
tf.unknown
'''


def test_the_names_that_a_script_uses_are_read() -> None:
    uses = read_uses(SCRIPT, 'script.py')
    assert uses.tensorflow == {
        'tensorflow.contrib.layers': 2, 'tensorflow.contrib': 3, 'tensorflow.contrib.rnn': 3,
        'tensorflow.examples.tutorials.mnist': 4,
        'tensorflow.examples.tutorials.mnist.input_data': 4,
        'tensorflow.contrib.layers.xavier_initializer': 7, 'tensorflow.nn.relu': 10,
        'tensorflow.contrib.rnn.BasicLSTMCell': 10, 'tensorflow.handled': 15}
    assert uses.numpy == {'numpy.random.rand': 10}
    assert uses.modules == {'tensorflow': 1, 'numpy': 1, 'helper': 5, 'no_such_package': 5}
    assert uses.python_2 == {'raw_input': 17}
    assert read_uses('import tensorflow.compat.v1 as tf\ntf.nn.relu', 'x').tensorflow == {
        'tensorflow': 1, 'tensorflow.nn.relu': 2}


def test_missing_packages_are_named_and_siblings_are_not(tmp_path: Path) -> None:
    (tmp_path / 'helper.py').write_text('')
    found = missing_packages(read_uses(SCRIPT, 'script.py'), str(tmp_path))
    assert [line for line, _ in found] == [17, 5]
    assert [text.split(':')[0] for _, text in found] == ['raw_input', 'no_such_package']


@pytest.mark.parametrize('source, said', [
    ('print "a"', 'script.py:1: is a statement of Python 2'),
    ('x = 1\ntry:\n    pass\nexcept A, e:\n    pass', 'script.py:4: is a statement of Python 2'),
    ('x = (', 'script.py:1: is no Python 3'), ('x\0', 'script.py:1: is no Python 3')])
def test_what_is_no_python_3_is_refused(source: str, said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        read_uses(source, 'script.py')


@needs_tf_keras
@pytest.mark.full
def test_what_a_script_lacks_is_listed(tmp_path: Path, run_module: Callable) -> None:
    script = tmp_path / 'script.py'
    script.write_text(
        'import numpy as np\nimport tensorflow as tf\nfrom tensorflow.contrib import rnn\n'
        'from tensorflow.examples.tutorials.mnist import input_data\n'
        'rnn.BasicLSTMCell; tf.layers.dense; tf.train.AdamOptimizer; tf.app.flags.DEFINE_string\n'
        'np.float; np.random.RandomState; np.no_such_name\n'
        'tf.estimator.Estimator; tf.estimator.inputs\n'
        'tf.contrib.no_such_part.deep\n')
    done = run_module('reproduce.doctor', script)
    assert done.returncode == 1
    first, *rest = done.stdout.splitlines()
    assert first == f'3 of what {script} uses are missing'
    assert [line.split(': ')[:2] for line in rest] == [
        [f'  {script}:6', 'numpy.no_such_name'], [f'  {script}:7', 'tensorflow.estimator'],
        [f'  {script}:8', 'tensorflow.contrib.no_such_part']]
    assert '1.15 had it' in rest[1]


def test_a_script_without_tensorflow_is_judged_at_once(tmp_path: Path,
                                                       capsys: pytest.CaptureFixture) -> None:
    script = tmp_path / 'script.py'
    script.write_text('import no_such_package\n')
    assert doctor.main([str(script)]) == 1
    assert 'no_such_package: is not installed here' in capsys.readouterr().out


# How the errors of the time read, ranked by how often they are asked about.
ERRORS: List = [
    ("ModuleNotFoundError: No module named 'tensorflow.contrib'", 'tensorflow.contrib is gone'),
    ("AttributeError: module 'tensorflow' has no attribute 'contrib'", 'tensorflow.contrib is'),
    ('ImportError: `BasicLSTMCell` is not available with Keras 3.', "1.x's recurrent cells"),
    ("ModuleNotFoundError: No module named 'tensorflow.examples.tutorials'", 'the tutorials'),
    ("ModuleNotFoundError: No module named 'tensorflow.examples'", 'the tutorials'),
    ('urllib.error.HTTPError: HTTP Error 403: Forbidden', "MNIST's old addresses"),
    ('urllib.error.HTTPError: HTTP Error 404: Not Found', "MNIST's old addresses"),
    ("OSError: Not a gzipped file (b'<!')", "MNIST's old addresses"),
    ("AttributeError: module 'tensorflow' has no attribute 'placeholder'", "the program is"),
    ('RuntimeError: tf.placeholder() is not compatible with eager execution.', 'the program is'),
    ('ERROR: Could not find a version that satisfies the requirement tensorflow==1.15 (from '
     'versions: 2.16.1)', 'the package index has no'),
    ('NotFoundError: Key rnn/basic_lstm_cell/kernel not found in checkpoint', 'a checkpoint has'),
    ('ERROR: Using member tf.contrib.layers.flatten in deprecated module tf.contrib. '
     'tf.contrib.layers.flatten cannot be converted automatically.', 'tensorflow.contrib is gone'),
    ('tf_upgrade_v2: 3 issues', 'tf_upgrade_v2 has no replacement'),
    ("AttributeError: module 'numpy' has no attribute 'float'.", 'NumPy has dropped'),
    ("TypeError: reshape() got an unexpected keyword argument 'newshape'", 'NumPy has dropped'),
    ("SyntaxError: Missing parentheses in call to 'print'. Did you mean print(...)?",
     "the script is Python 2's"),
    ('TypeError: Descriptors cannot be created directly.', 'TensorFlow 1.x needs an older'),
    ('Illegal instruction (core dumped)', 'the processor lacks'),
    ('oneDNN custom operations are on. You may see slightly different numerical results due to '
     'floating-point round-off errors', 'oneDNN adds in another order'),
    ('Could not find cuda drivers on your machine, GPU will not be used.', 'these are Tensor'),
]


@pytest.mark.parametrize('text, cause', ERRORS)
def test_the_cause_of_an_error_is_named(text: str, cause: str, tmp_path: Path,
                                        capsys: pytest.CaptureFixture) -> None:
    file = tmp_path / 'error.txt'
    file.write_text(f'Traceback (most recent call last):\n  File "x.py", line 3, in <module>\n'
                    f'    import tensorflow as tf\n{text}\n')
    assert doctor.main([str(file)]) == 0
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert first.startswith(f'cause: {cause}')
    assert second.startswith('  mend: ')


def test_every_cause_has_an_error_here() -> None:
    found = {cause.cause for text, _ in ERRORS for cause in find_causes(text)}
    mismatch = 'error: tf_keras 2.20.0 does not fit TensorFlow 2.21; run: pip install'
    assert found | {cause.cause for cause in find_causes(mismatch)} == {
        cause.cause for cause in CAUSES + NOISE}


def test_noise_is_no_cause_beside_an_error() -> None:
    text = 'oneDNN custom operations are on.\nNo module named tensorflow.contrib'
    assert [cause.cause for cause in find_causes(text)] == [CAUSES[0].cause]


def test_an_error_nobody_knows_is_said_to_be_unknown(tmp_path: Path,
                                                     capsys: pytest.CaptureFixture) -> None:
    file = tmp_path / 'error.txt'
    file.write_text('ValueError: something else\n')
    assert doctor.main([str(file)]) == 1
    assert first_line(capsys).startswith('unknown: nothing is known')


def test_standard_input_is_a_script_or_an_error(monkeypatch: pytest.MonkeyPatch,
                                                capsys: pytest.CaptureFixture) -> None:
    for text, code, said in (
            ("No module named 'tensorflow.contrib'", 0, 'cause: tensorflow.contrib is gone'),
            ('import no_such_package\n', 1, '1 of what - uses is missing'),
            ('import os\nx = os.name\n', 0, 'fine: all that - uses is here')):
        monkeypatch.setattr(sys, 'stdin', io.StringIO(text))
        monkeypatch.setattr(versions, 'installed', installed())
        assert doctor.main(['-']) == code
        assert first_line(capsys).startswith(said)
    monkeypatch.setattr(sys, 'stdin', io.StringIO('import os\nprint "x"\n'))
    assert doctor.main(['-']) == 2
    assert 'Python 2' in capsys.readouterr().err


def test_a_script_that_is_not_there_is_one_line(capsys: pytest.CaptureFixture) -> None:
    assert doctor.main(['no-such-script.py']) == 2
    assert capsys.readouterr().err == (
        "error: no-such-script.py: cannot be read (No such file or directory); name a script, or "
        "a file with an error's text\n")
