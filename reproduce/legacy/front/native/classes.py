"""1.15's classes under the names by which today's compiled modules look for them.

Each is found when somebody asks whether an object is of it, so that the order of imports does
not matter; until then, and where 1.15 has no such class, nothing is of it.
"""
import sys
from typing import Any, Optional


class _Found(type):
    """The type of a stand-in for the class `name` in `module`."""

    module: str
    name: str

    def real(cls) -> Optional[type]:
        return vars(sys.modules.get(cls.module, object)).get(cls.name)

    def __instancecheck__(cls, instance: Any) -> bool:
        real = cls.real()
        return real is not None and isinstance(instance, real)

    def __subclasscheck__(cls, subclass: type) -> bool:
        real = cls.real()
        return real is not None and issubclass(subclass, real)


def _stand_in(name: str, file: str) -> type:
    return _Found(name, (), {'module': f'tensorflow.python.framework.{file}', 'name': name})


Tensor = Value = _stand_in('Tensor', 'ops')
TensorSpec = _stand_in('TensorSpec', 'tensor_spec')
IndexedSlices = _stand_in('IndexedSlices', 'indexed_slices')
Nothing = _stand_in('Nothing', 'ops')


def __getattr__(name: str) -> type:
    """Other classes of today's: nothing is of them.

    Raises:
      AttributeError: the import system asks for its own names.
    """
    if name.startswith('__'):
        raise AttributeError(name)
    return Nothing
