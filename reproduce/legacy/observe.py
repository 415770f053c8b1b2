"""Writes down what a TensorFlow 1.x script does, without changing it.

The same file works beside real TensorFlow 1.x (Python 3.5 and up), where it is run as it is and
imports nothing of its package, and beside today's, where the runner calls `observed`:

    python1.x observe.py --seed 7 --record FOLDER script.py --its --flags

It adds no operation to a graph, runs none that changes anything, and asks for no random number, so
that the script's own come out as ever.  What it writes is JSON, and bounded however long the script
runs.
"""
import argparse
import ast
import contextlib
import gzip
import hashlib
import json
import os
import random
import re
import runpy
import shutil
import subprocess
import sys
import tempfile
import threading
import traceback
import types
from typing import Any, Dict, Iterator, List, Optional, Set, Tuple  # noqa: F401, in comments too

import numpy as np

KEPT_NUMBERS = 64  # of an array; its digest is of them all
BLOCKS = 32  # of a larger array; of each its digest, sums, least and largest number
KEPT_OF_VARIABLES = 8
MOST_BYTES = 64 * 2**20  # of a recording's session runs
MOST_GRAPHS = 20
MOST_CONSTANT = 1024  # elements of a constant whose value is written down

RUNS, SEEDS, GRAPHS, INITIAL, FILES, OUTCOME = (
    'runs.jsonl', 'seeds.json', 'graphs.json', 'initial.json', 'files.json', 'outcome.json')
STDOUT = 'stdout'  # what the script printed
REPEATED, THREADED, NUDGED = 'repeated', 'threaded', 'nudged'  # folders of the controls
FED, AFTERWARDS = 'fed ', 'afterwards '  # before the names of what is no fetch
EXIT_UNUSABLE = 2  # there is no TensorFlow 1.x here
MOST_FILES = 20000  # in the script's folder; of more, none is looked at
MOST_TEXT = 2**20  # bytes of a text file that is kept

_MNIST_FILES = ('train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz',
                't10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz')
_ASSIGNMENTS = ('Assign', 'AssignVariableOp')
_VARIABLES = ('Variable', 'VariableV2')
NO_FILES = ('-', '-m')  # standard input, and a module
_TIMINGS = ('%%time', '%%timeit', '%%capture', '%%prun')  # of a cell that is Python's
_NO_DATA = ('.git', '__pycache__')  # folders in which no script keeps its data


class EnoughError(BaseException):
    """The script has made as many session runs as are wanted."""


@contextlib.contextmanager
def observed(folder: str, nudge: bool = False, most_runs: Optional[int] = None,
             about: Optional[Dict[str, Any]] = None) -> Iterator['Observer']:
    """Write what TensorFlow is asked to do within the block into files in `folder`.

    Args:
      folder: exists; gets RUNS while the block runs, and at its end SEEDS, GRAPHS, INITIAL, FILES
        and OUTCOME.  `reproduce.legacy.proof.recording` reads them.
      nudge: move every initial value to the float beside it, and see what rounding can do.
      most_runs: leave the block after so many session runs.
      about: what is run, by `about_run`.
    """
    files = WrittenFiles(os.getcwd(), os.path.abspath(folder))
    observer = Observer(folder, nudge, most_runs)
    outcome = {'error': None, 'exit': 0, 'stopped': False, 'about': about}  # type: Dict[str, Any]
    try:
        with observer.watching():
            try:
                yield observer
            finally:
                observer.saw_the_end()
    except EnoughError:
        outcome['stopped'] = True
    except SystemExit as error:
        outcome['exit'] = error.code if isinstance(error.code, int) else int(bool(error.code))
        raise
    except BaseException as error:
        outcome.update(exit=1, error=_described(error))
        raise
    finally:
        observer.write(outcome, files.described())


def about_run(script: str, arguments: List[str], seed: Optional[int],
              most_runs: Optional[int]) -> Dict[str, Any]:
    """What says that two runs are of one program; what is in no file has no digest."""
    digest = None
    if script not in NO_FILES:
        with open(script, 'rb') as file:
            digest = hashlib.sha256(file.read()).hexdigest()
    return {'script': digest, 'arguments': list(arguments), 'seed': seed, 'runs': most_runs}


