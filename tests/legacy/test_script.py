"""A script runs as Python itself runs it; our own errors are one line."""
import json
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from running import needs_tf_keras, run_legacy

from reproduce.legacy import absent, script, versions

SAYS_ALL = textwrap.dedent('''
    import os, sys, random
    import numpy as np
    from helper import answer
    import tensorflow as tf
    print(sys.argv, os.path.basename(__file__), __name__, answer, sys.path[0] == os.path.dirname(
        os.path.abspath(__file__)), sys.modules['__main__'].answer)
    print(tf.__version__ == __import__('importlib.metadata').metadata.version('tensorflow'))
    np.testing.assert_array_equal(np.array([True, False]), [True, False])
    print([np.float, np.int, np.bool, np.object], np.reshape(np.arange(4), newshape=(2, 2)).shape)
    with tf.Session() as sess:
        one = sess.run(tf.constant(0.1))
        print([one], one / 3, type(one * 2).__name__, type(one * one).__name__.lower(), one == 0.1)
        print(sess.run({'a': [tf.constant(2.5)]}))
        print(sess.run(tf.random_normal([1])), random.random(), np.random.rand())
    print(hasattr(tf.contrib.rnn, 'GridLSTMCell'), tf.contrib.rnn is __import__(
        'tensorflow.contrib.rnn', fromlist=['x']))
    import tensorflow.contrib.layers as layers
    from tensorflow.contrib.rnn import LSTMBlockCell
    from tensorflow.python.framework import ops
    from tensorflow.keras.layers import Dense
    print(layers.xavier_initializer.__name__, LSTMBlockCell.__name__, Dense.__name__)

    def inner():
        tf.nn.dropout('no number', 0.5)

    inner()
''')


@needs_tf_keras
def test_a_script_meets_what_it_expects(tmp_path: Path) -> None:
    (tmp_path / 'helper.py').write_text('answer = 42\n')
    (tmp_path / 'old.py').write_text(SAYS_ALL)
    done = run_legacy('--seed', '5', 'old.py', '--flag', '-x', folder=tmp_path)
    lines = done.stdout.splitlines()
    assert lines[0] == "['old.py', '--flag', '-x'] old.py __main__ 42 True 42"
    assert lines[1] == 'True'
    own = 'numpy.bool' if hasattr(np, 'bool') else 'bool'  # NumPy's own, where it has one
    assert lines[2] == (f"[<class 'float'>, <class 'int'>, <class '{own}'>, <class 'object'>] "
                        '(2, 2)')
    assert lines[3] == '[0.1] 0.033333333830038704 float64 float32 False'
    assert lines[4] == "{'a': [2.5]}"
    assert lines[5:] == ['[-1.5148973] 0.6229016948897019 0.22199317108973948', 'False True',
                         'xavier_initializer LSTMBlockCell Dense']
    assert done.returncode == 1
    *frames, last = done.stderr.strip().splitlines()
    assert frames[0] == 'Traceback (most recent call last):'
    assert last.startswith('ValueError: ')
    assert 'in inner' in done.stderr
    assert 'reproduce/legacy' not in done.stderr


@needs_tf_keras
def test_a_doubtful_op_seed_is_said_and_what_is_absent_is_one_line(tmp_path: Path) -> None:
    source = ('import tensorflow as tf\nx = tf.ones([2, 3, 4])\n'
              'y, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(4), x, dtype=tf.float32)\n'
              'tf.gradients(y, x)\nprint("built")\ntf.random_normal([1])\ntf.random_normal([1])\n'
              'tf.contrib.rnn.GridLSTMCell(3)\n')
    done = run_legacy('--seed', '3', '-', folder=tmp_path, stdin=source)
    assert done.stdout == 'built\n'
    doubt, missing = done.stderr.splitlines()
    assert 'gradient of a loop' in doubt
    assert missing.startswith(
        '<stdin>:8: tensorflow.contrib.rnn.GridLSTMCell: TensorFlow 1.15 had it')
    assert done.returncode == 1


