"""What 1.15 and its users use of `imp`, which Python 3.12 dropped."""
import importlib.machinery
import importlib.util
import sys
import types
from types import ModuleType

C_EXTENSION, PKG_DIRECTORY, PY_SOURCE = 3, 5, 1
reload = importlib.reload


def new_module(name: str) -> ModuleType:
    """An empty module."""
    return types.ModuleType(name)


def load_source(name: str, pathname: str) -> ModuleType:
    """The module in the file at `pathname`.

    Raises:
      ImportError: it cannot be loaded.
    """
    spec = importlib.util.spec_from_file_location(
        name, pathname, loader=importlib.machinery.SourceFileLoader(name, pathname))
    if spec is None or spec.loader is None:
        raise ImportError(f'no module in {pathname}', name=name)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