def _described(error: BaseException) -> Dict[str, Any]:
    """The error's type, the first line of its message, and the line of the script's statement."""
    places = traceback.extract_tb(error.__traceback__)
    script = os.path.abspath(sys.argv[0])
    lines = [place[1] for place in places if os.path.abspath(place[0]) == script]
    if isinstance(error, SyntaxError) and error.lineno:
        lines.append(error.lineno)
    return {'type': type(error).__name__, 'message': (str(error).splitlines() or [''])[0][:500],
            'line': _statement(script, lines[-1]) if lines else None,
            'missing': isinstance(error, ImportError)}


def _statement(script: str, line: int) -> int:
    """Where the statement begins that has the line: Pythons differ in which of its lines fails."""
    try:
        with open(script, 'rb') as file:
            source = file.read()  # type: Any
        if script.endswith('.ipynb'):
            source, _ = notebook_source(source.decode('utf-8'))
        nodes = list(ast.walk(ast.parse(source)))
    except (OSError, SyntaxError, ValueError):
        return line
    return max([node.lineno for node in nodes
                if isinstance(node, ast.stmt) and node.lineno <= line] or [line])


class Observer:
    """What has been seen so far."""

    def __init__(self, folder: str, nudge: bool = False, most_runs: Optional[int] = None) -> None:
        self.seeds = []  # type: List[List[Any]]
        self._folder = folder
        self._nudge = nudge
        self._most_runs = most_runs
        self._runs = open(os.path.join(folder, RUNS), 'w')  # noqa: SIM115, until write()
        self._bytes = 0
        self._counts = {'runs': 0, 'recorded': 0, 'elsewhere': 0, 'unseeded': 0}
        self._graphs = []  # type: List[Any]
        self._initial = {}  # type: Dict[Tuple[int, str], Dict[str, Any]]
        self._looked_at = set()  # type: Set[Tuple[int, Tuple[str, ...]]]
        self._open = []  # type: List[Any]  # sessions
        self._run = None  # type: Any  # of a session, unseen
        self._thread = threading.current_thread()

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """See what is asked for within the block."""
        # TensorFlow's private names that this file touches: tried on 1.5, 1.15 and 2.21.
        from tensorflow.python.client import session
        from tensorflow.python.framework import random_seed
        seeing = {'get_seed': self._seeing_seeds, 'run': self._seeing_runs,
                  'make_callable': self._seeing_callables, 'close': self._seeing_ends,
                  '_make_callable_from_options': self._seeing_callables_from_options}
        owners = (random_seed, session.BaseSession, session.Session, session.InteractiveSession)
        originals = [(owner, name, vars(owner)[name]) for owner in owners for name in seeing
                     if name in vars(owner)]
        self._run = session.BaseSession.run
        for owner, name, function in originals:
            setattr(owner, name, seeing[name](function))
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
            return self._watched(
                session, fetches, feed_dict or {},
                lambda: run(session, fetches, feed_dict, *args, **options))
        return seen_run

    def _seeing_callables(self, make_callable: Any) -> Any:
        def seen_make_callable(session: Any, fetches: Any, feed_list: Any = None, *args: Any,
                               **options: Any) -> Any:
            made = make_callable(session, fetches, feed_list, *args, **options)
            return lambda *fed, **others: self._watched(
                session, fetches, dict(zip(map(_name, feed_list or []), fed)),
                lambda: made(*fed, **others))
        return seen_make_callable

    def _seeing_callables_from_options(self, make_callable: Any) -> Any:
        def seen_make_callable(session: Any, callable_options: Any) -> Any:
            made = make_callable(session, callable_options)
            return lambda *fed, **others: self._watched(
                session, list(callable_options.fetch), dict(zip(callable_options.feed, fed)),
                lambda: made(*fed, **others))
        return seen_make_callable

    def _seeing_ends(self, close: Any) -> Any:
        def seen_close(session: Any, *args: Any, **options: Any) -> None:
            if threading.current_thread() is self._thread:
                self._saw_end(session)
            close(session, *args, **options)
        return seen_close

    def _watched(self, session: Any, fetches: Any, fed: Dict[Any, Any], run: Any) -> Any:
        """What `run` returns, written down with what was fed to it."""
        if threading.current_thread() is not self._thread:
            self._counts['elsewhere'] += 1
            return run()
        if session not in self._open:
            self._open.append(session)
        try:
            result = run()
        except Exception as error:
            self._saw_run(session, fed, [], [], type(error).__name__)
            raise
        self._saw_assignments(session, fetches)
        following = self._counts['runs'] + 1
        # A script that fetches nothing but accuracies would not show how rounding grows.
        variables = [] if following & (following - 1) else self._variables(session)
        self._saw_run(session, fed, list(_leaves(fetches, result)), variables, None)
        if following == self._most_runs:
            self._saw_end(session)
            raise EnoughError
        return result

    def _saw_seed(self, pair: Tuple[Optional[int], Optional[int]]) -> None:
        """An operation, or a data set, without a seed of its own has got `pair`."""
        if pair[1] is None:
            self._counts['unseeded'] += 1
            return
        self.seeds.append([pair[1], _default_graph().get_name_scope()])

    def _saw_run(self, session: Any, fed: Dict[Any, Any], fetched: List[Tuple[str, Any]],
                 variables: List[Dict[str, Any]], error: Optional[str]) -> None:
        self._counts['runs'] += 1
        graph = self._number_of(session.graph)
        if self._bytes >= MOST_BYTES:
            return
        seen = [_summary(FED + _name(key), value) for key, value in fed.items()]
        seen.sort(key=lambda one: one['name'])
        seen += [_summary(name, value, session.graph) for name, value in fetched] + variables
        self._write_run(graph, seen, error)
        self._counts['recorded'] += 1

    def _write_run(self, graph: int, values: List[Dict[str, Any]], error: Optional[str] = None,
                   end: bool = False) -> None:
        line = json.dumps({'graph': graph, 'error': error, 'values': values, 'end': end}) + '\n'
        self._runs.write(line)
        self._bytes += len(line)

    def _variables(self, session: Any) -> List[Dict[str, Any]]:
        """The values that the variables have now."""
        number = self._number_of(session.graph)
        names = [name for graph, name in sorted(self._initial) if graph == number]
        tensors = [_readable(session.graph.get_operation_by_name(name)) for name in names]
        try:
            values = self._run(session, tensors) if tensors else []
        except Exception:  # of many kinds: not initialized in this session yet, or closed
            return []
        return [_summary(AFTERWARDS + name, value, kept=KEPT_OF_VARIABLES)
                for name, value in zip(names, values)]

    def _saw_end(self, session: Any) -> None:
        """Write down what the variables have become, which other threads may have changed too."""
        if session in self._open:
            self._open.remove(session)
            self._write_run(self._number_of(session.graph), self._variables(session), end=True)

    def saw_the_end(self) -> None:
        """The script has come to its end, with the sessions open that it has not closed."""
        for session in list(self._open):
            self._saw_end(session)

    def _number_of(self, graph: Any) -> int:
        """The graph's number in the order in which sessions use them; -1 beyond MOST_GRAPHS."""
        for number, known in enumerate(self._graphs):
            if known is graph:
                return number
        if len(self._graphs) == MOST_GRAPHS:
            return -1
        self._graphs.append(graph)
        return len(self._graphs) - 1

    def _saw_assignments(self, session: Any, fetches: Any) -> None:
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
            value = self._run(session, tensor)
            self._initial[number, variable.name] = dict(
                _summary(variable.name, value), graph=number, shape=list(np.shape(value)))
            if self._nudge and _is_float(np.asarray(value)):
                self._assign_neighbour(session, variable, np.asarray(value))

    def _assign_neighbour(self, session: Any, variable: Any, value: Any) -> None:
        """Move each element but a zero to the float beside it, by turns up and down."""
        assigns = [one for one in variable.outputs[0].consumers()
                   if one.type in _ASSIGNMENTS and _stands_alone(one)]
        ends = np.where(np.arange(value.size) % 2, -np.inf, np.inf).reshape(value.shape)
        beside = np.where(value == 0, value, np.nextafter(value, ends.astype(value.dtype)))
        if assigns:
            self._run(session, assigns[0], {assigns[0].inputs[1]: beside})

    def write(self, outcome: Dict[str, Any], files: Any) -> None:
        """Write the files that are due at the end."""
        self._runs.close()
        self._number_of(_default_graph())
        initial = [self._initial[key] for key in sorted(self._initial)]
        tensorflow = sys.modules['tensorflow']
        outcome = dict(outcome, counts=self._counts, eager=_is_eager(), versions={
            'python': '.'.join(str(part) for part in sys.version_info[:3]),
            'numpy': np.__version__, 'tensorflow': str(tensorflow.__version__)})
        for name, content in ((SEEDS, self.seeds), (INITIAL, initial), (FILES, files),
                              (GRAPHS, [_nodes(graph) for graph in self._graphs]),
                              (OUTCOME, outcome)):  # last: it says that the others are whole
            with open(os.path.join(self._folder, name), 'w') as file:
                json.dump(content, file)


