"""Bad input, counted: damaged files by the hundred thousand for every reader of files.

    python tests/fuzz.py --cases 100000

Each case has to end in a result or in an InputError, within bounds of work and memory.
One that ends otherwise is reported and its files are kept in a folder; the exit code is then 1.
A case follows from the seed, the target's name and its number: --first N --cases 1 repeats it.

The cases run in a process of their own.  When it dies or hangs, the case that it was at is
reported, and a new process goes on after it.  With --atheris, one target is explored by the
coverage of its code instead.
"""
import argparse
import contextlib
import functools
import gzip
import inspect
import io
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Iterator, List, NamedTuple, Optional

from conftest import in_bytes
from fuzz_targets import TARGETS, files_of
from mutations import bomb

from reproduce.mnist.idx import MAX_BYTES
from reproduce.shared import cli
from reproduce.shared.environment import configure_tensorflow, without_banners
from reproduce.shared.errors import InputError

MOST_UNITS = 20.0  # of work that a case may take; the largest that is read takes about one
MOST_MEMORY = 2**30  # bytes that the process may grow by
ACCEPTED, REFUSED = 'accepted', 'refused'
_ROOM = 8 * 2**30  # bytes of address space that the process may take more: saves the machine
_CORPUS = 300  # cases that atheris begins with
_HANGS = 60.0  # seconds after which a case is given up; other processes may slow it down


class Outcome(NamedTuple):
    """How a case ended."""

    case: int
    what: str  # ACCEPTED, REFUSED, or how it ended that it may not
    seconds: float = 0.0  # of processor time
    memory: int = 0  # bytes that the process has grown by at most, up to here

    @property
    def failed(self) -> bool:
        """Whether it ended as none may."""
        return self.what not in (ACCEPTED, REFUSED)


@functools.lru_cache(maxsize=None)
def unit_of_work() -> float:
    """The processor time that this machine takes to unpack the most that any reader reads."""
    packed = bomb(b'', bytes(2**20), MAX_BYTES // 2**20)
    before = time.process_time()
    with gzip.open(io.BytesIO(packed)) as file:
        while file.read(2**20):
            pass
    return time.process_time() - before


def run_case(target: str, seed: int, case: int, folder: str) -> Outcome:
    """Let the reader have one case, in this process."""
    write_case(target, seed, case, folder)
    before = time.process_time()
    try:
        TARGETS[target].read(folder)
        what = ACCEPTED
    except InputError as error:
        what = REFUSED if '\n' not in str(error) else f'refused in several lines: {error!r}'
    except Exception as error:
        what = f'{type(error).__name__}: {str(error)[:200]!r}'
    seconds = time.process_time() - before
    if seconds > MOST_UNITS * unit_of_work():
        what = f'takes {seconds:.1f} s'
    return Outcome(case, what, seconds)


def write_case(target: str, seed: int, case: int, folder: str) -> None:
    """Write the case's files into `folder`."""
    for name, content in files_of(target, seed, case).items():
        Path(folder, name).write_bytes(content)


def outcomes(target: str, seed: int, cases: range, hangs: float = _HANGS) -> Iterator[Outcome]:
    """Those of `cases`, in their order, from processes that may die or hang."""
    context = multiprocessing.get_context('fork')
    while cases:
        receiver, sender = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(target, seed, cases, sender))
        process.start()
        sender.close()
        died = False
        try:
            while cases and receiver.poll(hangs):
                yield receiver.recv()
                cases = cases[1:]
        except EOFError:
            died = True
        finally:
            process.join(hangs if died else 0)
            process.kill()
            process.join()
        if cases:
            yield Outcome(cases[0], f'dies, exit code {process.exitcode}' if died
                          else f'is not done after {hangs:g} s')
            cases = cases[1:]


def _work(target: str, seed: int, cases: range, pipe: Connection) -> None:
    """Run the cases in this process, and send what came of each."""
    with tempfile.TemporaryDirectory() as folder:
        with without_banners():
            run_case(target, seed, cases[0], folder)  # imports what it needs; counted below
            unit_of_work()
        usual = grown = _peak()
        _limit_memory()
        for case in cases:
            outcome = run_case(target, seed, case, folder)
            if _peak() > grown + MOST_MEMORY:
                grown = _peak()
                outcome = outcome._replace(what=f'takes {(grown - usual) / 2**20:.0f} MB')
            pipe.send(outcome._replace(memory=_peak() - usual))


