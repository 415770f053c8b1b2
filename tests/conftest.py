import gzip
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable, Iterator, List, Optional, Tuple

import numpy as np
import pytest

from reproduce.comparison.exact import compare_exactly
from reproduce.comparison.log import Log, read_log
from reproduce.comparison.verdict import MOST_ROUNDED
from reproduce.experiment.seeds import batch_generator
from reproduce.mnist import Datasets, read_data_sets
from reproduce.shared.environment import configure_tensorflow

configure_tensorflow()  # before any test imports TensorFlow: as the commands have it

try:
    from hypothesis import settings
except ImportError:  # the tests that need it are skipped
    pass
else:
    settings.register_profile('any_machine', deadline=None)  # a busy one is slow, and not wrong
    settings.load_profile('any_machine')

_LONGEST_ID = 80  # characters; pytest puts a test's name into its environment, which has a limit


def pytest_make_parametrize_id(val: object, argname: str) -> Optional[str]:
    """A long parameter goes by its name in the test's; None leaves it to pytest."""
    return argname if isinstance(val, (str, bytes)) and len(val) > _LONGEST_ID else None


ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / 'golden'
MNIST = ROOT / 'reproduce' / 'mnist'
# With it the long tests leave nothing out; without, they shorten what is tested elsewhere too.
EVERYTHING = os.environ.get('REPRODUCE_EVERYTHING') == '1'


@pytest.fixture(scope='session')
def recorded_graph() -> List[Tuple[str, str, List[str]]]:
    with gzip.open(str(GOLDEN / 'tf1' / 'graph.json.gz'), 'rt') as file:
        return [(name, op, inputs) for name, op, inputs in json.load(file)]


@pytest.fixture(scope='session')
def recorded_trace() -> dict:
    return json.loads((GOLDEN / 'tf1' / 'seed-1' / 'trace.json').read_text())


@pytest.fixture(scope='session')
def first_steps(tmp_path_factory: pytest.TempPathFactory) -> Tuple[List[str], int]:
    """200 steps of run.py, started as a file from another folder: its lines, its peak in bytes.

    On two threads: the memory depends on how many there are.
    """
    return peak_of([str(ROOT / 'reproduce' / 'run.py'), '--training-steps', '200', '--threads',
                    '2'], cwd=str(tmp_path_factory.mktemp('elsewhere')))


def peak_of(arguments: List[str], **options: Any) -> Tuple[List[str], int]:
    """Run Python with `arguments`: the lines that it prints, and its peak of memory in bytes."""
    # A process of its own starts it: at first a child counts with its parent's memory.
    starter = ('import resource, subprocess, sys; subprocess.run([sys.executable] + sys.argv[1:], '
               'check=True); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)')
    done = subprocess.run([sys.executable, '-c', starter, *arguments], capture_output=True,
                          text=True, **options)
    assert done.returncode == 0, done.stderr
    *lines, peak = done.stdout.splitlines()
    return lines, in_bytes(int(peak))


def in_bytes(maxrss: int) -> int:
    """What `ru_maxrss` says, which Linux counts in KiB and macOS in bytes."""
    return maxrss if sys.platform == 'darwin' else 1024 * maxrss


@pytest.fixture
def pythons_own_handler() -> Iterator[None]:
    """Interrupts as Python handles them; what runs in a shell's background ignores them."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def mnist_data() -> Datasets:
    """MNIST with the batch order of seed 1; new for each test, since batches are used up."""
    return seeded_mnist(1)


def seeded_mnist(seed: int) -> Datasets:
    """MNIST with the batch order of `seed`, each image in one row."""
    return read_data_sets(str(MNIST), one_hot=True, generator=batch_generator(seed))


@pytest.fixture
def idx_folder(tmp_path: Path) -> Path:
    """A folder with four small, valid, raw IDX files of 28 x 28 images."""
    write_data_set(tmp_path, train=6000, test=200)
    return tmp_path


def assert_as_recorded(run: Log, name: str, steps: Optional[int] = None) -> None:
    """That `run` printed the log of `golden/tf1/NAME`, or its first `steps`, to the digit.

    How many losses are rounded otherwise is printed.
    """
    recorded = read_log(str(GOLDEN / 'tf1' / name))
    if steps is not None:  # a shorter run ends with a test accuracy of its own
        recorded = recorded.until(steps)._replace(test_accuracy=run.test_accuracy)
    comparison = compare_exactly(run, recorded, MOST_ROUNDED)
    print(f'{name}: {comparison.rounded} of {comparison.compared} lines with a last digit '
          'rounded otherwise')
    assert comparison.differences == ()
    assert run.finished


def small_run(data_dir: Path, *flags: object) -> List[str]:
    """The flags of a small, quiet run on the data in `data_dir`, and `flags`."""
    return [str(flag) for flag in (
        '--data-dir', data_dir, '--batch-size', 8, '--num-hidden', 4, '--display-step', 1,
        '--test-len', 16, '--quiet', *flags)]


def idx_bytes(array: np.ndarray) -> bytes:
    """The IDX file that holds the uint8 `array`."""
    return np.array((0x800 + array.ndim,) + array.shape, '>u4').tobytes() + array.tobytes()


def write_idx(path: Path, content: bytes, zipped: bool) -> str:
    """Write `content` to `path`, zipped or raw; return the path."""
    path.write_bytes(gzip.compress(content) if zipped else content)
    return str(path)


def write_data_set(folder: Path, train: int, test: int, rows: int = 28) -> None:
    for name, count in (('train', train), ('t10k', test)):
        images = np.arange(count * rows * 28, dtype=np.uint32).astype(np.uint8)
        (folder / (name + '-images-idx3-ubyte')).write_bytes(
            idx_bytes(images.reshape(count, rows, 28)))
        (folder / (name + '-labels-idx1-ubyte')).write_bytes(
            idx_bytes(np.arange(count, dtype=np.uint32).astype(np.uint8) % 10))


@pytest.fixture(scope='session')
def run_module() -> Callable[..., 'subprocess.CompletedProcess[str]']:
    """Runs `python -m MODULE FLAGS...` from the project's root."""
    def run(module: str, *flags: Any, **options: Any) -> 'subprocess.CompletedProcess[str]':
        options.setdefault('cwd', str(ROOT))
        # Which today's TensorFlow sets when a test imports it, and 1.15's Python follows.
        options['env'] = dict(options.get('env', os.environ))
        options['env'].pop('TF2_BEHAVIOR', None)
        return subprocess.run([sys.executable, '-m', module] + [str(flag) for flag in flags],
                              capture_output=True, text=True, timeout=1200, **options)
    return run


@pytest.fixture(scope='module')
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the tests of one file."""
    return tmp_path_factory.mktemp('files')