class WrittenFiles:
    """The files that are written below a folder from now on, but for those below `without`."""

    def __init__(self, folder: str, without: str) -> None:
        self._folder = folder
        self._without = without
        self._before = self._found()

    def _found(self) -> Optional[Dict[str, Tuple[int, int]]]:
        """Size and time of each file, by its path; None where there are too many."""
        found = {}  # type: Dict[str, Tuple[int, int]]
        for path in _files_below(self._folder):
            if not path.startswith(self._without + os.sep):
                status = os.stat(path)
                found[path] = status.st_size, status.st_mtime_ns
                if len(found) > MOST_FILES:
                    return None
        return found

    def described(self) -> Optional[List[Dict[str, Any]]]:
        """What is kept of each file that is new or has changed."""
        now = self._found()
        if self._before is None or now is None:
            return None
        # TensorBoard's files have the time and the host in their names.
        return [dict(_described_file(path), name=re.sub(
                    r'(\.tfevents\.).*', r'\1*', os.path.relpath(path, self._folder)))
                for path in sorted(now) if self._before.get(path) != now[path]]


def _holds_no_data(folder: str) -> bool:
    """Whether it is a folder in which no script keeps its data, such as a virtual environment."""
    return (os.path.basename(folder) in _NO_DATA
            or os.path.exists(os.path.join(folder, 'pyvenv.cfg')))


