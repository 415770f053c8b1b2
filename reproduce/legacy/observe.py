"""Writes down what a TensorFlow 1.x script does, without changing it.

The same file works beside real TensorFlow 1.x (Python 3.5 and up), where it is run as it is and
imports nothing of its package, and beside today's, where the runner calls `observed`:

    python1.x observe.py --seed 7 --record-seeds seeds.json script.py --its --flags

It adds no operation to a graph and asks for no random number, so that the script's own come out
as ever.  What it writes is JSON, and bounded however long the script runs.
"""
import argparse
import contextlib
import hashlib
import json
import os
import random
import sys
import threading
import traceback
import types
from typing import Any, Dict, Iterator, List, Optional, Set, Tuple  # noqa: F401, in comments too

import numpy as np

KEPT_NUMBERS = 64  # of an array; its digest is of them all
KEPT_OF_VARIABLES = 8
MOST_BYTES = 64 * 2**20  # of a recording's session runs
MOST_GRAPHS = 20
MOST_CONSTANT = 1024  # elements of a constant whose value is written down

RUNS, SEEDS, GRAPHS, INITIAL, OUTCOME = ('runs.jsonl', 'seeds.json', 'graphs.json',
                                         'initial.json', 'outcome.json')
FED, AFTERWARDS = 'fed ', 'afterwards '  # before the names of what is no fetch
EXIT_UNUSABLE = 2  # there is no TensorFlow 1.x here

_MNIST_FILES = ('train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz',
                't10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz')
_ASSIGNMENTS = ('Assign', 'AssignVariableOp')


@contextlib.contextmanager
def observed(folder: str, nudge: bool = False) -> Iterator['Observer']:
    """Write what TensorFlow is asked to do within the block into files in `folder`.

    Args:
      folder: exists; gets RUNS while the block runs, and at its end SEEDS, GRAPHS, INITIAL and
        OUTCOME.  `reproduce.legacy.proof.recording` reads them.
      nudge: move every initial value to the float beside it, and see what rounding can do.
    """
    observer = Observer(folder, nudge)
    outcome = {'error': None, 'exit': 0}  # type: Dict[str, Any]
    try:
        with observer.watching():
            yield observer
    except SystemExit as error:
        outcome['exit'] = error.code if isinstance(error.code, int) else int(bool(error.code))
        raise
    except BaseException as error:
        outcome.update(exit=1, error=_described(error))
        raise
    finally:
        observer.write(outcome)


def _described(error: BaseException) -> Dict[str, Any]:
    """The error's type, the first line of its message, and the script's line."""
    places = traceback.extract_tb(error.__traceback__)
    script = os.path.abspath(sys.argv[0])
    lines = [place[1] for place in places if os.path.abspath(place[0]) == script]
    if isinstance(error, SyntaxError) and error.lineno:
        lines.append(error.lineno)
    return {'type': type(error).__name__, 'message': (str(error).splitlines() or [''])[0][:500],
            'line': lines[-1] if lines else None,
            'missing': isinstance(error, ImportError)}


