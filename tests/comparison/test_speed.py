"""The speed of learning: given where the curve is right runs' curve, stretched in time."""
from typing import List

import numpy as np
import pytest
from conftest import GOLDEN

from reproduce.comparison import recorded
from reproduce.comparison.log import Log, StepRecord, read_log
from reproduce.comparison.speed import speed_of_learning
from reproduce.comparison.verdict import LEVEL, statistical_result

STEPS = np.array([1, *range(200, 8001, 200)])


def mean_log_loss(times: np.ndarray) -> np.ndarray:
    """A curve in log(step) that grows steeper, as the article's does."""
    return 0.9 - 0.02 * times ** 2


def log_of(log_losses: np.ndarray) -> Log:
    steps = tuple(StepRecord(int(step), float(np.exp(value)), 0.5)
                  for step, value in zip(STEPS, log_losses))
    return Log(steps, True, 0.5, 0, tuple(range(1, len(steps) + 1)), len(steps) + 2)


def drawn(generator: np.random.RandomState, rate: float = 1.0) -> Log:
    """A run at `rate` times the learning rate: early or late as a whole, and noise at each step."""
    times = np.log(STEPS * rate) + generator.normal(0, 0.03)
    return log_of(mean_log_loss(times) + generator.normal(0, 0.05, len(STEPS)))


@pytest.fixture(scope='module')
def right_runs() -> List[Log]:
    generator = np.random.RandomState(0)
    return [drawn(generator) for _ in range(128)]


@pytest.mark.parametrize('rate', [0.25, 0.5, 0.8, 1.0, 1.25, 2.0, 5.0])
def test_a_stretched_curve_has_its_rate(rate: float, right_runs: List[Log]) -> None:
    found = speed_of_learning(log_of(mean_log_loss(np.log(STEPS * rate))), right_runs, LEVEL)
    assert found.interval[0] < found.factor < found.interval[1]
    # The ensemble's mean is off by a 128th of the variance, and lies in the middle otherwise.
    reach = np.log(found.interval[1] / found.factor)
    assert abs(np.log(found.factor / rate)) < 3 * (reach / 1.96) / 128 ** 0.5


@pytest.mark.parametrize('rate', [0.5, 1.0, 2.0])
def test_the_interval_holds_the_true_rate_in_95_of_100_runs(rate: float,
                                                            right_runs: List[Log]) -> None:
    generator = np.random.RandomState(1)
    found = [speed_of_learning(drawn(generator, rate), right_runs, LEVEL) for _ in range(100)]
    given = [speed for speed in found if speed]
    # Three standard deviations of a count of 100: from 1 at the share 0.01, and 95 at 0.95.
    assert len(found) - len(given) <= 1 + 3 * 1.0
    covered = sum(speed.interval[0] <= rate <= speed.interval[1] for speed in given)
    assert covered >= 95 - 3 * 2.18 - 1 - 3 * 1.0


def article() -> Log:
    return read_log(str(GOLDEN / 'article.log'))


def with_losses(log: Log, losses: np.ndarray) -> Log:
    return log._replace(steps=tuple(record._replace(loss=float(loss))
                                    for record, loss in zip(log.steps, losses)))


@pytest.fixture(scope='module')
def ensemble() -> List[Log]:
    return recorded.ensemble()


@pytest.mark.parametrize('factor', [0.0, 1e-3, 1 / 3, 0.5, 2.0, 3.0, 10.0, 100.0, 1e30])
def test_losses_that_are_so_many_times_too_large_are_no_stretch(
        factor: float, ensemble: List[Log]) -> None:
    for path in [str(GOLDEN / 'article.log'), *recorded.held_out_logs()[:8]]:
        log = read_log(path)
        wrong = with_losses(log, np.array([factor * record.loss for record in log.steps]))
        assert speed_of_learning(wrong, ensemble, LEVEL) is None
        late = with_losses(log, np.array([record.loss * (factor if record.step > 5000 else 1.0)
                                          for record in log.steps]))
        assert speed_of_learning(late, ensemble, LEVEL) is None


@pytest.mark.parametrize('losses', [
    np.full(51, 1e30), np.full(51, 2.3), np.linspace(2.8, 0.1, 51), np.zeros(51),
    np.array([record.loss for record in article().steps])[::-1],
    np.where(np.arange(51) == 30, 5.0, [record.loss for record in article().steps])])
def test_no_number_for_a_curve_of_another_shape(losses: np.ndarray) -> None:
    result = statistical_result('my.log', with_losses(article(), losses))
    assert not result.same
    assert result.facts['speed_of_learning'] is None
    assert 'speed of learning: none is given' in result.text


def test_too_few_lines_beside_the_curve_give_no_number(right_runs: List[Log]) -> None:
    # At ten times the rate the ensemble's 8,000 steps hold four of its lines; at 20, two.
    for rate, given in ((10.0, True), (20.0, False)):
        fast = log_of(mean_log_loss(np.log(STEPS * rate)))
        assert (speed_of_learning(fast, right_runs, LEVEL) is not None) == given