def _files_below(folder: str) -> Iterator[str]:
    """The paths of the files that a script may read and write there."""
    for inside, inner, names in os.walk(folder):
        inner[:] = [name for name in inner if not _holds_no_data(os.path.join(inside, name))]
        for name in names:
            path = os.path.join(inside, name)
            if os.path.isfile(path):
                yield path


def size_of_folder(folder: str, most: int) -> Tuple[int, int]:
    """Bytes and number of the files there, counted until they are too many."""
    size = count = 0
    for path in _files_below(folder):
        size, count = size + os.path.getsize(path), count + 1
        if size > most or count > MOST_FILES:
            break
    return size, count


def copy_folder(folder: str, target: str) -> None:
    """Copy the folder for a run of its own; what `_holds_no_data` is linked.

    Raises:
      OSError: it can't be copied.
    """
    for inside, inner, names in os.walk(folder):
        place = os.path.join(target, os.path.relpath(inside, folder))
        os.makedirs(place, exist_ok=True)
        for name in [*inner]:
            path = os.path.join(inside, name)
            if os.path.islink(path) or _holds_no_data(path):
                os.symlink(os.path.realpath(path), os.path.join(place, name))
                inner.remove(name)
        for name in names:
            if os.path.isfile(os.path.join(inside, name)):
                shutil.copy2(os.path.join(inside, name), os.path.join(place, name))


def _described_file(path: str) -> Dict[str, Any]:
    """The numbers or the text in a file that a script wrote, or its digest."""
    try:
        if path.endswith('.index'):
            return {'values': _checkpoint(path[:-len('.index')])}
        if '.data-' in path and os.path.exists(path.split('.data-')[0] + '.index'):
            return {}  # its index has told what it holds
        if '.tfevents.' in os.path.basename(path):
            return {'values': _events(path)}
        if path.endswith(('.meta', '.pb', '.pbtxt')):
            return {'graph': True}
        if path.endswith('.npy'):
            return {'values': [_summary('array', np.load(path, allow_pickle=False))]}
        if path.endswith('.npz'):
            with np.load(path, allow_pickle=False) as arrays:
                return {'values': [_summary(name, arrays[name]) for name in sorted(arrays.files)]}
        with open(path, 'rb') as file:
            content = file.read()
        if len(content) <= MOST_TEXT:
            lines = content.decode('utf-8').splitlines()
            if os.path.basename(path) == 'checkpoint':  # Saver's, with the time that it wrote it
                lines = [line for line in lines if '_timestamp' not in line]
            return {'text': lines}
    except Exception:  # of many kinds, by what is no such file
        pass
    with open(path, 'rb') as file:
        return {'digest': hashlib.sha256(file.read()).hexdigest()}


