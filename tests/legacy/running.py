"""What the tests of the runner share: a program is run in a process of its own."""
import os
import subprocess
import sys
from pathlib import Path
from typing import Optional

import pytest

from reproduce.legacy import versions
from reproduce.legacy.front import location

ROOT = Path(__file__).resolve().parent.parent.parent
GOLDEN = ROOT / 'golden' / 'legacy'
FRONT = location.find(None)


def _why_not() -> Optional[str]:
    """Why 1.15's Python cannot run here; None where it can."""
    findings = (versions.examine_runtime(), versions.examine_front())
    return next((f'{one.part}: {one.text}' for one in findings if one.fix is not None), None)


needs_front = pytest.mark.skipif(_why_not() is not None, reason=str(_why_not()))


def run_legacy(*arguments: str, folder: Path, stdin: str = ''
               ) -> 'subprocess.CompletedProcess[str]':
    """What `python -m reproduce.legacy arguments` did in `folder`."""
    # Not what the tests of other rooms have set for TensorFlow.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith('TF')}
    return subprocess.run(
        [sys.executable, '-m', 'reproduce.legacy', *arguments], cwd=str(folder), input=stdin,
        env={**inherited, location.VARIABLE: str(FRONT), 'PYTHONPATH': str(ROOT)},
        capture_output=True, text=True)
