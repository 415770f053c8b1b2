"""What an observed run left behind, read back."""
import json
import os
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from reproduce.legacy import observe
from reproduce.shared.errors import InputError

STDERR = 'stderr'  # what the run wrote there, beside the observer's own files


class Node(NamedTuple):
    """An operation of a graph."""

    name: str
    type: str
    inputs: Tuple[str, ...]  # control inputs, as ^name, last
    value: Optional[str] = None  # of a small constant


class Value(NamedTuple):
    """Something that was fetched or fed, or a variable's initial value."""

    name: str
    type: str  # NumPy's name of it; empty for an operation, which has no value
    size: int
    digest: str  # of all its elements
    numbers: Tuple[float, ...]  # some of its elements, evenly spaced
    # Of each part of a large one: digest, sum, weighted sum, least and largest element.
    blocks: Tuple[Tuple[Any, ...], ...] = ()


class Run(NamedTuple):
    """One call of Session.run, or the end of a session, which shows its variables."""

    graph: int
    error: Optional[str]  # the type of what it raised
    values: Tuple[Value, ...]
    end: bool = False


class Written(NamedTuple):
    """A file that the script wrote; what it holds is one of three, or known by other means."""

    digest: Optional[str] = None
    text: Optional[Tuple[str, ...]] = None
    values: Tuple[Value, ...] = ()
    graph: bool = False  # a graph, which is compared as such


class Recording(NamedTuple):
    """An observed run of a script."""

    versions: Dict[str, str]
    exit: int
    error: Optional[Dict[str, Any]]  # type, message and line of what ended the script
    seeds: Tuple[Tuple[int, str], ...]  # op seeds in the order of their use, and for what
    unseeded: int  # random operations whose graph has no seed
    graphs: Tuple[Tuple[Node, ...], ...]
    initial: Dict[Tuple[int, str], Value]  # by graph and variable
    runs: Tuple[Run, ...]
    all_runs: int  # of the main thread, recorded or not
    elsewhere: int  # runs of other threads, which have no order and are not recorded
    lines: Tuple[str, ...]  # printed
    files: Optional[Dict[str, Written]] = None  # by name; None where they were not looked at
    about: Optional[Dict[str, Any]] = None  # what was run, as `observe.about_run` has it
    eager: bool = False  # whether it computes without sessions, where nothing is seen


def read_recording(folder: str, exit_code: int) -> Recording:
    """Read the files that `observe.observed` has written.

    Args:
      folder: holds them, and STDOUT.
      exit_code: of the process that wrote them; negative where a signal has ended it, which
        leaves no more than the session runs.

    Raises:
      InputError: a file is missing or damaged.
    """
    try:
        with open(os.path.join(folder, observe.STDOUT), encoding='utf-8', errors='replace') as file:
            lines = tuple(file.read().splitlines())
        with open(os.path.join(folder, observe.RUNS)) as file:
            runs = tuple(_run(line) for line in file if line.endswith('\n'))
        if exit_code < 0:
            error = {'type': f'signal {-exit_code}', 'message': '', 'line': None, 'missing': False}
            return Recording({}, exit_code, error, (), 0, (), {}, runs,
                             sum(not run.end for run in runs), 0, lines)
        outcome = _read(folder, observe.OUTCOME)
        return Recording(
            outcome['versions'], outcome['exit'], outcome['error'],
            tuple((seed, scope) for seed, scope in _read(folder, observe.SEEDS)),
            outcome['counts']['unseeded'],
            tuple(tuple(Node(name, kind, tuple(inputs), *value)
                        for name, kind, inputs, *value in graph)
                  for graph in _read(folder, observe.GRAPHS)),
            {(one['graph'], one['name']): _value(one) for one in _read(folder, observe.INITIAL)},
            runs, outcome['counts']['runs'], outcome['counts']['elsewhere'], lines,
            _files(folder), outcome.get('about'), outcome.get('eager', False))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f'{folder}: holds no whole recording ({error}); record it again'
                         ) from error


def last_line(folder: str) -> str:
    """The last line that the process wrote to stderr, or an empty one."""
    with open(os.path.join(folder, STDERR), encoding='utf-8', errors='replace') as file:
        lines: List[str] = [line.strip() for line in file if line.strip()]
    return lines[-1] if lines else ''


def _read(folder: str, name: str) -> Any:
    with open(os.path.join(folder, name)) as file:
        return json.load(file)


def _files(folder: str) -> Optional[Dict[str, Written]]:
    if not os.path.exists(os.path.join(folder, observe.FILES)):  # older recordings have none
        return None
    found = _read(folder, observe.FILES)
    if found is None:
        return None
    return {one['name']: Written(
        one.get('digest'), tuple(one['text']) if 'text' in one else None,
        tuple(_value(value) for value in one.get('values', ())), one.get('graph', False))
        for one in found}


def _run(line: str) -> Run:
    run = json.loads(line)
    return Run(run['graph'], run['error'], tuple(_value(one) for one in run['values']),
               run.get('end', False))


def _value(one: Dict[str, Any]) -> Value:
    return Value(one['name'], one.get('type', ''), one.get('size', 0), one.get('digest', ''),
                 tuple(one.get('numbers', ())), tuple(tuple(b) for b in one.get('blocks', ())))