@needs_tf_keras
@pytest.mark.full
@pytest.mark.parametrize('line, said', [
    ('from tensorflow.contrib.rnn import GridLSTMCell',
     'tensorflow.contrib.rnn.GridLSTMCell: TensorFlow 1.15 had it'),
    ('import tensorflow.contrib.crf', 'tensorflow.contrib.crf: TensorFlow 1.15 had it'),
    ('tf.no_such_thing', 'tensorflow.no_such_thing: TensorFlow 1.15 had it not either'),
])
def test_what_is_absent_is_one_line(line: str, said: str, tmp_path: Path) -> None:
    done = run_legacy('-', folder=tmp_path, stdin=f'import tensorflow as tf\nprint(1)\n{line}\n')
    assert done.stdout == '1\n'
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith(f'<stdin>:3: {said}')
    assert done.returncode == 1


@needs_tf_keras
def test_mnist_is_the_packages_and_an_interrupt_ends_as_in_python(tmp_path: Path) -> None:
    source = textwrap.dedent('''
        from tensorflow.examples.tutorials.mnist import input_data
        import numpy as np
        mnist = input_data.read_data_sets('/no/such/folder', one_hot=True)
        print(mnist.train.labels[0].argmax(), mnist.test.images.shape, np.random.rand())
        import tensorflow as tf
        print(tf.contrib.learn.datasets.mnist.read_data_sets('data').train.num_examples)
        import os, signal
        signal.signal(signal.SIGINT, signal.default_int_handler)  # not ignored, as in background
        os.kill(os.getpid(), signal.SIGINT)
    ''')
    (tmp_path / 'data').mkdir()
    done = run_legacy('--seed', '5', '-', folder=tmp_path, stdin=source)
    assert done.stdout.splitlines()[0] == 'Extracting /no/such/folder/train-images-idx3-ubyte.gz'
    # Each data set reseeds NumPy's generator with the graph's seed.
    assert done.stdout.splitlines()[4] == '7 (10000, 784) 0.22199317108973948'
    assert done.stdout.splitlines()[5:] == [
        f'Extracting data/{name}-ubyte.gz' for name in (
            'train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1')
    ] + ['55000']
    assert not list((tmp_path / 'data').iterdir())
    assert done.returncode == -signal.SIGINT
    assert done.stderr.splitlines()[-1] == 'KeyboardInterrupt'
    assert 'legacy' not in done.stderr


@needs_tf_keras
@pytest.mark.full
def test_recorded_seeds_are_replayed_in_order_of_use(tmp_path: Path) -> None:
    (tmp_path / 'seeds.json').write_text('[11, 22]')
    source = ("import tensorflow as tf\n"
              "a, b, c = tf.random_normal([1]), tf.random_normal([1], seed=5), tf.zeros([1]) + "
              "tf.random_uniform([1])\n"
              "print([o.get_attr('seed2') for o in tf.get_default_graph().get_operations()"
              " if 'andom' in o.type])\ntf.random_normal([1])\n")
    done = run_legacy('--seed', '3', '--seeds', 'seeds.json', '-', folder=tmp_path, stdin=source)
    assert done.stdout == '[11, 5, 22]\n'
    assert 'fewer op seeds' in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_print_statement_is_one_line(tmp_path: Path) -> None:
    (tmp_path / 'old.py').write_text('import os\nprint "step", 1\n')
    with pytest.raises(Exception, match='old.py:2: is a statement of Python 2; convert') as caught:
        script.compiled(str(tmp_path / 'old.py'))
    assert '\n' not in str(caught.value)


def test_other_mistakes_keep_their_traceback(tmp_path: Path) -> None:
    (tmp_path / 'old.py').write_text('x = (\n')
    with pytest.raises(SyntaxError):
        script.compiled(str(tmp_path / 'old.py'))