def _checkpoint(prefix: str) -> List[Dict[str, Any]]:
    from tensorflow.python.training import checkpoint_utils
    reader = checkpoint_utils.load_checkpoint(prefix)
    return [_summary(name, reader.get_tensor(name))
            for name in sorted(reader.get_variable_to_shape_map())]


def _events(path: str) -> List[Dict[str, Any]]:
    """The numbers of an event file, a series a tag."""
    from tensorflow.python.summary import summary_iterator
    series = {}  # type: Dict[str, List[float]]
    for event in summary_iterator.summary_iterator(path):
        for value in event.summary.value:
            series.setdefault(value.tag, []).extend(
                [float(event.step)] + _numbers_of(value))
    return [_summary(tag, np.asarray(series[tag], np.float32)) for tag in sorted(series)]


def _default_graph() -> Any:
    from tensorflow.python.framework import ops
    return ops.get_default_graph()


def _is_eager() -> bool:
    """Whether the script computes without graphs and sessions, where nothing is seen of it."""
    try:
        from tensorflow.python.eager import context
    except ImportError:  # before 1.5
        return False
    return bool(context.executing_eagerly()) if hasattr(context, 'executing_eagerly') else False


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
        value = np.asarray(_summary_numbers(value), np.float32)
    try:
        array = np.asarray(value)
    except ValueError:  # lists of several lengths
        array = np.asarray(repr(value))
    summary = {'name': name, 'type': _type(array), 'size': int(array.size),
            'digest': _digest(array)}
    if array.dtype.kind in 'iub' or _is_float(array):
        summary['numbers'] = _some_of(array.reshape(-1), kept)
        if array.size > KEPT_NUMBERS:
            summary['blocks'] = [_block(part) for part in
                                 np.array_split(array.reshape(-1), BLOCKS)]
    return summary


def _block(part: Any) -> List[Any]:
    """A block's digest, sum, weighted sum, least and largest number.

    Zeros of both signs are one number.  The weights tell numbers that have changed places.
    """
    numbers = part.astype(np.float64) + 0.0
    weights = np.arange(numbers.size) * 0.618034 % 1.0
    return [_digest(numbers)[:8], float(numbers.sum()), float((numbers * weights).sum()),
            float(numbers.min()), float(numbers.max())]


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
    """The numbers in what a summary operation gives."""
    from tensorflow.core.framework import summary_pb2
    return [number for value in summary_pb2.Summary.FromString(data).value
            for number in _numbers_of(value)]


def _numbers_of(value: Any) -> List[float]:
    """Those of one value of a summary; pictures and sounds have none."""
    if value.HasField('simple_value'):
        return [value.simple_value]
    if value.HasField('histo'):
        histogram = value.histo
        return [histogram.min, histogram.max, histogram.num, histogram.sum, histogram.sum_squares]
    return []


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
    """A tensor of the graph that holds the variable's value, and changes nothing; or None."""
    if variable.type != 'VarHandleOp':
        return variable.outputs[0] if variable.type in _VARIABLES else None
    reads = [one for one in variable.outputs[0].consumers()
             if one.type == 'ReadVariableOp' and _stands_alone(one)]
    return reads[0].outputs[0] if reads else None


def _stands_alone(operation: Any) -> bool:
    """Whether nothing else is run for it, such as an update that it stands behind."""
    return not operation.control_inputs and operation._get_control_flow_context() is None


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
        _serve_keras(folder)


def _serve_keras(folder: str) -> None:
    """Let Keras' `load_data` find MNIST in `folder`, unless it has fetched it before."""
    keras = sys.modules['tensorflow'].keras
    load = keras.datasets.mnist.load_data

    def load_data(path: str = 'mnist.npz') -> Any:
        if os.path.exists(os.path.join(os.path.expanduser('~'), '.keras', 'datasets', path)):
            return load(path)
        contents = []
        for name in _MNIST_FILES:
            with gzip.open(os.path.join(folder, name)) as file:
                contents.append(np.frombuffer(file.read(), np.uint8))
        train, test = ((images[16:].reshape(-1, 28, 28), labels[8:])
                       for images, labels in (contents[:2], contents[2:]))
        return train, test

    keras.datasets.mnist.load_data = load_data


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


