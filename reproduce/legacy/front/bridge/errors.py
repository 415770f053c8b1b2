"""Errors of the runtime, as 1.15's classes."""
import functools
from typing import Any, Callable, Dict

from reproduce.legacy.front.runtime import load

_registry = load('_pywrap_py_exception_registry')
_classes: Dict[int, Any] = {}

UNKNOWN, INVALID_ARGUMENT, NOT_FOUND, OUT_OF_RANGE, UNIMPLEMENTED, DATA_LOSS = 2, 3, 5, 11, 12, 15


class _Status:
    """What 1.15's functions write an error's code and message into."""

    code = 0
    message = ''


def TF_NewStatus() -> _Status:
    """A status without an error."""
    return _Status()


def TF_DeleteStatus(status: _Status) -> None:
    """Python frees it."""


def TF_GetCode(status: _Status) -> int:
    """The error's code, 0 where there is none."""
    return status.code


def TF_Message(status: _Status) -> str:
    """The error's message."""
    return status.message


def Set_TF_Status_from_Status(status: _Status, returned: None) -> None:
    """Today's functions raise in place of returning a status."""


def PyExceptionRegistry_Init(classes: Dict[int, Any]) -> None:
    """From now on the runtime raises `classes`, by the error's code."""
    _classes.update(classes)
    for cls in classes.values():
        cls.__init__ = _without_payloads(cls.__init__)
    _registry.PyExceptionRegistry_Init(dict(classes))


def _without_payloads(init: Callable[..., None]) -> Callable[..., None]:
    """`init`, which takes the fourth argument that today's runtime passes, and drops it."""
    @functools.wraps(init)
    def taking(self: Any, node_def: Any, op: Any, message: str, *payloads: Any) -> None:
        init(self, node_def, op, message)
    return taking


def error(code: int, message: str) -> Exception:
    """The error of that code, as 1.15 raises it."""
    return _classes[code](None, None, message)
