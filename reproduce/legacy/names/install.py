"""Puts the dropped names back in this process, each when its module is imported."""
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
import warnings
from types import ModuleType
from typing import Any, Optional, Sequence

from reproduce.legacy.names.table import DROPPED, MODULES, NARROWED

_PACKAGES = {name.rpartition('.')[0] for name in MODULES}
_CHANGED = {name.split(':')[0] for name, *_ in (*DROPPED, *NARROWED)}


def install() -> None:
    """Put back what programs of the time use, here and in what is imported later."""
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return
    for name in _CHANGED & sys.modules.keys():
        put_back(sys.modules[name])
    sys.meta_path.insert(0, _Finder())


def put_back(module: ModuleType) -> None:
    """Give a module the names that it has lost, and the arguments that its functions have."""
    for name, _, instead in DROPPED:
        owner, attribute = _owner(module, name)
        if owner is not None and not _has(owner, attribute):
            value = _named(instead) if isinstance(instead, str) else instead()
            if value is not None:
                setattr(owner, attribute, value)
    for name, _, _, widened in NARROWED:
        owner, attribute = _owner(module, name)
        if owner is not None and not hasattr(getattr(owner, attribute), '_widened'):
            function = widened(getattr(owner, attribute))
            function._widened = True
            setattr(owner, attribute, function)
    if module.__name__ == 'numpy':
        _print_numbers_as_before(module)


def _has(owner: Any, attribute: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')  # a package may warn of what it has dropped
        return hasattr(owner, attribute)


def _owner(module: ModuleType, name: str) -> Any:
    """What has the attribute `name`, if that is in `module`, and the attribute's own name."""
    of, path = name.split(':')
    if of != module.__name__:
        return None, ''
    owner: Any = module
    *above, attribute = path.split('.')
    for part in above:
        owner = getattr(owner, part, None)
    return owner, attribute


def _named(name: str) -> Any:
    """What stands under a name today; None where that is not there either."""
    module, path = name.split(':')
    value: Any = importlib.import_module(module)
    for part in path.split('.'):
        value = getattr(value, part, None)
    return value


def _print_numbers_as_before(numpy: Any) -> None:
    if int(numpy.__version__.split('.')[0]) >= 2:
        numpy.set_printoptions(legacy='1.25')  # a float32 in a list prints as 0.5


class _Finder(importlib.abc.MetaPathFinder):
    """Finds modules that are gone, and lets others be put right once they are loaded."""

    def find_spec(self, name: str, path: Optional[Sequence[str]] = None,
                  target: Optional[ModuleType] = None) -> Optional[importlib.machinery.ModuleSpec]:
        """As importlib asks for it."""
        if name not in _CHANGED and name not in MODULES:
            return None
        spec = next((found for found in (
            finder.find_spec(name, path, target) for finder in sys.meta_path
            if finder is not self and hasattr(finder, 'find_spec')) if found), None)
        is_package = spec is not None and spec.submodule_search_locations is not None
        if name in MODULES and (spec is None or name in _PACKAGES and not is_package):
            return importlib.machinery.ModuleSpec(name, _Alias(name), is_package=True)
        if spec is not None and spec.loader is not None and name in _CHANGED:
            spec.loader = _PuttingBack(spec.loader)
        return spec


class _Alias(importlib.abc.Loader):
    """Makes a module that is gone of today's."""

    def __init__(self, name: str) -> None:
        self._instead = MODULES[name][1]

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        """Python's own way."""

    def exec_module(self, module: ModuleType) -> None:
        """Fill it."""
        if isinstance(self._instead, str):
            today = importlib.import_module(self._instead)
            members = {name: getattr(today, name) for name in dir(today)
                       if not name.startswith('__')}
            module.__path__ = getattr(today, '__path__', [])
        else:
            members = self._instead()
        for name, value in members.items():
            if not name.startswith('__'):
                setattr(module, name, value)
        put_back(module)


class _PuttingBack(importlib.abc.Loader):
    """Loads a module as its own loader does, and puts back what it has lost."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> Optional[ModuleType]:
        """As its own loader."""
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """As its own loader, which is the module's again afterwards."""
        module.__spec__.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        put_back(module)