def _peak() -> int:
    """The most memory that this process has had, in bytes."""
    return in_bytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def _limit_memory() -> None:
    pages = int(Path('/proc/self/statm').read_text().split()[0])
    limit = pages * os.sysconf('SC_PAGE_SIZE') + _ROOM
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def fuzz(target: str, seed: int, cases: range, seconds: Optional[float], kept: str) -> int:
    """Run the cases of a target, report, and keep those that fail; return how many did."""
    started = time.monotonic()
    counts: Counter = Counter()
    slowest = Outcome(cases.start, ACCEPTED)
    memory = 0
    for outcome in outcomes(target, seed, cases):
        counts['failed' if outcome.failed else outcome.what] += 1
        slowest = max(slowest, outcome, key=lambda one: one.seconds)
        memory = max(memory, outcome.memory)
        if outcome.failed:
            folder = os.path.join(kept, f'{target}-{outcome.case}')
            os.makedirs(folder, exist_ok=True)
            write_case(target, seed, outcome.case, folder)
            print(f'{target} {outcome.case}: {outcome.what}; its files are in {folder}',
                  flush=True)
        if seconds is not None and time.monotonic() - started > seconds:
            break
    print(f'{target}: {sum(counts.values())} cases in {time.monotonic() - started:.0f} s, seed '
          f'{seed}: {counts[ACCEPTED]} accepted, {counts[REFUSED]} refused, {counts["failed"]} '
          f'failed; the slowest ({slowest.case}) took {slowest.seconds:.2f} s, memory grew by '
          f'{memory / 2**20:.0f} MB', flush=True)
    return counts['failed']


def explore(target: str, seed: int, cases: int) -> None:
    """Let atheris look for inputs that reach new code, from cases on; it ends the process.

    It changes the first of a case's files, without knowing what the file is.

    Raises:
      InputError: atheris is missing.
    """
    try:
        import atheris
    except ImportError as error:
        raise InputError('--atheris: is not installed; run pip install atheris') from error
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as corpus:
        for case in range(_CORPUS):
            file, content = next(iter(files_of(target, seed, case).items()))
            Path(corpus, str(case)).write_bytes(content)
        write_case(target, seed, 0, folder)
        run_case(target, seed, 0, folder)  # imports what it needs
        for name, module in list(sys.modules.items()):
            for function in filter(inspect.isfunction, vars(module).values()):
                if function.__module__ == name and name.startswith('reproduce.'):
                    atheris.instrument_func(function)

        def read(content: bytes) -> None:
            Path(folder, file).write_bytes(content)
            with contextlib.suppress(InputError):
                TARGETS[target].read(folder)

        atheris.Setup([sys.argv[0], f'-runs={cases}', f'-seed={seed}', f'-timeout={_HANGS:.0f}',
                       f'-rss_limit_mb={4 * MOST_MEMORY // 2**20}', corpus], read)
        atheris.Fuzz()


def parse_args(argv: Optional[List[str]]) -> argparse.Namespace:
    """The flags."""
    parser = cli.Parser(prog='python tests/fuzz.py', description=(
        'Give damaged files to every reader of files. Exit code 0: each was read or refused, '
        '1: some were not.'))
    parser.add_argument('--cases', type=cli.whole_number(1), metavar='N', default=100000,
                        help='cases of each target')
    parser.add_argument('--first', type=cli.whole_number(0), metavar='N', default=0,
                        help='number of the first case')
    parser.add_argument('--seconds', type=cli.positive_number, metavar='S',
                        help='stop a target after so long')
    parser.add_argument('--target', choices=list(TARGETS), action='append',
                        help='a reader; may be repeated (all)')
    parser.add_argument('--seed', type=cli.whole_number(0), metavar='N', default=1,
                        help='what the cases are drawn from')
    parser.add_argument('--atheris', action='store_true',
                        help='look for new ways through the code of one --target (pip install '
                             'atheris)')
    return parser.parse_args(argv)


def run(args: argparse.Namespace) -> int:
    """Fuzz the targets one after the other."""
    configure_tensorflow()
    with without_banners():
        import reproduce.experiment.checkpoint  # noqa: F401, lest the first case takes its seconds
    if args.atheris:
        if len(args.target or ()) != 1:
            raise InputError('--atheris: name one --target')
        explore(args.target[0], args.seed, args.cases)
    kept = tempfile.mkdtemp(prefix='fuzz-')
    cases = range(args.first, args.first + args.cases)
    failed = sum(fuzz(target, args.seed, cases, args.seconds, kept)
                 for target in args.target or TARGETS)
    if not failed:
        os.rmdir(kept)
    return cli.EXIT_FAILED if failed else cli.EXIT_FINE


def main(argv: Optional[List[str]] = None) -> int:
    """The command; returns its exit code."""
    return cli.run_command(run, parse_args(argv))


if __name__ == '__main__':
    sys.exit(main())
