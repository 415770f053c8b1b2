"""Nested structures, which 1.15 called sequences."""
import collections.abc
import contextlib

from reproduce.legacy.front.private import UTILITIES
from reproduce.legacy.front.runtime import load

_api = load(UTILITIES)

NAMES = {'IsSequence': _api.IsNested, 'IsSequenceForData': _api.IsNestedForData,
         'IsSequenceOrComposite': _api.IsNestedOrComposite}


def RegisterType(name: str, cls: type) -> bool:
    """Let the runtime know `cls` by `name`; the first one counts."""
    with contextlib.suppress(ValueError):  # it is known already
        _api.RegisterPyObject(name, cls)
    return True


def _register_todays_own() -> None:
    """Types that 1.15 did not register, and today's runtime asks for."""
    import wrapt
    RegisterType('MutableMapping', collections.abc.MutableMapping)
    RegisterType('ObjectProxy', wrapt.ObjectProxy)


_register_todays_own()
