"""A run that is killed at random moments, and resumed each time, ends as if it had not been.

`REPRODUCE_KILLS=30 pytest -m full tests/logdir/test_kill.py` kills it thirty times.
"""
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, small_run

from reproduce.experiment import checkpoint
from reproduce.logdir import manifest

KILLS = int(os.environ.get('REPRODUCE_KILLS', '3'))
STEPS = 200 * KILLS


def command(data: Path, folder: Path) -> list:
    """A run that saves after every second step, so that some kills meet a save."""
    return [sys.executable, '-m', 'reproduce.run', *small_run(
        data, '--logdir', folder, '--training-steps', STEPS, '--save-every', 2, '--keep', 3,
        '--eval-every', 10**9, '--resume')]


@pytest.mark.full
def test_a_killed_run_ends_with_the_same_weights(idx_folder: Path, tmp_path: Path) -> None:
    subprocess.run(command(idx_folder, tmp_path / 'whole'), cwd=str(ROOT), check=True,
                   stdout=subprocess.DEVNULL)
    moments = random.Random(KILLS)
    killed = tmp_path / 'killed'
    at, met = [], 0
    for _ in range(KILLS):
        with subprocess.Popen(command(idx_folder, killed), cwd=str(ROOT), text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            line = next((line for line in process.stdout if line.startswith('Step')), '')
            time.sleep(moments.uniform(0.0, 0.6))
            process.kill()
            process.stdout.read()
            met += process.wait() == -signal.SIGKILL  # it was not over by itself
            at.append(line.split(',')[0])
    done = subprocess.run(command(idx_folder, killed), cwd=str(ROOT), capture_output=True,
                          text=True)
    assert done.returncode == 0, done.stderr
    print(f'killed {met} times of {KILLS}, after the first lines {", ".join(at)}')
    ends = [session['status'] for session in manifest.read(str(killed))['sessions']]
    assert 0 < ends.count('killed') <= met  # a kill may come after the last write
    assert (killed / 'run.log').read_text() == (tmp_path / 'whole' / 'run.log').read_text()
    whole, found = (checkpoint.read(str(folder / f'model.ckpt-{STEPS}')).weights
                    for folder in (tmp_path / 'whole', killed))
    for name, value in whole.items():
        np.testing.assert_array_equal(found[name], value)
