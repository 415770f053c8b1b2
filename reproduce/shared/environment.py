"""What a command takes from the machine and the process that it runs in."""
import contextlib
import logging
import os
import platform
import re
import subprocess
import sys
import warnings
from typing import Iterator, Optional, Tuple

from reproduce.shared import cgroup
from reproduce.shared.errors import InputError, RunError

try:
    import resource
except ImportError:  # Windows
    resource = None

# Read by TensorFlow 2.x when it is imported; what a user has set stays.
_SETTINGS = {
    'TF_CPP_MIN_LOG_LEVEL': '2',  # errors, without the chatter
    'TF_ENABLE_ONEDNN_OPTS': '1',  # oneDNN's matrix products, on every processor
    'TF_CPU_ALLOCATOR_USE_BFC': 'true',  # keeps a step's memory for the next step
    'CUDA_VISIBLE_DEVICES': '-1',  # no time is spent on GPUs, which no session here uses
}
# What it is given, it prints only if the process at the other end of stdin dies.
_WATCH = 'trap "" INT TERM HUP; read fine || { cat "$0"; rm "$0"; }'
_LEAST_ADDRESS_SPACE = 2100 * 2**20  # bytes; the main job's VmPeak on TensorFlow 2.21
# Where these are found in the user's own folder, TensorFlow's import fails in many ways.
_NEEDED_MODULES = ('tensorflow', 'numpy', 'keras', 'google', 'absl', 'h5py', 'six', 'wrapt')


def configure_tensorflow() -> None:
    """Set TensorFlow's environment variables.  Call it before TensorFlow is imported.

    Raises:
      InputError: `ulimit -v` leaves TensorFlow too little, of which it dies without a word.
    """
    limit = memory_limit()
    if limit is not None and limit < _LEAST_ADDRESS_SPACE:
        raise InputError(f'ulimit -v allows this process {limit // 2**20} MB, and TensorFlow '
                         f'takes {_LEAST_ADDRESS_SPACE // 2**20}; raise it')
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)


@contextlib.contextmanager
def without_banners() -> Iterator[None]:
    """Hold back what native code writes to stderr within the block; show it if the block fails.

    TensorFlow's C++ writes its banners to the file descriptor, before any setting of Python's
    could reach it.  Our own lines go past it: see `cli.run_command`.  What was held when
    TensorFlow aborts the process, another process shows.

    Raises:
      InputError: there is no folder for temporary files.
    """
    import tempfile
    warnings.filterwarnings('ignore', category=FutureWarning)  # TensorFlow 1.15's, of NumPy
    warnings.filterwarnings('ignore', category=DeprecationWarning)
    logging.getLogger('tensorflow').setLevel(logging.ERROR)
    sys.stderr.flush()
    try:
        file = tempfile.NamedTemporaryFile()  # noqa: SIM115, the next line enters it
    except OSError as error:
        raise InputError(f'no folder for temporary files can be written ({error.strerror}); set '
                         'TMPDIR to one') from error
    with file as held, _shown_after_death(held.name):
        stderr = os.dup(2)
        os.dup2(held.fileno(), 2)
        try:
            yield
        except (InputError, RunError):  # it says all that is to be said
            raise
        except Exception:
            sys.stderr.flush()
            held.seek(0)
            os.write(stderr, held.read())
            raise
        finally:
            sys.stderr.flush()
            os.dup2(stderr, 2)
            os.close(stderr)


@contextlib.contextmanager
def _shown_after_death(path: str) -> Iterator[None]:
    """A block after which the file at `path` is shown on stderr if it killed this process."""
    try:
        watcher = subprocess.Popen(['sh', '-c', _WATCH, path], stdin=subprocess.PIPE,
                                   stdout=2)
    except OSError:  # Windows has no such shell
        yield
        return
    try:
        yield
    finally:
        watcher.communicate(b'fine\n')


def available_cores() -> int:
    """How many cores this process may use, at least one."""
    if hasattr(os, 'sched_getaffinity'):  # Linux has it
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    limit = cgroup.core_limit()
    return cores if limit is None else max(1, min(cores, int(limit)))


def memory_size() -> Optional[int]:
    """The bytes of memory that there are for this process; None where the system does not say."""
    try:
        present = os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES')
    except (AttributeError, ValueError, OSError):  # Windows
        return None
    limit = cgroup.memory_limit()
    return present if limit is None else min(present, limit)


def memory_limit() -> Optional[int]:
    """The bytes of address space that `ulimit -v` allows this process; None without a limit."""
    if resource is None:
        return None
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if limit == resource.RLIM_INFINITY else limit


def hidden_module() -> Optional[Tuple[str, str]]:
    """A module that the user's own file hides: its name, and that file's path; or None."""
    folder = sys.path[0] or os.curdir
    hidden = sorted({*getattr(sys, 'stdlib_module_names', ('random',)), *_NEEDED_MODULES})
    for name in hidden:
        path = os.path.join(folder, name + '.py')
        if os.path.isfile(path):
            return name, path
    return None


def processor() -> str:
    """The processor's name and those of its vector instructions that TensorFlow uses."""
    try:
        with open('/proc/cpuinfo') as file:
            text = file.read()
    except OSError:  # only Linux has it
        text = ''
    facts = dict(re.findall(r'^(model name|flags)\s*: (.*)$', text, re.MULTILINE))
    vectors = [flag for flag in facts.get('flags', '').split()
               if flag.startswith(('avx', 'fma', 'amx'))]
    return ' '.join([facts.get('model name', platform.machine())] + vectors)
