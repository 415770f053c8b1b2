"""TensorFlow 1.15's own Python on today's runtime: what is ours in it."""
import ast
import subprocess
import sys
import textwrap
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from running import FRONT, ROOT, needs_front, run_legacy

from reproduce.legacy.front import private
from reproduce.legacy.front.finder import OWN
from reproduce.legacy.front.native import gast, tf_stack
from reproduce.shared.errors import InputError


def printed(source: str, folder: Path, *flags: str) -> str:
    done = run_legacy(*flags, '-', folder=folder, stdin=textwrap.dedent(source))
    assert done.returncode == 0, done.stderr
    assert done.stderr == ''
    return done.stdout


@needs_front
def test_there_is_one_tensorflow_and_it_is_1_15(tmp_path: Path) -> None:
    """No module of today's package is there but compiled ones and messages."""
    source = '''
        import sys
        import tensorflow as tf
        import tensorflow.contrib.slim, tensorflow.keras.layers
        from tensorflow.python.ops import rnn_cell_impl
        print(tf.__version__, tf.VERSION, type(tf.Graph()), tf.nn.rnn_cell is not None)
        front = tf.__file__[:-len('tensorflow_core/__init__.py')]
        other = [name for name, module in sorted(sys.modules.items())
                 if name.split('.')[0] in ('tensorflow', 'keras', 'tf_keras')
                 and not (getattr(module, '__file__', None) or front).startswith(front)]
        print([name for name in other if not name.endswith('_pb2')
               and not name.split('.')[-1].startswith('_')])
    '''
    lines = printed(source, tmp_path).splitlines()
    assert lines[0] == ("1.15.5 1.15.5 <class 'tensorflow.python.framework.ops.Graph'> True")
    assert set(ast.literal_eval(lines[1])) <= set(OWN)


@needs_front
def test_every_graph_is_seeded(tmp_path: Path) -> None:
    """A graph of one's own, a default graph that is reset, eager execution."""
    graphs = '''
        import random
        import numpy as np
        import tensorflow as tf
        def draw():
            with tf.Session() as session:
                return session.run(tf.random_normal([1]))[0]
        with tf.Graph().as_default():
            own = draw()
        first = draw()
        tf.reset_default_graph()
        second = draw()
        tf.set_random_seed(8)
        print(own == first == second, draw() != first, first, random.random(), np.random.rand())
        tf.get_default_graph().seed = None
        print(tf.get_default_graph().seed)
    '''
    lines = printed(graphs, tmp_path, '--seed', '5').splitlines()
    assert lines == ['True True -1.4616988 0.6229016948897019 0.22199317108973948', '5']
    eager = '''
        import tensorflow as tf
        tf.enable_eager_execution()
        print(tf.random_normal([1]).numpy()[0], tf.random_normal([1]).numpy()[0])
    '''
    drawn = printed(eager, tmp_path, '--seed', '5')
    assert drawn == printed(eager, tmp_path, '--seed', '5')
    assert drawn != printed(eager, tmp_path, '--seed', '6')


