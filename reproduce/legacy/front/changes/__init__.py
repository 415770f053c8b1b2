"""What is changed in modules of 1.15, from outside, once they are loaded: one file a cause."""
from typing import Any, Callable, Dict, List

from reproduce.legacy.front.changes import numpy, packages, python, runtime

Change = Callable[[Any], None]

# After a module is loaded.
AFTER: Dict[str, List[Change]] = {}
# Before it is compiled.
SOURCES: Dict[str, Callable[[bytes], Any]] = {}
for _cause in (python, numpy, packages, runtime):
    for _name, _change in _cause.AFTER.items():
        AFTER.setdefault(_name, []).append(_change)
    SOURCES.update(getattr(_cause, 'SOURCES', {}))