class Observer:
    """What has been seen so far."""

    def __init__(self, folder: str, nudge: bool = False) -> None:
        self.seeds = []  # type: List[List[Any]]
        self._folder = folder
        self._nudge = nudge
        self._runs = open(os.path.join(folder, RUNS), 'w')  # noqa: SIM115, until write()
        self._bytes = 0
        self._counts = {'runs': 0, 'recorded': 0, 'elsewhere': 0, 'unseeded': 0}
        self._graphs = []  # type: List[Any]
        self._initial = {}  # type: Dict[Tuple[int, str], Dict[str, Any]]
        self._looked_at = set()  # type: Set[Tuple[int, Tuple[str, ...]]]
        self._thread = threading.current_thread()

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """See what is asked for within the block."""
        # TensorFlow's private names that this file touches: tried on 1.5, 1.15 and 2.21.
        from tensorflow.python.client import session
        from tensorflow.python.framework import random_seed
        originals = [(random_seed, 'get_seed', random_seed.get_seed)] + [
            (owner, 'run', vars(owner)['run'])
            for owner in (session.BaseSession, session.Session, session.InteractiveSession)
            if 'run' in vars(owner)]
        for owner, name, function in originals:
            make = self._seeing_seeds if name == 'get_seed' else self._seeing_runs
            setattr(owner, name, make(function))
        try:
            yield
        finally:
            for owner, name, function in originals:
                setattr(owner, name, function)

    def _seeing_seeds(self, get_seed: Any) -> Any:
        def seen_get_seed(op_seed: Any) -> Any:
            pair = get_seed(op_seed)
            if op_seed is None:
                self._saw_seed(pair)
            return pair
        return seen_get_seed

    def _seeing_runs(self, run: Any) -> Any:
        def seen_run(session: Any, fetches: Any, feed_dict: Any = None, *args: Any,
                     **options: Any) -> Any:
            if threading.current_thread() is not self._thread:
                self._counts['elsewhere'] += 1
                return run(session, fetches, feed_dict, *args, **options)
            try:
                result = run(session, fetches, feed_dict, *args, **options)
            except Exception as error:
                self._saw_run(session, feed_dict, [], [], type(error).__name__)
                raise
            self._saw_assignments(session, fetches, run)
            self._saw_run(session, feed_dict, list(_leaves(fetches, result)),
                          self._variables_now_and_then(session, run), None)
            return result
        return seen_run

    def _saw_seed(self, pair: Tuple[Optional[int], Optional[int]]) -> None:
        """An operation, or a data set, without a seed of its own has got `pair`."""
        if pair[1] is None:
            self._counts['unseeded'] += 1
            return
        self.seeds.append([pair[1], _default_graph().get_name_scope()])

    def _saw_run(self, session: Any, feed_dict: Any, fetched: List[Tuple[str, Any]],
                 variables: List[Dict[str, Any]], error: Optional[str]) -> None:
        self._counts['runs'] += 1
        graph = self._number_of(session.graph)
        if self._bytes >= MOST_BYTES:
            return
        seen = [_summary(FED + _name(key), value) for key, value in (feed_dict or {}).items()]
        seen.sort(key=lambda one: one['name'])
        seen += [_summary(name, value, session.graph) for name, value in fetched] + variables
        line = json.dumps({'graph': graph, 'error': error, 'values': seen}) + '\n'
        self._runs.write(line)
        self._bytes += len(line)
        self._counts['recorded'] += 1

    def _variables_now_and_then(self, session: Any, run: Any) -> List[Dict[str, Any]]:
        """The variables' values after the first, second, fourth, eighth ... run.

        A script that fetches nothing but accuracies would not show how rounding grows.
        """
        from tensorflow.python.framework import errors_impl
        following = self._counts['runs'] + 1
        if following & (following - 1):
            return []
        number = self._number_of(session.graph)
        names = [name for graph, name in sorted(self._initial) if graph == number]
        tensors = [_readable(session.graph.get_operation_by_name(name)) for name in names]
        try:
            values = run(session, tensors) if tensors else []
        except errors_impl.FailedPreconditionError:  # not initialized in this session yet
            return []
        return [_summary(AFTERWARDS + name, value, kept=KEPT_OF_VARIABLES)
                for name, value in zip(names, values)]

    def _number_of(self, graph: Any) -> int:
        """The graph's number in the order in which sessions use them; -1 beyond MOST_GRAPHS."""
        for number, known in enumerate(self._graphs):
            if known is graph:
                return number
        if len(self._graphs) == MOST_GRAPHS:
            return -1
        self._graphs.append(graph)
        return len(self._graphs) - 1

    def _saw_assignments(self, session: Any, fetches: Any, run: Any) -> None:
        """Write down the variables that this run has set for the first time."""
        number = self._number_of(session.graph)
        names = tuple(name for name, _ in _leaves(fetches, None))
        if number < 0 or (number, names) in self._looked_at:
            return
        self._looked_at.add((number, names))
        for variable in _assigned_variables(session.graph, names):
            tensor = _readable(variable)
            if tensor is None or (number, variable.name) in self._initial:
                continue
            value = run(session, tensor)
            self._initial[number, variable.name] = dict(
                _summary(variable.name, value), graph=number, shape=list(np.shape(value)))
            if self._nudge and _is_float(np.asarray(value)):
                _assign_neighbour(session, variable, np.asarray(value), run)

    def write(self, outcome: Dict[str, Any]) -> None:
        """Write the files that are due at the end."""
        self._runs.close()
        self._number_of(_default_graph())
        initial = [self._initial[key] for key in sorted(self._initial)]
        outcome = dict(outcome, counts=self._counts, versions={
            'python': '.'.join(str(part) for part in sys.version_info[:3]),
            'numpy': np.__version__, 'tensorflow': _version()})
        for name, content in ((SEEDS, self.seeds), (INITIAL, initial),
                              (GRAPHS, [_nodes(graph) for graph in self._graphs]),
                              (OUTCOME, outcome)):  # last: it says that the others are whole
            with open(os.path.join(self._folder, name), 'w') as file:
                json.dump(content, file)