@needs_front
def test_a_module_runs_as_by_python(tmp_path: Path) -> None:
    package = tmp_path / 'study'
    package.mkdir()
    (package / '__init__.py').write_text('VALUE = 3\n')
    (package / 'train.py').write_text(
        'import sys\nimport tensorflow as tf\nfrom . import VALUE\n'
        "print(tf.__version__, VALUE, __name__, sys.argv[1:], sys.argv[0] == __file__)\n"
        "print(tf.get_default_graph().seed)\n")
    done = run_legacy('--seed', '7', '-m', 'study.train', '--steps', '-x', folder=tmp_path)
    assert done.stdout.splitlines() == [
        "1.15.5 3 __main__ ['--steps', '-x'] True", '7'], done.stderr
    done = run_legacy('-m', 'study.none', folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr == ('error: -m study.none: there is no such module; run it in the folder '
                           'that holds it\n')


@needs_front
def test_a_notebook_installs_it_once(tmp_path: Path) -> None:
    """In a process of the user's own: before TensorFlow, and not after."""
    source = '''
        import reproduce.legacy
        tf = reproduce.legacy.install(seed=7)
        import tensorflow
        print(tensorflow is tf, tf.__version__, tf.Graph().seed)
        try:
            reproduce.legacy.install()
        except ValueError as error:
            print(error)
    '''
    done = subprocess.run(
        [sys.executable, '-c', textwrap.dedent(source)], capture_output=True, text=True,
        cwd=str(tmp_path), env={'REPRODUCE_FRONT': str(FRONT), 'PYTHONPATH': str(ROOT)})
    assert done.stdout.splitlines() == [
        'True 1.15.5 7', 'tensorflow: was imported before; let this come first'], done.stderr


@needs_front
def test_what_contrib_compiled_is_named_where_it_is_used(tmp_path: Path) -> None:
    source = ('import tensorflow as tf\nimages = tf.zeros([1, 4, 4, 1])\nprint(1)\n'
              'tf.contrib.resampler.resampler(images, tf.zeros([1, 2, 2]))\n')
    done = run_legacy('-', folder=tmp_path, stdin=source)
    assert done.stdout == '1\n'
    assert len(done.stderr.splitlines()) == 1
    assert 'Resampler: TensorFlow 1.15 had this operation in a compiled library' in done.stderr
    assert done.returncode == 1


@needs_front
def test_graphs_go_when_nobody_holds_them_and_threads_may_make_them(tmp_path: Path) -> None:
    source = '''
        import gc, threading, weakref
        import tensorflow as tf
        gone, lengths = [], []
        def build():
            graph = tf.Graph()
            with graph.as_default():
                x = tf.constant(1.0)
                for _ in range(50):
                    x = tf.identity(x + 1.0)
                with tf.Session() as session:
                    assert session.run(x) == 51.0
            lengths.append((len(graph.get_operations()), len(x.op.inputs[0].consumers())))
            gone.append(weakref.ref(graph._c_graph))
        threads = [threading.Thread(target=build) for _ in range(4)]
        [one.start() for one in threads]
        [one.join() for one in threads]
        build()
        gc.collect()
        print(set(lengths), sum(one() is not None for one in gone))
    '''
    assert printed(source, tmp_path) == '{(151, 1)} 0\n'


@needs_front
def test_a_missing_name_is_one_line(tmp_path: Path) -> None:
    """At the start, before anything rests on it."""
    source = '''
        from reproduce.legacy.front import private, start, location
        names = private.MODULES[private.SESSION]
        private.MODULES[private.SESSION] = names._replace(other=names.other + ' PyGraph._gone')
        try:
            start.install(location.find(None))
        except ValueError as error:
            print(error)
    '''
    done = subprocess.run([sys.executable, '-c', textwrap.dedent(source)], capture_output=True,
                          text=True, cwd=str(ROOT), env={'REPRODUCE_FRONT': str(FRONT)})
    assert done.stdout.count('\n') == 1, done.stderr
    assert 'has no tensorflow.python.client._pywrap_tf_session.PyGraph._gone' in done.stdout
    assert 'pip install "tensorflow==2.21.*"' in done.stdout


def test_the_check_names_what_is_missing() -> None:
    def load(path: str) -> Any:
        if path == private.RECORDS:
            raise ModuleNotFoundError(path)
        names = f'{private.MODULES[path].same} {private.MODULES[path].other}'.split()
        top = SimpleNamespace()
        for name in names:
            owner: Any = top
            for part in name.split('.'):
                if not hasattr(owner, part):
                    setattr(owner, part, SimpleNamespace())
                owner = getattr(owner, part)
        return top
    with pytest.raises(InputError, match=r'TensorFlow 9.9 has no tensorflow.python.lib.io._py'
                       r'wrap_record_io \(TFRecord files\), which the front end needs') as caught:
        private.check(load, '9.9')
    assert '\n' not in str(caught.value)


SOURCE = textwrap.dedent('''
    def f(a, b=1, *args, c=None, **kwargs):
        """Text."""
        try:
            x = a[1:2, ..., None]
            y = {'k': -1.5, b'b': True}[b]
        except (ValueError, KeyError) as error:
            raise error from None
        with open(a) as g, b:
            x[0], (y, *z) = [i for i in args if i > 2 or not i], (1j, 'text')
        for i in range(3):
            while i < len(z) and i not in x:
                i += 1
            else:
                continue
        return lambda u, *v: (yield u) if v else f'{u!r:>3}'
''')


def test_syntax_trees_survive_the_way_there_and_back() -> None:
    back = gast.gast_to_ast(gast.parse(SOURCE))
    assert ast.dump(back) == ast.dump(ast.parse(SOURCE))


def test_syntax_trees_have_the_shape_of_3_7() -> None:
    tree = gast.parse("def f(a, /, b): return a[0], 'x', 2, None, ...")
    function = tree.body[0]
    assert [(one.id, type(one.ctx).__name__) for one in function.args.args] == [
        ('a', 'Param'), ('b', 'Param')]
    subscript, *literals = function.body[0].value.elts
    assert type(subscript.slice).__name__ == 'Index'
    assert [type(one).__name__ for one in literals] == ['Str', 'Num', 'NameConstant', 'Ellipsis']
    assert (literals[0].s, literals[1].n) == ('x', 2)
    assert isinstance(literals[0], ast.expr)
    assert gast.literal_eval(literals[1]) == 2
    with pytest.raises(AssertionError, match='Bad argument number for Num: 2, expecting 1'):
        gast.Num(1, 2)


def test_the_calling_frames_are_seen_as_they_were() -> None:
    def extract(limit: int, *stacks: Any) -> Any:  # the function that is left out
        return tf_stack.extract_stack(limit, *(stacks or ([], [])))
    here = extract(-1)
    assert here[-1].name == 'test_the_calling_frames_are_seen_as_they_were'
    assert here[-1].filename == __file__
    assert len(extract(2)) == 2
    hidden = SimpleNamespace(get_filtered_filenames=lambda: {__file__})
    assert extract(-1, [], [hidden])[-1].filename != __file__
    mapped = SimpleNamespace(get_effective_source_map=lambda: {
        (__file__, sys._getframe(3).f_lineno): ('other.py', 1, 'other')})
    found = extract(-1, [mapped], [])[-1]
    assert (found.filename, found.lineno, found.name) == ('other.py', 1, 'other')
    assert found == tuple(found) and found[0] == 'other.py' and len(found) == 5
