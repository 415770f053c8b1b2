"""What the tests of the runner share: a script is run in a process of its own."""
import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Optional

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
GOLDEN = ROOT / 'golden' / 'legacy'


def why_not() -> Optional[str]:
    """Why the runner cannot run here; None where it can."""
    try:
        wanted, found = (version(name).split('.')[:2] for name in ('tensorflow', 'tf_keras'))
    except PackageNotFoundError as error:
        return f'{error.name} is not installed'
    return None if wanted == found else 'tf_keras is not of TensorFlow\'s minor version'


needs_tf_keras = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))


def run_legacy(*arguments: str, folder: Path,
               stdin: str = '') -> 'subprocess.CompletedProcess[str]':
    """What `python -m reproduce.legacy arguments` did in `folder`."""
    # Not what the tests of other rooms have set for TensorFlow.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith('TF_')}
    return subprocess.run(
        [sys.executable, '-m', 'reproduce.legacy', *arguments], cwd=str(folder), input=stdin,
        env={**inherited, 'PYTHONPATH': str(ROOT)}, capture_output=True, text=True)