def test_the_code_cells_of_a_notebook_are_a_script(tmp_path: Path,
                                                   capsys: pytest.CaptureFixture) -> None:
    cells = [('markdown', '# Title'), ('code', ['%matplotlib inline\n', 'a = 1\n', 'if a:\n',
                                                '    !pip install x']), ('code', 'b = a % 2\n')]
    path = tmp_path / 'old.ipynb'
    path.write_text(json.dumps({'cells': [
        {'cell_type': kind, 'source': source} for kind, source in cells]}))
    names: dict = {}
    exec(script.compiled(str(path)), names)
    assert (names['a'], names['b']) == (1, 1)
    assert capsys.readouterr().err == (
        f'{path}: 2 lines for Jupyter are passed over, the first is %matplotlib inline\n')
    path.write_text('{"worksheets": []}')
    with pytest.raises(ValueError, match='old.ipynb: is no notebook of version 4; save it again'):
        script.compiled(str(path))


def test_a_missing_script_is_one_line(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, '-m', 'reproduce.legacy', str(tmp_path / 'none.py')],
                          capture_output=True, text=True)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize('installed, said', [
    ({'tensorflow': '2.21.0'}, 'tf_keras is not installed; run: pip install "tf_keras==2.21.*"'),
    ({'tensorflow': '2.16.2', 'tf_keras': '2.21.0'},
     'tf_keras 2.21.0 does not fit TensorFlow 2.16; run: pip install "tf_keras==2.16.*"'),
    ({}, 'TensorFlow is not installed'),
])
def test_what_is_to_be_installed_is_said(installed: dict, said: str,
                                         monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> Any:
        if name not in installed:
            raise versions.PackageNotFoundError(name)
        return installed[name]
    monkeypatch.setattr(versions, 'version', version)
    with pytest.raises(ValueError, match='.*') as caught:
        versions.check_versions()
    assert str(caught.value).startswith(said)


def test_fitting_versions_are_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, 'version', lambda name: {
        'tensorflow': '2.21.0', 'tf_keras': '2.21.1'}[name])
    versions.check_versions()


def test_1_15_s_symbols_are_known() -> None:
    assert absent.had('tensorflow.contrib.rnn.GridLSTMCell')
    assert absent.had('tensorflow.nn.relu')
    assert absent.had('tensorflow.contrib.crf')
    assert not absent.had('tensorflow.nn.gelu')
    assert 'use tf.stack' in absent.describe('tensorflow.pack')
    assert 'estimators are gone' in absent.describe('tensorflow.estimator.DNNClassifier')
    assert '\n' not in absent.describe('tensorflow.estimator.DNNClassifier')


FROM_PRIVATE_FILES = textwrap.dedent('''
    import tensorflow as tf
    from tensorflow.contrib.framework import get_or_create_global_step
    from tensorflow.contrib.framework.python.ops import add_arg_scope
    from tensorflow.contrib.layers.python.layers import batch_norm, initializers
    from tensorflow.contrib.layers.python.layers.initializers import xavier_initializer
    from tensorflow.contrib.rnn.python.ops.core_rnn_cell import _linear
    from tensorflow.python.ops import rnn_cell, rnn_cell_impl
    print([getattr(module, name) is getattr(tf.nn.rnn_cell, name) for name in (
        'BasicLSTMCell', 'DropoutWrapper', 'LSTMStateTuple', 'RNNCell')
        for module in (rnn_cell, rnn_cell_impl)])
    x = tf.ones([2, 3])
    print(_linear([x, x], 4, True).shape, [(v.op.name, v.shape.as_list())
                                           for v in tf.global_variables()])
    tf.contrib.seq2seq.python.ops
''')


@needs_tf_keras
@pytest.mark.full
def test_scripts_take_names_from_1_s_private_files(tmp_path: Path) -> None:
    done = run_legacy('-', folder=tmp_path, stdin=FROM_PRIVATE_FILES)
    assert done.stdout.splitlines() == [
        str([True] * 8), "(2, 4) [('kernel', [6, 4]), ('bias', [4])]"], done.stderr
    assert done.stderr.startswith('<stdin>:15: tensorflow.contrib.seq2seq.python: one of 1.x\'s '
                                  'private modules, which this runner has not;')
    assert absent.had('tensorflow.contrib.slim.get_model_variables')
