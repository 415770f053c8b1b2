"""A script runs as Python itself runs it; our own errors are one line."""
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from running import ROOT, needs_front, run_legacy

from reproduce.legacy import script, versions

SAYS_ALL = textwrap.dedent('''
    import os, sys, random
    import numpy as np
    from helper import answer
    import tensorflow as tf
    print(sys.argv, os.path.basename(__file__), __name__, answer, sys.path[0] == os.path.dirname(
        os.path.abspath(__file__)), sys.modules['__main__'].answer)
    print(tf.__version__)
    print([np.float, np.int, np.object], np.reshape(np.arange(4), newshape=(2, 2)).shape)
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


@needs_front
def test_a_script_meets_what_it_expects(tmp_path: Path) -> None:
    (tmp_path / 'helper.py').write_text('answer = 42\n')
    (tmp_path / 'old.py').write_text(SAYS_ALL)
    done = run_legacy('--seed', '5', 'old.py', '--flag', '-x', folder=tmp_path)
    lines = done.stdout.splitlines()
    assert lines[0] == "['old.py', '--flag', '-x'] old.py __main__ 42 True 42"
    assert lines[1] == '1.15.5'
    assert lines[2] == "[<class 'float'>, <class 'int'>, <class 'object'>] (2, 2)"
    assert lines[3] == '[0.1] 0.033333333830038704 float64 float32 False'
    assert lines[4] == "{'a': [2.5]}"
    assert lines[5:] == ['[-1.5148973] 0.6229016948897019 0.22199317108973948', 'True True',
                         'xavier_initializer LSTMBlockCell Dense']
    assert done.returncode == 1
    *frames, last = done.stderr.strip().splitlines()
    assert frames[0] == 'Traceback (most recent call last):'
    assert last.startswith('ValueError: ')
    assert 'in inner' in done.stderr
    assert 'reproduce/legacy' not in done.stderr


@needs_front
def test_mnist_is_the_packages_and_an_interrupt_ends_as_in_python(tmp_path: Path) -> None:
    source = textwrap.dedent('''
        from tensorflow.examples.tutorials.mnist import input_data
        import numpy as np
        mnist = input_data.read_data_sets('/no/such/folder', one_hot=True)
        print(mnist.train.labels[0].argmax(), mnist.test.images.shape, np.random.rand())
        import tensorflow as tf
        print(tf.contrib.learn.datasets.mnist.read_data_sets('data').train.num_examples)
        (train, _), (test, labels) = tf.keras.datasets.mnist.load_data('none.npz')
        print(train.shape, train.dtype, test.shape, labels[:3])
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
    ] + ['55000', '(60000, 28, 28) uint8 (10000, 28, 28) [7 2 1]']
    assert not list((tmp_path / 'data').iterdir())
    assert done.returncode == -signal.SIGINT
    assert done.stderr.splitlines()[-1] == 'KeyboardInterrupt'
    assert 'legacy' not in done.stderr


@needs_front
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


def test_a_missing_script_is_one_line(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, '-m', 'reproduce.legacy', str(tmp_path / 'none.py')],
                          capture_output=True, text=True)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize('tensorflow, said', [
    (None, 'TensorFlow is not installed; run: pip install "tensorflow==2.21.*"'),
    ('1.15.5', 'TensorFlow 1.15.5 is 1.x itself; run: python SCRIPT'),
    ('2.15.1', 'TensorFlow 2.15.1 is older than any that was tried')])
def test_what_is_to_be_installed_is_said(tensorflow: Any, said: str,
                                         monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, 'installed', lambda *names: tensorflow)
    with pytest.raises(ValueError, match='.*') as caught:
        versions.check_runtime()
    assert str(caught.value).startswith(said)


def test_without_1_15_s_python_one_line_says_what_fetches_it(tmp_path: Path) -> None:
    (tmp_path / 'old.py').write_text('import tensorflow\n')
    environment = {name: value for name, value in os.environ.items() if name != 'REPRODUCE_FRONT'}
    done = subprocess.run([sys.executable, '-m', 'reproduce.legacy', str(tmp_path / 'old.py')],
                          env=dict(environment, XDG_CACHE_HOME=str(tmp_path)), cwd=str(ROOT),
                          capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr == ("error: TensorFlow 1.15.5's own Python is not here; python -m "
                           'reproduce.legacy --get fetches it, once (110 MB to download, 70 MB on '
                           'the disk)\n')


@needs_front
@pytest.mark.full
def test_programs_take_names_from_1_s_private_files(tmp_path: Path) -> None:
    source = textwrap.dedent('''
        import tensorflow as tf
        from tensorflow.contrib.framework.python.ops import add_arg_scope
        from tensorflow.contrib.layers.python.layers.initializers import xavier_initializer
        from tensorflow.contrib.rnn.python.ops.core_rnn_cell import _linear
        from tensorflow.python.ops import rnn_cell, rnn_cell_impl
        print([getattr(module, name) is getattr(tf.nn.rnn_cell, name) for name in (
            'BasicLSTMCell', 'DropoutWrapper', 'LSTMStateTuple', 'RNNCell')
            for module in (rnn_cell, rnn_cell_impl)])
        x = tf.ones([2, 3])
        print(_linear([x, x], 4, True).shape, [(v.op.name, v.shape.as_list())
                                               for v in tf.global_variables()])
    ''')
    done = run_legacy('-', folder=tmp_path, stdin=source)
    assert done.stdout.splitlines() == [
        str([True] * 8), "(2, 4) [('kernel', [6, 4]), ('bias', [4])]"], done.stderr