def compiled(path: str) -> Any:
    """The code of the script or notebook at `path`, or on standard input where that is '-'.

    Raises:
      OSError, ValueError: it cannot be read, or is no notebook.
      SyntaxError: it is no Python.
    """
    if path == '-':
        source, name = sys.stdin.buffer.read(), '<stdin>'
    else:
        name = os.path.abspath(path)
        with open(name, 'rb') as file:
            source = file.read()
    if path.endswith('.ipynb'):
        text, passed_over = notebook_source(source.decode('utf-8'))
        if passed_over:
            print('{}: passed over: {}'.format(path, '; '.join(passed_over)), file=sys.stderr)
        return compile(text, name, 'exec', dont_inherit=True)
    return compile(source, name, 'exec', dont_inherit=True)


def notebook_source(text: str) -> Tuple[str, List[str]]:
    """The code cells of a notebook, in order, and the lines that are none of Python's.

    Raises:
      ValueError: it is no notebook.
    """
    try:
        notebook = json.loads(text)
        cells = [cell for sheet in notebook.get('worksheets', [notebook])
                 for cell in sheet['cells'] if cell['cell_type'] == 'code']
        sources = [''.join(cell['source' if 'source' in cell else 'input']) for cell in cells]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError('{!r}'.format(error)) from error
    lines, passed_over = [], []  # type: List[str], List[str]
    for source in sources:
        _add_cell(source.splitlines(), lines, passed_over)
    return '\n'.join(lines) + '\n', passed_over


def _add_cell(cell: List[str], lines: List[str], passed_over: List[str]) -> None:
    """Add a cell's lines, each of IPython's own as a comment."""
    first = next((line.strip() for line in cell if line.strip()), '')
    foreign = first.startswith('%%') and first.split()[0] not in _TIMINGS  # such as %%bash
    statement = []  # type: List[str]
    for line in cell:
        if foreign or line.strip().startswith(('%', '!')) and _ends(statement, line):
            if not foreign or line.strip() == first:
                passed_over.append(line.strip())
            statement = [line[:len(line) - len(line.lstrip())] + 'pass  # ' + line.strip()]
            lines.append(statement[0])
            continue
        lines.append(line)
        if line.strip() and not line[0].isspace() and _ends(statement, ''):
            statement = []
        statement.append(line)


def _ends(statement: List[str], line: str) -> bool:
    """Whether the statement in these lines ends before this one, which may be in its block."""
    indent = line[:len(line) - len(line.lstrip())]
    for text in (statement, statement + [indent + 'pass']):
        try:
            ast.parse('\n'.join(text))
            return True
        except (SyntaxError, ValueError):
            pass
    return False


def run_program(path: str, arguments: List[str], code: Any) -> None:
    """Run `code`, of the script at `path`, as `python path arguments` would.

    Where `path` is '-m', the first of the arguments is a module.  What is raised goes on to the
    interpreter, which prints and exits as it does for any script.
    """
    if path == '-m':
        sys.path[0] = os.getcwd()
        sys.argv[:] = arguments
        runpy.run_module(arguments[0], run_name='__main__', alter_sys=True)
        return
    module = types.ModuleType('__main__')
    module.__dict__.update(__builtins__=__builtins__, __annotations__={})
    if path == '-':
        sys.path[0] = ''
    else:
        module.__file__ = code.co_filename
        sys.path[0] = os.path.dirname(os.path.realpath(path))
    sys.argv[:] = [path] + arguments
    sys.modules['__main__'] = module
    exec(code, module.__dict__)


def add_program(parser: argparse.ArgumentParser) -> None:
    """Let the parser take what is run: a script and its arguments, or -m and a module's."""
    parser.add_argument('-m', dest='module', metavar='MODULE', nargs=argparse.REMAINDER, help=(
        'run a module with its arguments, such as -m pytest tests'))
    parser.add_argument('script', metavar='SCRIPT', nargs='?', help=(
        'the script or notebook, or - for standard input'))
    parser.add_argument('args', metavar='ARGS', nargs=argparse.REMAINDER, help=(
        "the script's own arguments"))


