"""The fast engine's compiled operations, where there are any.

`lstm_kernels.c` is compiled at installation if a C compiler is there, once for each width of the
processor's vectors.
"""
import ctypes
import functools
import hashlib
import importlib.util
import logging
import os
from typing import Any, NamedTuple, Optional, Tuple

from reproduce.shared.environment import processor

SWITCH = 'REPRODUCE_KERNELS'  # environment variable; 0 turns the compiled operations off
_FRAMEWORK = 'libtensorflow_framework.so.2'  # has TensorFlow's C interface
_SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lstm_kernels.c')
_DIGEST = 32  # bytes of a SHA-256
_logger = logging.getLogger(__name__)


class Vectors(NamedTuple):
    """A build of `lstm_kernels.c`."""

    name: str
    needed: Tuple[str, ...]  # flags of the processor
    width: int  # floats in a vector; units come in fours of it
    height: int  # images of a tile; there is a multiple of it, and of the weights' rows

    @property
    def module(self) -> str:
        """The name under which it is installed; it is no Python module, and can't be imported."""
        return 'reproduce.experiment.lstm_kernels_' + self.name.replace('-', '').lower()


VECTORS = (Vectors('AVX-512', ('avx512f',), 16, 6), Vectors('AVX2', ('avx2', 'fma'), 8, 3),
           Vectors('plain', (), 4, 3))  # the widest first


class Build(NamedTuple):
    """What this processor and this installation allow."""

    text: str  # the vectors' name, or why there is no build
    path: Optional[str] = None
    vectors: Optional[Vectors] = None


class Operations(NamedTuple):
    """The compiled operations, loaded."""

    module: Any  # has lstm_chain and lstm_chain_gradient
    width: int  # as of `Vectors`
    height: int


def best_build() -> Build:
    """The build for the widest vectors that the processor has, if it is fit.  It loads nothing."""
    if os.environ.get(SWITCH) == '0':
        return Build(f'off, by {SWITCH}=0')
    flags = processor().split()
    for vectors in VECTORS:
        spec = importlib.util.find_spec(vectors.module)
        if spec and set(vectors.needed) <= set(flags):
            try:
                _check(spec.origin)
            except OSError as error:
                return Build(f'none ({error})')
            return Build(vectors.name, spec.origin, vectors)
    return Build('not built')


def in_use() -> str:
    """Which build this installation uses, or why none.  It takes no import of TensorFlow."""
    build = best_build()
    package = importlib.util.find_spec('tensorflow')
    if build.path is None:
        return build.text
    if package is None or not package.submodule_search_locations:
        return 'none, TensorFlow is not installed'
    try:
        for path in (os.path.join(package.submodule_search_locations[0], _FRAMEWORK), build.path):
            ctypes.CDLL(path)
    except OSError as error:
        return f'none ({error})'
    return build.text


def load() -> Optional[Operations]:
    """The compiled operations, loaded into TensorFlow; None where there are none that load."""
    build = best_build()
    if build.path is None or build.vectors is None:
        _logger.debug("TensorFlow's own operations are used; compiled ones: %s", build.text)
        return None
    module = _loaded(build.path)
    return module and Operations(module, build.vectors.width, build.vectors.height)


@functools.lru_cache(maxsize=None)
def _loaded(path: str) -> Optional[Any]:
    import tensorflow.compat.v1 as tf
    try:
        module = tf.load_op_library(path)
        return module if hasattr(module, 'lstm_chain_gradient') else None
    except tf.errors.OpError as error:
        _logger.debug("TensorFlow's own operations are used; compiled ones: %s",
                      (str(error).splitlines() or [''])[0])
        return None


def _check(path: str) -> None:
    """Check the two SHA-256 at the file's end: of the source, and of all that stands before.

    Raises:
      OSError: it cannot be read, is damaged, which would kill the process that loads it, or was
        built from another source than the one that is here.
    """
    with open(path, 'rb') as file:
        content = file.read()
    if _sha256(content[:-_DIGEST]) != content[-_DIGEST:]:
        raise OSError(f'{path}: is damaged; install the package again')
    if os.path.exists(_SOURCE):  # an installed package has none
        with open(_SOURCE, 'rb') as file:
            if _sha256(file.read()) != content[-2 * _DIGEST:-_DIGEST]:
                raise OSError('built from another lstm_kernels.c; install the package again')


def _sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
