"""What the comparison was measured to see, worked out anew from the recorded runs."""
import hashlib
import json
import os
from pathlib import Path
from typing import Dict, List, Optional

import numpy as np
import pytest
from conftest import GOLDEN

from reproduce.comparison import recorded
from reproduce.comparison.likeness import Likeness, most_like
from reproduce.comparison.log import Log, StepRecord, read_log
from reproduce.comparison.mistakes import CONTRACT, EXACT, MISTAKES, STATISTICAL
from reproduce.comparison.verdict import LEVEL
from reproduce.experiment.article import ARTICLE
from reproduce.power import rates
from reproduce.power.mistakes import article_with
from reproduce.sweep import origins
from reproduce.sweep.jobs import missing_seeds

MEASURED = Path(recorded.power_file())
TOO_SMALL = 'learning-rate-x1.2'  # caught in most runs; golden/README.md has the interval


@pytest.fixture(scope='module')
def ensemble() -> List[Log]:
    return recorded.ensemble()


@pytest.fixture(scope='module')
def mistake_logs() -> Dict[str, Dict[int, Log]]:
    return rates.recorded_mistakes()


def drawn_logs(count: int, factor: float = 1.0, seed: int = 0) -> List[Log]:
    """Logs that obey one law, learning at `factor` times a rate."""
    generator = np.random.RandomState(seed)
    steps = np.array([1] + list(range(200, 4001, 200)))
    logs = []
    for _ in range(count):
        losses = np.exp(0.9 - 0.02 * (np.log(steps * factor)) ** 2
                        + generator.normal(0, 0.02) + generator.normal(0, 0.05, len(steps)))
        right = np.clip(np.round(128 * (0.9 - 0.25 * losses)
                                 + generator.normal(0, 3, len(steps))), 0, 128)
        records = tuple(StepRecord(int(step), float(loss), float(share)) for step, loss, share in
                        zip(steps, losses, np.round(right / 128, 3)))
        logs.append(Log(records, True, 0.75, 0, tuple(range(1, len(steps) + 1)), len(steps) + 2))
    return logs


def test_right_runs_raise_alarms_as_often_as_the_level_says() -> None:
    ensemble = drawn_logs(100)
    assert rates.false_alarms(ensemble, drawn_logs(60, seed=1))['count'] <= 3
    for factor in (0.4, 2.5):
        assert rates.false_alarms(ensemble, drawn_logs(10, factor, seed=1))['count'] == 10


def test_the_speeds_that_are_covered_are_counted() -> None:
    ensemble, runs = drawn_logs(100), drawn_logs(30, 2.0, seed=1)
    right = rates.speeds_covered(runs, 2.0, ensemble)
    # Three standard deviations of a count of 30 at the share 0.95, and a run without a speed.
    assert right['runs'] + right['without'] == 30 and right['without'] <= 3
    assert right['count'] >= 0.95 * 30 - 3 * 1.2 - right['without']
    assert rates.speeds_covered(runs, 1.0, ensemble)['count'] == 0
    flat = [log._replace(steps=tuple(record._replace(loss=2.3) for record in log.steps))
            for log in runs]
    assert rates.speeds_covered(runs + flat, 2.0, ensemble) == dict(
        right, without=right['without'] + 30)


def test_the_smallest_effect_is_the_nearest_rate_that_enough_runs_show() -> None:
    ensemble = drawn_logs(100)
    found = rates.smallest_effect(ensemble, drawn_logs(20, seed=1))
    shares = {float(factor): share for factor, share in found['shares'].items()}
    slower, faster = found['factors']
    assert shares[slower] >= 0.8 and shares[faster] >= 0.8
    assert all(share < 0.8 for factor, share in shares.items() if slower < factor < faster)
    assert [(one['factor'], one['share']) for one in found['overlooked']] == [
        (slower, pytest.approx(1 - shares[slower])), (faster, pytest.approx(1 - shares[faster]))]
    assert 0.7 <= slower < 1.0 < faster <= 1.4
    # Runs made at that rate are seen as often, up to the scatter of so few.
    made = rates.false_alarms(ensemble, drawn_logs(30, factor=faster, seed=2))
    assert made['count'] >= 18


def likeness(run: Log, ensemble: List[Log], mistakes: Dict[str, List[Log]]) -> Optional[str]:
    found = most_like(run, ensemble, mistakes)
    return found and found.name


