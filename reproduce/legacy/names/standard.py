"""What Python's own library had, as far as it takes more than today's name."""
import collections
import functools
from types import ModuleType
from typing import Any, Callable, Dict


def nothing() -> Callable[..., None]:
    """A function that does nothing: what it did has no meaning any more."""
    return lambda *args, **kwargs: None


def no_distribution() -> Callable[..., Any]:
    """platform.linux_distribution where it found none."""
    return lambda *args, **kwargs: ('', '', '')


def errno() -> ModuleType:
    """The module, which `os` happened to have."""
    import errno as module
    return module


def cgi_escape() -> Callable[..., str]:
    """cgi.escape, which leaves quotes alone."""
    import html
    return lambda s, quote=False: html.escape(s, quote)


def unescape() -> Callable[..., str]:
    """HTMLParser's method."""
    import html
    return lambda self, s: html.unescape(s)


ArgSpec = collections.namedtuple('ArgSpec', 'args varargs keywords defaults')


def getargspec() -> Callable[..., Any]:
    """inspect.getargspec, with its four fields; it refuses what it did not know."""
    import inspect

    def getargspec(func: Any) -> Any:
        found = inspect.getfullargspec(func)
        if found.kwonlyargs or found.annotations:
            raise ValueError('Function has keyword-only parameters or annotations, use '
                             'getfullargspec() API which can support them')
        return ArgSpec(found.args, found.varargs, found.varkw, found.defaults)
    return getargspec


def imp() -> Dict[str, Any]:
    """The parts of `imp` that programs use."""
    import importlib
    import importlib.util
    import sys

    def load_source(name: str, pathname: str, file: Any = None) -> ModuleType:
        spec = importlib.util.spec_from_file_location(name, pathname)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        return module

    return {'reload': importlib.reload, 'new_module': ModuleType, 'load_source': load_source,
            'C_EXTENSION': 3, 'PKG_DIRECTORY': 5, 'PY_SOURCE': 1}


def open_with_u(function: Any) -> Any:
    """open, whose mode may have the U that has meant nothing since Python 3.0."""
    @functools.wraps(function)
    def opened(file: Any, mode: str = 'r', *args: Any, **kwargs: Any) -> Any:
        return function(file, mode.replace('U', '') or 'r', *args, **kwargs)
    return opened


def without(argument: str) -> Callable[[Any], Any]:
    """Widens a function by an argument that has no effect."""
    def widened(function: Any) -> Any:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            kwargs.pop(argument, None)
            return function(*args, **kwargs)
        return call
    return widened


def renamed(argument: str, today: str) -> Callable[[Any], Any]:
    """Widens a function by the old name of an argument."""
    def widened(function: Any) -> Any:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            if argument in kwargs:
                kwargs[today] = kwargs.pop(argument)
            return function(*args, **kwargs)
        return call
    return widened
