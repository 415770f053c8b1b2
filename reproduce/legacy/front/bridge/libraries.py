"""Libraries of operations."""
import os
from typing import Any, Union

from reproduce.legacy.front.private import SESSION
from reproduce.legacy.front.runtime import load

_api = load(SESSION)


class _Absent:
    """A library of contrib's: its wrappers are Python's, and fail where one is used."""


def TF_LoadLibrary(path: Union[str, bytes]) -> Any:
    """The library at `path`; those that contrib compiled for 1.15 are taken for granted."""
    path = os.fsdecode(path)
    folder = os.sep + 'tensorflow_core' + os.sep
    return _Absent() if folder in path else _api.TF_LoadLibrary(path)


def TF_GetOpList(library: Any) -> bytes:
    """The serialized OpList of what `library` added."""
    return b'' if isinstance(library, _Absent) else _api.TF_GetOpList(library)


def TF_DeleteLibraryHandle(library: Any) -> None:
    """Let go of the handle."""
    if not isinstance(library, _Absent):
        _api.TF_DeleteLibraryHandle(library)


def GetPythonWrappers(operations: bytes) -> Any:
    """The source of the Python functions that make these operations."""
    return load('framework._pywrap_python_op_gen').GetPythonWrappers(
        operations) if operations else b''