def test_a_run_is_like_the_mistake_it_was_made_with() -> None:
    mistakes = {'fast': drawn_logs(20, 3.0, seed=1), 'slow': drawn_logs(20, 0.3, seed=2)}
    ensemble = drawn_logs(100)
    for factor, expected in ((3.0, 'fast'), (0.3, 'slow'), (1.0, None), (30.0, None)):
        found = [likeness(run, ensemble, mistakes) for run in drawn_logs(20, factor, seed=7)]
        # A run of the mistake is farther than 20 others are in 1 of 21 cases.
        assert found.count(expected) >= 17
        assert set(found) <= {expected, None}


def logs_of(*losses: List[float]) -> List[Log]:
    """A log for each list of losses; every second log has a higher accuracy."""
    return [Log(tuple(StepRecord(step, loss, 0.5 + 0.1 * (n % 2))
                      for step, loss in enumerate(row, start=1)),
                True, 0.5, 0, tuple(range(1, len(row) + 1)), len(row) + 2)
            for n, row in enumerate(losses)]


def test_a_likeness_is_to_the_mean_of_a_mistake_s_runs() -> None:
    ensemble, run = logs_of([1.0], [1.0], [1.1], [1.1]), logs_of([4.0])[0]
    # Logs 2 and 8 have the mean 4; one of 6 is farther than that, and nearer than 2 or 8.
    spread, near, far = logs_of([2.0], [8.0]), logs_of([6.0], [3.0], [6.0]), logs_of([2.0], [2.0])
    assert likeness(run, ensemble, {'spread': spread, 'near': near}) == 'spread'
    assert likeness(run, ensemble, {'far': far, 'near': near}) == 'near'
    # No farther than the mistake's own runs are from each other; 2 and 2 are together.
    assert likeness(run, ensemble, {'far': far}) is None
    # And not nearer to right runs: of 1.2, those of 2 and 8 are farther.
    assert likeness(logs_of([1.2])[0], ensemble, {'spread': spread}) is None


def test_mistakes_are_compared_over_the_lines_that_all_have() -> None:
    ensemble = logs_of([1.0] * 4, [1.0] * 4, [1.1] * 4, [1.1] * 4)
    run = logs_of([4.0, 4.0, 2.0, 2.0])[0]
    # Beside two lines, the long one is the nearer in them, and the farther in all four.
    long = logs_of([2.0, 2.0, 2.0, 2.0], [8.5, 8.5, 8.0, 8.0])
    short = logs_of([2.0, 2.0], [9.0, 9.0])
    assert most_like(run, ensemble, {'long': long, 'short': short}) == Likeness('long', 4)
    assert most_like(run, ensemble, {'short': short}) == Likeness('short', 2)


def doubling(log: Log) -> Log:
    """`log` as if its learning rate had doubled after step 4000; it ends with step 7000."""
    by_step = {record.step: record for record in log.steps}
    return log.until(7000)._replace(steps=tuple(
        by_step[step if step <= 4000 else 4000 + 2 * (step - 4000)]._replace(step=step)
        for step in by_step if step <= 7000))


def test_a_rate_that_doubles_late_looks_like_no_slower_run(
        ensemble: List[Log], mistake_logs: Dict[str, Dict[int, Log]]) -> None:
    mistakes = rates._others(mistake_logs, -1)
    for path in recorded.held_out_logs():
        log = read_log(path)
        found = likeness(doubling(log), ensemble, mistakes)
        assert found in (None, 'learning-rate-x1.2', 'learning-rate-x2') or (
            found == likeness(log.until(4000), ensemble, mistakes)), path


def test_what_diverged_is_no_likeness() -> None:
    fast = drawn_logs(8, 3.0, seed=1)
    diverged = fast[0]._replace(steps=tuple(
        record._replace(loss=float('nan')) for record in fast[0].steps))
    run = drawn_logs(1, 3.0, seed=3)[0]
    assert likeness(run, drawn_logs(100), {'fast': [diverged, *fast]}) == 'fast'
    assert likeness(run, drawn_logs(100), {'diverged': [diverged] * 3}) is None


@pytest.mark.parametrize('check', [STATISTICAL, CONTRACT])
@pytest.mark.parametrize('broken', [1, 3])
def test_runs_of_a_mistake_that_diverged_are_caught(check: str, broken: int,
                                                    ensemble: List[Log]) -> None:
    """Some or all runs of a mistake diverge, or break the contract; each is counted."""
    name = 'adam'
    runs = {seed: read_log(recorded.mistake_logs(name)[seed - 161]) for seed in (161, 162, 163)}
    for seed in range(161, 161 + broken):
        steps = runs[seed].steps
        last = (steps[-1]._replace(loss=float('nan')) if check == STATISTICAL
                else steps[-1]._replace(accuracy=0.123))
        runs[seed] = runs[seed]._replace(steps=(*steps[:-1], last))
    found = rates.mistake_rates(name, {name: runs}, ensemble)
    assert found['caught'] == {CONTRACT: broken if check == CONTRACT else 0, EXACT: 3,
                               STATISTICAL: 3 if check == STATISTICAL else 3 - broken}
    assert found['runs'] == 3 and 0 <= found['looks_like_it'] <= 3


