"""1.15's `pywrap_tensorflow_internal`, which the finder loads under that name.

It holds what today's modules have under the same names, then what the bridge makes of them.
"""
import importlib
from types import ModuleType
from typing import Any, Dict

from reproduce.legacy.front import location, private, runtime

_PARTS = ('checkpoints', 'eager', 'errors', 'exports', 'files', 'graph', 'libraries', 'others',
          'records', 'session', 'structures')


def _made_by(part: ModuleType) -> Dict[str, Any]:
    made = {name: value for name, value in vars(part).items()
            if getattr(value, '__module__', None) == part.__name__ and not name.startswith('_')}
    return {**made, **getattr(part, 'NAMES', {})}


private.check(runtime.load, runtime.version())  # before the parts take what they need
globals().update(private.passed_on(runtime.load))
for _part in _PARTS:
    globals().update(_made_by(importlib.import_module(f'reproduce.legacy.front.bridge.{_part}')))
# A star import leaves these out, so 1.15 names them one by one.
_api = runtime.load(private.SESSION)
__version__, __git_version__ = location.RELEASE, runtime.COMMIT
__compiler_version__ = str(_api.get_compiler_version())
__cxx11_abi_flag__ = _api.get_cxx11_abi_flag()
__monolithic_build__ = _api.get_monolithic_build()