def _version() -> str:
    """TensorFlow's version; where 1.15's Python runs on another runtime, of both."""
    native = sys.modules.get('tensorflow.python.pywrap_tensorflow_internal')
    runtime = getattr(native, 'RUNTIME_VERSION', None)
    version = str(sys.modules['tensorflow'].__version__)
    return version if runtime is None else '{} on {}'.format(version, runtime)


def _default_graph() -> Any:
    from tensorflow.python.framework import ops
    return ops.get_default_graph()


def _name(fetch: Any) -> str:
    """The name of something that can be fetched or fed."""
    if isinstance(fetch, str):
        return fetch
    return getattr(fetch, 'name', None) or type(fetch).__name__


def _leaves(fetches: Any, result: Any) -> Iterator[Tuple[str, Any]]:
    """Each single fetch's name with what came out, None for an operation."""
    if isinstance(fetches, (list, tuple)):
        for number, fetch in enumerate(fetches):
            for leaf in _leaves(fetch, None if result is None else result[number]):
                yield leaf
    elif isinstance(fetches, dict):
        for key in sorted(fetches, key=str):
            for leaf in _leaves(fetches[key], None if result is None else result[key]):
                yield leaf
    elif hasattr(result, '_fields'):  # the parts of a sparse tensor
        for field in result._fields:
            yield _name(getattr(fetches, field, field)), getattr(result, field)
    else:
        yield _name(fetches), result


def _summary(name: str, value: Any, graph: Any = None, kept: int = KEPT_NUMBERS
             ) -> Dict[str, Any]:
    """What is kept of a value: its digest, and some of its numbers."""
    if value is None:
        return {'name': name}
    if isinstance(value, bytes) and graph is not None and _is_summary(graph, name):
        value = _summary_numbers(value)
    try:
        array = np.asarray(value)
    except ValueError:  # lists of several lengths
        array = np.asarray(repr(value))
    summary = {'name': name, 'type': _type(array), 'size': int(array.size),
            'digest': _digest(array)}
    if array.dtype.kind in 'iub' or _is_float(array):
        summary['numbers'] = _some_of(array.reshape(-1), kept)
    return summary


def _some_of(flat: Any, kept: int) -> List[float]:
    """The numbers themselves, or, of a larger array, some of them, and mean, least and largest."""
    if flat.size <= kept:
        return flat.astype(np.float64).tolist()
    some = flat[np.linspace(0, flat.size - 1, kept).astype(np.int64)]
    return some.astype(np.float64).tolist() + [
        float(np.mean(flat, dtype=np.float64)), float(flat.min()), float(flat.max())]


def _type(array: Any) -> str:
    # NumPy works the name out from np.bool, which the runner makes Python's again.
    return 'bool' if array.dtype.kind == 'b' else array.dtype.name


def _is_float(array: Any) -> bool:
    return array.dtype.kind == 'f' or array.dtype.name == 'bfloat16'


def _digest(array: Any) -> str:
    if array.dtype.kind in 'OUS':
        data = repr(array.tolist()).encode('utf-8', 'backslashreplace')
    else:
        data = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    return hashlib.sha256(data).hexdigest()[:16]


def _is_summary(graph: Any, name: str) -> bool:
    try:
        return graph.as_graph_element(name).op.type.endswith('Summary')
    except (KeyError, ValueError):
        return False


def _summary_numbers(data: bytes) -> List[float]:
    """The numbers in what a summary operation gives; pictures and sounds are left out."""
    from tensorflow.core.framework import summary_pb2
    numbers = []
    for value in summary_pb2.Summary.FromString(data).value:
        if value.HasField('simple_value'):
            numbers.append(value.simple_value)
        elif value.HasField('histo'):
            histogram = value.histo
            numbers += [histogram.min, histogram.max, histogram.num, histogram.sum,
                        histogram.sum_squares]
    return numbers


