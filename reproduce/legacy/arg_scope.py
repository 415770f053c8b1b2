"""contrib's arg_scope: default arguments for the layers called within a block."""
import contextlib
import functools
from typing import Any, Callable, Dict, Iterator, List, Sequence, Union

Defaults = Dict[str, Dict[str, Any]]

_defaults: List[Defaults] = [{}]  # of the blocks that are open, the innermost last


def add_arg_scope(function: Callable) -> Callable:
    """Let `function` take default arguments from the `arg_scope` that it is called in."""
    @functools.wraps(function)
    def scoped(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **{**_defaults[-1].get(_key(scoped), {}), **kwargs})
    scoped.takes_arg_scope = True  # type: ignore[attr-defined]
    return scoped


@contextlib.contextmanager
def arg_scope(list_ops_or_scope: Union[Sequence[Callable], Defaults],
              **kwargs: Any) -> Iterator[Defaults]:
    """Within the block, call the functions in a list with `kwargs`, or reuse another block's scope.

    Raises:
      ValueError: a function takes no scope, or a scope is reused with further arguments.
    """
    if isinstance(list_ops_or_scope, dict):
        if kwargs:
            raise ValueError('When attempting to re-use a scope by suppling a dictionary, kwargs '
                             'must be empty.')
        defaults = dict(list_ops_or_scope)
    else:
        defaults = dict(_defaults[-1])
        for function in list_ops_or_scope:
            if not has_arg_scope(function):
                raise ValueError(f'{function} is not decorated with @add_arg_scope')
            key = _key(function)
            defaults[key] = {**defaults.get(key, {}), **kwargs}
    _defaults.append(defaults)
    try:
        yield defaults
    finally:
        _defaults.pop()


def has_arg_scope(function: Callable) -> bool:
    """Whether `function` takes arguments from an arg_scope."""
    return hasattr(function, 'takes_arg_scope')


def _key(function: Callable) -> str:
    return f'{function.__module__}.{function.__qualname__}'