def parse_program(parser: argparse.ArgumentParser, args: argparse.Namespace) -> None:
    """Have the script and its arguments be '-m' and the module's, where a module is run."""
    if args.module is not None:
        if not args.module or args.script is not None:
            parser.error('-m: name one module, or a script in its place')
        args.script, args.args = '-m', args.module


# What follows runs on real TensorFlow 1.x alone; today's side has the runner.

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
    parser.add_argument('--record', metavar='FOLDER', help=(
        'write all that was seen there, for python -m reproduce.legacy --against FOLDER'))
    parser.add_argument('--controls', action='store_true', help=(
        'with --record: run the script thrice more, and record there what rounding can do'))
    parser.add_argument('--runs', type=int, metavar='N', help='stop after N session runs')
    parser.add_argument('--nudge', action='store_true', help=(
        'move every initial value to the float beside it'))
    add_program(parser)
    args = parser.parse_args()
    parse_program(parser, args)
    if args.script is None:
        parser.error('name a script')
    return args


def _unusable(reason: str) -> int:
    print('error: {}: {}'.format(sys.executable, reason), file=sys.stderr)
    return EXIT_UNUSABLE


def main() -> int:
    """Run the script; returns an exit code only where it can't be run."""
    args = _parse_args()
    if args.script not in NO_FILES and not os.path.isfile(args.script):
        return _unusable('no script {}'.format(args.script))
    if args.controls and (args.script == '-' or not args.record):
        return _unusable('--controls needs --record FOLDER and a script in a file')
    if args.record:
        os.makedirs(args.record, exist_ok=True)
        if os.path.exists(os.path.join(args.record, OUTCOME)):
            return _unusable('--record {}: holds a recording; name another folder'.format(
                args.record))
    if args.controls:
        _record_controls(args)
    sys.path[0] = '' if args.script in NO_FILES else os.path.dirname(
        os.path.abspath(args.script))
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
    if args.record or args.record_seeds or args.runs or args.nudge:
        _observe(args)
    else:
        run_program(args.script, args.args, _code(args.script))
    return 0


def _record_controls(args: argparse.Namespace) -> None:
    """Record the same run again, with another number of threads, and with nudged weights.

    Each is made in a copy of the folder, as it is before the script's own run.
    """
    for name, flags in control_flags(args.threads):
        command = [sys.executable, os.path.abspath(__file__), '--record',
                   os.path.abspath(os.path.join(args.record, name)),
                   '--data-dir', os.path.abspath(args.data_dir)]
        for flag, value in (('--seed', args.seed), ('--threads', args.threads),
                            ('--runs', args.runs)):
            command += [] if value is None else [flag, str(value)]
        with tempfile.TemporaryDirectory() as folder:
            copy_folder(os.getcwd(), folder)
            subprocess.call(command + flags + [args.script] + args.args, cwd=folder,
                            stdout=subprocess.DEVNULL)


def control_flags(threads: Optional[int]) -> List[Tuple[str, List[str]]]:
    """The controls of a run of `threads` threads: their names, and what is another in each."""
    return [(REPEATED, []), (THREADED, ['--threads', '2' if threads == 1 else '1']),
            (NUDGED, ['--nudge'])]


class _Copied:
    """Text that is printed, and kept in a file."""

    def __init__(self, stream: Any, path: str) -> None:
        self._stream = stream
        self._file = open(path, 'w', encoding='utf-8')  # noqa: SIM115, until the script's end

    def write(self, text: str) -> Any:
        self._file.write(text)
        self._file.flush()
        return self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _code(script: str) -> Any:
    return None if script == '-m' else compiled(script)


def _observe(args: argparse.Namespace) -> None:
    folder = args.record or tempfile.mkdtemp()
    observer = None
    if args.record and not os.path.exists(os.path.join(folder, STDOUT)):
        sys.stdout = _Copied(sys.stdout, os.path.join(folder, STDOUT))
    try:
        with observed(folder, args.nudge, args.runs, about_run(
                args.script, args.args, args.seed, args.runs)) as observer:
            run_program(args.script, args.args, _code(args.script))
    finally:
        if args.record_seeds and observer:
            with open(args.record_seeds, 'w') as file:
                json.dump([seed for seed, _ in observer.seeds], file)
                file.write('\n')
        if not args.record:
            shutil.rmtree(folder)


if __name__ == '__main__':
    sys.exit(main())
