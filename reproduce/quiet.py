"""Importing TensorFlow without its banners."""
import contextlib
import logging
import os
import sys
import tempfile
import warnings
from typing import Iterator


@contextlib.contextmanager
def without_banners() -> Iterator[None]:
    """Hold back what is written to stderr within the block; show it if the block fails.

    TensorFlow's C++ writes its banners to the file descriptor, before any setting
    of Python's could reach it.
    """
    os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '2')  # warnings and chatter, not errors
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