def _assigned_variables(graph: Any, names: Tuple[str, ...]) -> List[Any]:
    """The operations of the variables that the fetches of these names assign to."""
    waiting = []
    for name in names:
        try:
            element = graph.as_graph_element(name)
        except (KeyError, ValueError, TypeError):  # a sparse tensor, by the name of its type
            continue
        waiting.append(getattr(element, 'op', element))
    seen = set(waiting)  # type: Set[Any]
    variables = []
    while waiting:
        operation = waiting.pop()
        if operation.type in _ASSIGNMENTS:
            variables.append(operation.inputs[0].op)
        above = [tensor.op for tensor in operation.inputs] + list(operation.control_inputs)
        waiting += [one for one in set(above) if one not in seen]
        seen.update(above)
    return sorted(set(variables), key=lambda variable: variable.name)


def _readable(variable: Any) -> Any:
    """A tensor of the graph that holds the variable's value, or None."""
    if variable.type != 'VarHandleOp':
        return variable.outputs[0]
    reads = [one for one in variable.outputs[0].consumers() if one.type == 'ReadVariableOp']
    return reads[0].outputs[0] if reads else None


def _assign_neighbour(session: Any, variable: Any, value: Any, run: Any) -> None:
    """Move each element but a zero to the float beside it, by turns up and down."""
    assign = [one for one in variable.outputs[0].consumers() if one.type in _ASSIGNMENTS][0]
    ends = np.where(np.arange(value.size) % 2, -np.inf, np.inf).reshape(value.shape)
    beside = np.where(value == 0, value, np.nextafter(value, ends.astype(value.dtype)))
    run(session, assign, {assign.inputs[1]: beside})


def _nodes(graph: Any) -> List[List[Any]]:
    """[name, operation type, inputs] of each node, and the value of a small constant."""
    nodes = []
    for operation in graph.get_operations():
        inputs = [tensor.name[:-2] if tensor.name.endswith(':0') else tensor.name
                  for tensor in operation.inputs]
        inputs += sorted('^' + one.name for one in operation.control_inputs)  # they have no order
        node = [operation.name, operation.type, inputs]
        if operation.type == 'Const':
            node.append(_constant(operation.get_attr('value')))
        nodes.append(node)
    return nodes


def _constant(proto: Any) -> Optional[str]:
    """A constant's value as text, None for a large one."""
    from tensorflow.python.framework import tensor_util
    size = 1
    for dimension in proto.tensor_shape.dim:
        size *= dimension.size
    if size > MOST_CONSTANT:
        return None
    array = np.asarray(tensor_util.MakeNdarray(proto))
    if size > 4 or array.dtype.kind in 'OUS':
        return '{} {}'.format(_digest(array), _type(array))
    return '{} {}'.format(array.tolist(), _type(array))


# What a run is given, on either side.

def serve_mnist(folder: str) -> None:
    """Let `read_data_sets` find the files in `folder` where the script's own has none.

    It would download them.  What it prints keeps the script's own path.
    """
    from tensorflow.python.platform import gfile
    exists, opened, make_folders = gfile.Exists, gfile.Open, gfile.MakeDirs

    def served(path: str) -> Optional[str]:
        path = str(path)
        name = os.path.basename(path)
        inside = os.path.join(folder, name)
        wanted = name in _MNIST_FILES and not exists(path) and exists(inside)
        return inside if wanted else None

    class Served(gfile.GFile):
        def __init__(self, path: str, asked: str) -> None:
            gfile.GFile.__init__(self, path, 'rb')
            self._asked = asked

        @property
        def name(self) -> str:
            return self._asked

    def open_served(name: str, mode: str = 'r') -> Any:
        inside = served(name)
        return opened(name, mode) if inside is None else Served(inside, name)

    def make_unserved(path: str) -> None:
        # A folder made for a download that never comes would stay behind, empty.
        if sys._getframe(1).f_code.co_name != 'maybe_download':
            make_folders(path)

    gfile.Exists = lambda path: exists(path) or served(path) is not None
    gfile.Open = open_served
    if all(exists(os.path.join(folder, name)) for name in _MNIST_FILES):
        gfile.MakeDirs = make_unserved


def limit_threads(threads: int) -> None:
    """Let every session compute with so many threads, unless the script says how many."""
    from tensorflow.core.protobuf import config_pb2
    from tensorflow.python.client import session
    start = session.BaseSession.__init__

    def limited(self: Any, target: str = '', graph: Any = None, config: Any = None) -> None:
        config = config or config_pb2.ConfigProto()
        config.intra_op_parallelism_threads = config.intra_op_parallelism_threads or threads
        config.inter_op_parallelism_threads = config.inter_op_parallelism_threads or threads
        start(self, target, graph, config)

    session.BaseSession.__init__ = limited


