"""Today's TensorFlow: where it lies, its version, and its compiled modules."""
import importlib
import importlib.util
import os
from types import ModuleType
from typing import Optional

from reproduce.legacy.versions import installed_tensorflow
from reproduce.shared.errors import InputError

COMMIT = 'v1.15.4-39-g3db52be'  # of 1.15.5, as its own native module names it
# Graphs are made for this version: behaviour that depends on it is 1.15's.
PRODUCER = 134

_folder: Optional[str] = None


def folder() -> str:
    """The folder of today's package, which is found and not imported.

    Raises:
      InputError: there is none.
    """
    global _folder
    if _folder is None:
        found = importlib.util.find_spec('tensorflow')
        if found is None or not found.submodule_search_locations:
            raise InputError('TensorFlow is not installed; run: pip install "tensorflow==2.21.*"')
        _folder = os.path.abspath(found.submodule_search_locations[0])
    return _folder


def version() -> str:
    """The version of today's package."""
    return installed_tensorflow() or 'of an unknown version'


def load(path: str) -> ModuleType:
    """The module `tensorflow.python.path`, one of today's compiled ones."""
    return importlib.import_module(f'tensorflow.python.{path}')
