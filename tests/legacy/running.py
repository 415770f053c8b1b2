"""What the tests of the runner share: a script is run in a process of its own."""
import os
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Optional

import pytest

from reproduce.legacy import versions
from reproduce.legacy.__main__ import WITHOUT
from reproduce.legacy.front import location

ROOT = Path(__file__).resolve().parent.parent.parent
GOLDEN = ROOT / 'golden' / 'legacy'


def why_not() -> Optional[str]:
    """Why the runner cannot run here; None where it can."""
    try:
        wanted, found = (version(name).split('.')[:2] for name in ('tensorflow', 'tf_keras'))
    except PackageNotFoundError as error:
        return f'{error.name} is not installed'
    return None if wanted == found else 'tf_keras is not of TensorFlow\'s minor version'


def why_not_today() -> Optional[str]:
    """Why today's TensorFlow cannot run 1.15's Python; None where it can."""
    finding = versions.examine_versions()[0]
    return None if finding.mend is None else f'{finding.part} {finding.text}'


needs_tf_keras = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))


FRONT = location.find(None)
needs_front = pytest.mark.skipif(
    FRONT is None or why_not_today() is not None,
    reason=why_not_today() or f"TensorFlow 1.15's own Python is not here; {location.GET}")


def run_legacy(*arguments: str, folder: Path, stdin: str = '', front: Optional[str] = None
               ) -> 'subprocess.CompletedProcess[str]':
    """What `python -m reproduce.legacy arguments` did in `folder`.

    Without `front`, today's TensorFlow stands in for 1.15, which is said first.
    """
    # Not what the tests of other rooms have set for TensorFlow.
    inherited = {name: value for name, value in os.environ.items()
                 if not name.startswith(('TF_', location.VARIABLE))}
    with tempfile.TemporaryDirectory() as empty:
        cache = {'XDG_CACHE_HOME': empty} if front is None else {location.VARIABLE: front}
        done = subprocess.run(
            [sys.executable, '-m', 'reproduce.legacy', *arguments], cwd=str(folder), input=stdin,
            env={**inherited, **cache, 'PYTHONPATH': str(ROOT)}, capture_output=True, text=True)
    if front is None and done.stderr.startswith(WITHOUT):
        done.stderr = done.stderr[len(WITHOUT) + 1:]
    return done


def run_front(*arguments: str, folder: Path, stdin: str = '') -> 'subprocess.CompletedProcess[str]':
    """The same with the front end."""
    return run_legacy(*arguments, folder=folder, stdin=stdin, front=FRONT)
