"""TensorFlow 1.x's modules, in the place of today's in `sys.modules`.

`tensorflow` becomes today's `tensorflow.compat.v1` with what the other modules of this package
add: contrib, the tutorials' MNIST, 1.x's cells.  What is neither there nor added fails where it is
first used.
"""
import importlib.abc
import importlib.machinery
import sys
from types import ModuleType
from typing import Any, Dict, Optional, Sequence

from reproduce.legacy.absent import AbsentModuleError, AbsentSymbolError, describe

Symbols = Dict[str, Any]

# The parts of today's package that are no interface of 1.x's; imports of them stay as they are.
_TODAYS_OWN = ('_api', 'compat', 'compiler', 'core', 'distribute', 'dtensor', 'include', 'python',
               'tools', 'tsl', 'xla')
_NAMESPACES = ('tensorflow', 'tf_keras', 'keras')


class Interface(ModuleType):
    """A module of 1.x: what is added, then what today's module of that name has."""

    def __init__(self, name: str, added: Symbols, today: Optional[ModuleType] = None) -> None:
        """Show `added`, whose dictionaries are modules within, and the names of `today`."""
        super().__init__(name, getattr(today, '__doc__', None))
        self.__path__: Sequence[str] = []
        self._added = added
        self._today = today

    def __getattr__(self, name: str) -> Any:
        """The symbol of that name; from then on it is an attribute.

        Raises:
          AbsentSymbolError: there is none.
        """
        if name.startswith('__') and not hasattr(self._today, name):
            raise AttributeError(name)  # the import system asks for such names
        below = f'{self.__name__}.{name}'
        added, today = self._added.get(name), getattr(self._today, name, None)
        if isinstance(added, dict):
            value: Any = Interface(below, added, today)
        elif name in self._added:
            value = added
        elif self._today is None or not hasattr(self._today, name):
            raise AbsentSymbolError(describe(below))
        elif (isinstance(today, ModuleType)
              and today.__name__.split('.')[0] in _NAMESPACES and 'flags' not in today.__name__):
            value = Interface(below, {}, today)
        else:
            value = today
        setattr(self, name, value)
        return value

    def __dir__(self) -> Sequence[str]:
        """The names of all symbols."""
        return sorted(set(dir(self._today)) | set(self._added))


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds `tensorflow.something` where the interface has it."""

    def find_spec(self, fullname: str, path: Any = None,
                  target: Any = None) -> Optional[importlib.machinery.ModuleSpec]:
        """The specification of a module of the interface; None for any other module.

        Raises:
          AbsentModuleError: the interface has no such module.
        """
        first, *parts = fullname.split('.')
        if first != 'tensorflow' or not parts or parts[0] in _TODAYS_OWN:
            return None
        parent = sys.modules['.'.join([first] + parts[:-1])]
        if not isinstance(parent, Interface):
            return None
        try:
            value = getattr(parent, parts[-1])
        except AbsentSymbolError as error:
            raise AbsentModuleError(str(error), name=fullname) from None
        if not isinstance(value, ModuleType):
            raise AbsentModuleError(f'{fullname}: is no module; use from {parent.__name__} import '
                               f'{parts[-1]}', name=fullname)
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """The module that the interface has already."""
        parent, _, name = spec.name.rpartition('.')
        return getattr(sys.modules[parent], name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is left to do."""


def install(added: Symbols) -> ModuleType:
    """Put 1.x's interface, with what is `added`, in the place of `tensorflow`, and return it."""
    import tensorflow
    import tensorflow.compat.v1 as tf
    interface = Interface('tensorflow', added, tf)
    interface.__path__ = tensorflow.__path__
    interface.__file__ = tensorflow.__file__
    for part in _TODAYS_OWN:
        if f'tensorflow.{part}' in sys.modules:
            setattr(interface, part, sys.modules[f'tensorflow.{part}'])
    for name in [name for name in sys.modules if name.startswith('tensorflow.')]:
        if name.split('.')[1] not in _TODAYS_OWN:
            del sys.modules[name]  # 2.x's namespaces; imports find 1.x's
    sys.modules['tensorflow'] = interface
    sys.meta_path.insert(0, _Finder())
    return interface