def set_seeds(seed: int) -> None:
    """Seed every graph when it is made, eager execution, and Python's and NumPy's generators.

    A graph whose seed is set to None, as an Estimator's is, keeps this one.  Comes before the
    first graph; it makes none, since eager execution is refused after that.
    """
    from tensorflow.python.eager import context
    from tensorflow.python.framework import ops
    make_graph, make_context = ops.Graph.__init__, context.Context.__init__

    def make_seeded_graph(graph: Any, *args: Any, **options: Any) -> None:
        make_graph(graph, *args, **options)
        if type(graph) is ops.Graph:  # that of a function takes the outer one's
            graph.seed = seed

    def make_seeded_context(eager: Any, *args: Any, **options: Any) -> None:
        make_context(eager, *args, **options)
        eager._set_global_seed(seed)

    def set_seed(graph: Any, value: Optional[int]) -> None:
        graph._seed = seed if value is None and type(graph) is ops.Graph else value

    ops.Graph.seed = property(lambda graph: graph._seed, set_seed)
    ops.Graph.__init__ = make_seeded_graph
    context.Context.__init__ = make_seeded_context
    random.seed(seed)
    np.random.seed(seed % 2**32)


# What follows runs on real TensorFlow 1.x alone; today's side has the runner.

def _run_script(path: str, arguments: List[str]) -> None:
    """Run the script as `python path arguments` does; '-' is standard input."""
    if path == '-':
        source, name = sys.stdin.buffer.read(), '<stdin>'
    else:
        with open(path, 'rb') as file:
            source, name = file.read(), path
    sys.argv = [path] + arguments
    main = types.ModuleType('__main__')
    main.__dict__.update(__file__=name, __builtins__=__builtins__)
    sys.modules['__main__'] = main
    exec(compile(source, name, 'exec'), main.__dict__)


def _parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(
        "Run SCRIPT on this Python's TensorFlow 1.x, and write down what it does."))
    parser.add_argument('--seed', type=int, metavar='N', help=(
        'seed every graph, eager execution, random and numpy.random with N'))
    parser.add_argument('--threads', type=int, metavar='N', help='compute with so many threads')
    parser.add_argument('--data-dir', metavar='DIR', default=os.path.join(
        os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'mnist'),
        help="where MNIST's files are, if the script's own folder has none")
    parser.add_argument('--record-seeds', metavar='FILE', help=(
        'write the op seeds there, in the order of their use, for python -m reproduce.legacy '
        '--seeds FILE'))
    parser.add_argument('--record', metavar='FOLDER', help='write all that was seen there')
    parser.add_argument('--nudge', action='store_true', help=(
        'move every initial value to the float beside it'))
    parser.add_argument('script', metavar='SCRIPT')
    parser.add_argument('args', metavar='ARGS', nargs=argparse.REMAINDER)
    return parser.parse_args()


def _unusable(reason: str) -> int:
    print('error: {}: {}'.format(sys.executable, reason), file=sys.stderr)
    return EXIT_UNUSABLE


def main() -> int:
    """Run the script; returns an exit code only where it can't be run."""
    args = _parse_args()
    if args.script != '-' and not os.path.isfile(args.script):
        return _unusable('no script {}'.format(args.script))
    sys.path[0] = '' if args.script == '-' else os.path.dirname(os.path.abspath(args.script))
    try:
        import tensorflow as tf
    except ImportError as error:
        return _unusable('has no TensorFlow ({}); install tensorflow==1.15.5'.format(error))
    if not tf.__version__.startswith('1.'):
        return _unusable('has TensorFlow {}; name a Python with 1.x'.format(tf.__version__))
    serve_mnist(args.data_dir)
    if args.threads:
        limit_threads(args.threads)
    if args.seed is not None:
        set_seeds(args.seed)
    if args.record or args.record_seeds:
        _observe(args)
    else:
        _run_script(args.script, args.args)
    return 0


def _observe(args: argparse.Namespace) -> None:
    import shutil
    import tempfile
    folder = args.record or tempfile.mkdtemp()
    observer = None
    try:
        with observed(folder, args.nudge) as observer:
            _run_script(args.script, args.args)
    finally:
        if args.record_seeds and observer:
            with open(args.record_seeds, 'w') as file:
                json.dump([seed for seed, _ in observer.seeds], file)
                file.write('\n')
        if not args.record:
            shutil.rmtree(folder)


if __name__ == '__main__':
    sys.exit(main())
