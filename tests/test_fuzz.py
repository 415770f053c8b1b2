"""A sample of the fuzzing: `python tests/fuzz.py` runs a hundred thousand cases of each target."""
import os
import signal
import threading
import time
from pathlib import Path
from typing import Callable

import fuzz
import fuzz_targets
import pytest
from fuzz_targets import TARGETS, Target

import reproduce.experiment.checkpoint  # noqa: F401, lest the first case takes its seconds


@pytest.mark.parametrize('target', TARGETS)
def test_every_case_is_read_or_refused(target: str, tmp_path: Path) -> None:
    outcomes = [fuzz.run_case(target, 1, case, str(tmp_path)) for case in range(300)]
    assert [outcome for outcome in outcomes if outcome.failed] == []
    assert {outcome.what for outcome in outcomes} == {fuzz.ACCEPTED, fuzz.REFUSED}


@pytest.mark.parametrize('target', TARGETS)
def test_a_case_can_be_repeated(target: str) -> None:
    first, again, other = ([fuzz_targets.files_of(target, seed, case) for case in range(9)]
                           for seed in (1, 1, 2))
    assert first == again != other


def work(units: float) -> None:
    """Take so much of the processor's time."""
    until = time.process_time() + units * fuzz.unit_of_work()
    while time.process_time() < until:
        pass


@pytest.mark.parametrize('end, said', [
    (lambda: os.kill(os.getpid(), signal.SIGKILL), 'dies, exit code -9'),
    (lambda: threading.Event().wait(), 'is not done'),
    (lambda: [].pop(), 'IndexError'), (lambda: bytearray(2**27), 'MB'),
    (lambda: work(1.5), 'takes')])
def test_what_ends_otherwise_is_found(end: Callable, said: str,
                                      monkeypatch: pytest.MonkeyPatch) -> None:
    """The third of five cases ends so; the others are counted."""
    def read(folder: str) -> None:
        if Path(folder, 'file').read_bytes() == b'3':
            end()

    monkeypatch.setitem(TARGETS, 'bad', Target(lambda draw: {}, read))
    monkeypatch.setattr(fuzz, 'files_of', lambda target, seed, case: {'file': b'%d' % case})
    monkeypatch.setattr(fuzz, 'MOST_UNITS', 1.0)
    monkeypatch.setattr(fuzz, 'MOST_MEMORY', 2**26)
    fuzz.unit_of_work()  # the processes have it from this one
    started = time.monotonic()
    assert not any(outcome.failed for outcome in fuzz.outcomes('bad', 1, range(4, 9)))
    right = time.monotonic() - started  # that is how long five right cases take here, and now
    hangs = 1.0 + 20 * right if said == 'is not done' else 60.0
    outcomes = list(fuzz.outcomes('bad', 1, range(1, 6), hangs))
    assert [outcome.case for outcome in outcomes] == [1, 2, 3, 4, 5]
    assert [outcome.failed for outcome in outcomes] == [False, False, True, False, False]
    assert said in outcomes[2].what