@pytest.mark.parametrize('name', ['no-shuffling', 'loss-before-update', 'gates-swapped'])
def test_the_exact_comparison_sees_what_no_curve_shows(name: str) -> None:
    """Three lines against real TensorFlow 1.15's with the same seed."""
    for path in recorded.mistake_logs(name):
        seed = recorded.seed_of(path)
        caught = rates.catches(read_log(path), seed, [])
        assert caught == {EXACT: True, CONTRACT: False}
        reference = read_log(recorded.short_tf1_log(seed))
        assert rates.catches(reference, seed, []) == {EXACT: False, CONTRACT: False}


@pytest.mark.full
def test_the_measurement_is_what_the_recorded_runs_give() -> None:
    assert json.loads(json.dumps(rates.measure())) == json.loads(MEASURED.read_text())


@pytest.mark.parametrize('name', MISTAKES)
def test_each_mistake_is_caught_by_its_check(
        name: str, ensemble: List[Log], mistake_logs: Dict[str, Dict[int, Log]]) -> None:
    found = rates.mistake_rates(name, mistake_logs, ensemble)
    print(f'{len(ensemble)} runs: {name} {found}')
    assert found['runs'] == len(MISTAKES[name].seeds)
    assert found['caught'][EXACT] == found['runs']
    if name == TOO_SMALL:
        assert found['caught'][STATISTICAL] >= 0.6 * found['runs']
    elif MISTAKES[name].check == STATISTICAL:
        assert found['interval'][0] > 0.9
    else:
        assert found['caught'][MISTAKES[name].check] == found['runs']


def test_right_runs_are_rarely_called_different(ensemble: List[Log]) -> None:
    found = rates.false_alarms(ensemble, [read_log(path) for path in recorded.held_out_logs()])
    assert found['runs'] >= 64
    assert found['interval'][0] <= LEVEL
    assert found == json.loads(MEASURED.read_text())['held_out']


@pytest.mark.parametrize('factor', [0.5, 1.0, 1.2, 2.0])
def test_the_speed_s_interval_holds_the_true_rate(
        factor: float, ensemble: List[Log], mistake_logs: Dict[str, Dict[int, Log]]) -> None:
    """"Probably between" is said of the runs at each of the rates that were tried."""
    logs = ([read_log(path) for path in recorded.held_out_logs()] if factor == 1.0
            else list(mistake_logs[f'learning-rate-x{factor:g}'].values()))
    found = rates.speeds_covered(logs, factor, ensemble)
    assert found in json.loads(MEASURED.read_text())['speed_of_learning']
    assert found['interval'][0] <= 0.95 <= found['interval'][1]
    assert found['without'] <= 0.05 * len(logs)


def test_so_many_right_runs_leave_a_band(ensemble: List[Log]) -> None:
    found = rates.band(ensemble)
    assert found == json.loads(MEASURED.read_text())['band']
    # A band holds 95 of 100; two of them are left by more, up to the sum.
    for left in (found['leave_losses'], found['leave_accuracies']):
        assert left <= 0.05 * found['runs'] <= left + 1
    assert found['leave_losses'] < found['leave_either'] <= 0.1 * found['runs']


FOLDERS = {'ensemble': range(1, 129), 'held-out': [*range(129, 161), *range(201, 233)],
           **{f'power/{name}': mistake.seeds for name, mistake in MISTAKES.items()}}


@pytest.mark.parametrize('name', FOLDERS)
def test_recorded_runs_are_as_they_were_made(name: str) -> None:
    folder = GOLDEN / name
    logs = {file: digest for entry in origins.read(str(folder))
            for file, digest in entry['logs'].items()}
    assert logs == {path.name: hashlib.sha256(path.read_bytes()).hexdigest()
                    for path in folder.glob('*.log')}
    mistake = os.path.basename(name)
    article = article_with(mistake) if mistake in MISTAKES else ARTICLE
    present = [int(file[len('seed-'):-len('.log')]) for file in logs]
    assert missing_seeds(str(folder), present, article) == []  # each ran to its end


@pytest.mark.parametrize('name', FOLDERS)
def test_no_run_is_missing(name: str) -> None:
    assert sorted(path.name for path in (GOLDEN / name).glob('*.log')) == [
        f'seed-{seed:04d}.log' for seed in FOLDERS[name]]
