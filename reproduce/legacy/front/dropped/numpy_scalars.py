"""NumPy 1.x's arithmetic for the numbers that `Session.run` returns.

There a float32 number times a Python number is a float64, and compares as one; since NumPy 2 it
is a float32.  Scripts average their losses so, and print nine digits of it.
"""
import functools
from typing import Any, Callable

import numpy as np

_MIXED = ('add', 'sub', 'mul', 'truediv', 'floordiv', 'mod', 'pow')
_COMPARED = ('eq', 'ne', 'lt', 'le', 'gt', 'ge')


class Float32(np.float32):
    """A float32 that with a Python number gives a float64, as in NumPy 1.x."""

    __slots__ = ()
    __hash__ = np.float32.__hash__


def _method(name: str) -> Callable[[Any, Any], Any]:
    single, double = getattr(np.float32, name), getattr(np.float64, name)

    def method(self: Any, other: Any) -> Any:
        if type(other) in (int, float, bool):
            return double(np.float64(self), other)
        return as_in_1x(single(self, other))
    return method


for _name in _MIXED:
    setattr(Float32, f'__{_name}__', _method(f'__{_name}__'))
    setattr(Float32, f'__r{_name}__', _method(f'__r{_name}__'))
for _name in _COMPARED:
    setattr(Float32, f'__{_name}__', _method(f'__{_name}__'))
for _name in ('__neg__', '__pos__', '__abs__'):
    setattr(Float32, _name, functools.partialmethod(
        lambda self, function: as_in_1x(function(self)), getattr(np.float32, _name)))


def as_in_1x(value: Any) -> Any:
    """`value`, a result of `Session.run`, with the numbers in it as NumPy 1.x had them."""
    kind = type(value)
    if kind is np.float32:
        return Float32(value)
    if kind is list:
        return [as_in_1x(item) for item in value]
    if kind is dict:
        return {key: as_in_1x(item) for key, item in value.items()}
    if isinstance(value, tuple):
        items = [as_in_1x(item) for item in value]
        return kind._make(items) if hasattr(kind, '_make') else kind(items)
    return value


def install(*sessions: Any) -> None:
    """Let the `run` of session classes return numbers that calculate as in NumPy 1.x."""
    if type(np.float32(1) / 3) is np.float64:
        return
    for session in sessions:
        session.run = _converting(session.run)


def _converting(run: Callable) -> Callable:
    @functools.wraps(run)
    def converting(*args: Any, **kwargs: Any) -> Any:
        return as_in_1x(run(*args, **kwargs))
    return converting
