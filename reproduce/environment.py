"""What TensorFlow takes from the process it is imported into: settings, and where it writes."""
import contextlib
import logging
import os
import platform
import re
import sys
import tempfile
import warnings
from typing import Iterator

# Read by TensorFlow 2.x when it is imported; what a user has set stays.
_SETTINGS = {
    'TF_CPP_MIN_LOG_LEVEL': '2',  # errors, without the chatter
    'TF_ENABLE_ONEDNN_OPTS': '1',  # oneDNN's matrix products, on every processor
    'TF_CPU_ALLOCATOR_USE_BFC': 'true',  # keeps a step's memory for the next step
}


def set_up() -> None:
    """Set TensorFlow's environment variables.  Call it before TensorFlow is imported."""
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)


@contextlib.contextmanager
def without_banners() -> Iterator[None]:
    """Hold back what is written to stderr within the block; show it if the block fails.

    TensorFlow's C++ writes its banners to the file descriptor, before any setting
    of Python's could reach it.
    """
    warnings.filterwarnings('ignore', category=FutureWarning)  # TensorFlow 1.15's, of NumPy
    warnings.filterwarnings('ignore', category=DeprecationWarning)
    logging.getLogger('tensorflow').setLevel(logging.ERROR)
    sys.stderr.flush()
    stderr = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except Exception:
            sys.stderr.flush()
            held.seek(0)
            os.write(stderr, held.read())
            raise
        finally:
            sys.stderr.flush()
            os.dup2(stderr, 2)
            os.close(stderr)


def processor() -> str:
    """The processor's name and those of its vector instructions that TensorFlow uses."""
    with open('/proc/cpuinfo') as file:
        facts = dict(re.findall(r'^(model name|flags)\s*: (.*)$', file.read(), re.MULTILINE))
    vectors = [flag for flag in facts.get('flags', '').split()
               if flag.startswith(('avx', 'fma', 'amx'))]
    return ' '.join([facts.get('model name', platform.machine())] + vectors)
