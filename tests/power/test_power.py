"""What the comparison was measured to see, worked out anew from the recorded runs."""
import hashlib
import json
import os
from pathlib import Path
from typing import Dict, List

import numpy as np
import pytest
from conftest import GOLDEN

from reproduce.comparison import recorded
from reproduce.comparison.likeness import most_like
from reproduce.comparison.log import Log, StepRecord, read_log
from reproduce.comparison.mistakes import CONTRACT, EXACT, MISTAKES, STATISTICAL
from reproduce.experiment.article import ARTICLE
from reproduce.power import rates
from reproduce.power.mistakes import article_with
from reproduce.sweep import origins
from reproduce.sweep.jobs import missing_seeds

MEASURED = Path(recorded.power_file())
TOO_SMALL = 'learning-rate-x1.2'  # caught in most runs; golden/README.md has the interval


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
    assert rates.leave_one_out(ensemble)['largest_gap'] < 0.01
    right = rates.false_alarms(ensemble, drawn_logs(60, seed=1))
    assert right['alarms'] <= 3
    assert right['learning_rate_covered'] >= 51
    for factor in (0.4, 2.5):
        wrong = rates.false_alarms(ensemble, drawn_logs(10, factor, seed=1))
        assert wrong['alarms'] == 10
        assert wrong['learning_rate_covered'] == 0


def test_the_smallest_effect_is_the_nearest_rate_that_enough_runs_show() -> None:
    ensemble = drawn_logs(100)
    found = rates.smallest_effect(ensemble, drawn_logs(20, seed=1))
    slower, faster = found['factors']
    assert found['shares'][str(slower)] >= 0.8 > found['shares'].get(str(slower + 0.05), 0.0)
    assert found['shares'][str(faster)] >= 0.8
    assert 0.7 <= slower < 1.0 < faster <= 1.4
    # Runs made at that rate are seen as often, up to the scatter of so few.
    made = rates.false_alarms(ensemble, drawn_logs(30, factor=faster, seed=2))
    assert made['alarms'] >= 18


def test_the_gap_to_uniform() -> None:
    assert rates._gap_to_uniform(np.array([0.25, 0.5, 0.75, 1.0])) == 0.0
    assert rates._gap_to_uniform(np.array([0.1, 0.1, 0.1, 1.0])) == 0.65
    # Two runs that tie have both the p of the less extreme one, which is no gap.
    assert rates._gap_to_uniform(np.array([0.25, 0.75, 0.75, 1.0])) == 0.0


def test_a_run_is_like_the_mistake_it_was_made_with() -> None:
    mistakes = {'fast': drawn_logs(8, 3.0, seed=1), 'slow': drawn_logs(8, 0.3, seed=2)}
    ensemble = drawn_logs(100)
    for factor, expected in ((2.5, 'fast'), (0.35, 'slow'), (1.0, None)):
        for run in drawn_logs(5, factor, seed=7):
            assert most_like(run, ensemble, mistakes) == expected


def test_a_likeness_is_to_the_mean_of_a_mistake_s_runs() -> None:
    def logs(*losses: float) -> List[Log]:
        return [Log((StepRecord(1, loss, 0.5 + 0.1 * (n % 2)),), True, 0.5, 0, (1,), 3)
                for n, loss in enumerate(losses)]

    ensemble, run = logs(1.0, 1.0, 1.1, 1.1), logs(4.0)[0]
    # Logs 2 and 8 have the mean 4; one of 6 is farther than that, and nearer than 2 or 8.
    assert most_like(run, ensemble, {'a': logs(2.0, 8.0), 'b': logs(6.0, 6.0)}) == 'a'
    assert most_like(run, ensemble, {'a': logs(2.0, 2.0), 'b': logs(6.0, 6.0)}) == 'b'


def test_what_diverged_is_no_likeness() -> None:
    fast = drawn_logs(8, 3.0, seed=1)
    diverged = fast[0]._replace(steps=tuple(
        record._replace(loss=float('nan')) for record in fast[0].steps))
    run = drawn_logs(1, 3.0, seed=3)[0]
    assert most_like(run, drawn_logs(100), {'fast': [diverged, *fast]}) == 'fast'
    assert most_like(run, drawn_logs(100), {'diverged': [diverged]}) is None


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


@pytest.fixture(scope='module')
def ensemble() -> List[Log]:
    return recorded.ensemble()


@pytest.fixture(scope='module')
def mistake_logs() -> Dict[str, Dict[int, Log]]:
    return rates.recorded_mistakes()


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


def test_right_runs_are_rarely_called_different() -> None:
    found = json.loads(MEASURED.read_text())
    assert found['runs'] == len(recorded.ensemble_logs())
    assert found['leave_one_out']['largest_gap'] < 1 / found['runs']
    held_out = found['held_out']
    assert held_out['runs'] >= 64
    assert held_out['interval'][0] <= found['level'] <= held_out['interval'][1]


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
