"""Names of Python's library."""
import collections
import collections.abc
import importlib
import inspect
import sys
from typing import Any, Callable

ArgSpec = collections.namedtuple('ArgSpec', 'args varargs keywords defaults')


def install() -> None:
    """Put back what 1.15 uses and this Python has not."""
    for name in collections.abc.__all__:  # gone since 3.10
        _put(collections, name, getattr(collections.abc, name))
    _put(inspect, 'ArgSpec', ArgSpec)  # gone since 3.11, as the next
    _put(inspect, 'getargspec', getargspec)
    if sys.version_info >= (3, 12):
        _import_distutils()


def _put(module: Any, name: str, value: Any) -> None:
    if not hasattr(module, name):
        setattr(module, name, value)


def getargspec(function: Callable[..., Any]) -> ArgSpec:
    """A function's positional arguments.

    Raises:
      ValueError: it has others.
    """
    spec = inspect.getfullargspec(function)
    if spec.kwonlyargs or spec.annotations:
        raise ValueError('Function has keyword-only parameters or annotations, use '
                         'getfullargspec() API which can support them')
    return ArgSpec(spec.args, spec.varargs, spec.varkw, spec.defaults)


def _import_distutils() -> None:
    """Python 3.12 dropped it; setuptools, which TensorFlow brings, has a copy."""
    if 'distutils' not in sys.modules:
        for name in ('', '.sysconfig', '.version'):
            sys.modules['distutils' + name] = importlib.import_module(
                'setuptools._distutils' + name)
