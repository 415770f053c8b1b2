"""Arguments of protobuf's functions."""
import functools
from typing import Any, Callable


def install() -> None:
    """Let `text_format.MessageToString` take what it took."""
    from google.protobuf import text_format
    text_format.MessageToString = _without(text_format.MessageToString,
                                           ('float_format', 'double_format'))


def _without(function: Callable[..., Any], gone: Any) -> Callable[..., Any]:
    @functools.wraps(function)
    def taking(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **{name: value for name, value in kwargs.items()
                                  if name not in gone})
    return taking
