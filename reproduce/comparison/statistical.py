"""The statistical comparison: is a run without a known seed a plausible draw from the experiment?

The run in question and the ensemble's N are treated alike: every statistic is worked out for each
of the N + 1 in the same way, and p is the share of them that are at least as extreme as the run,
itself included: p = (1 + #{T_i >= T_0}) / (N + 1).  If the run is one more draw, p exceeds a level
with exactly the probability that it should, however the steps hang together (Barnard, discussion
of Bartlett, Journal of the Royal Statistical Society B 25, 1963).

Losses are compared as logarithms, as the residuals from the mean of all N + 1 runs, in units of
each step's standard deviation.  A statistic here is a function from Curves to float64 [runs], the
larger the more extreme.
"""
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence

import numpy as np

from reproduce.comparison.contract import test_decimals
from reproduce.comparison.exact import LOSS_DIGIT
from reproduce.comparison.log import Log
from reproduce.shared.errors import InputError
from reproduce.shared.records import counted


class Curves(NamedTuple):
    """The printed numbers of all runs; row 0 is the run in question."""

    steps: np.ndarray  # int64 [steps]
    losses: np.ndarray  # float64 [runs, steps], nats
    accuracies: np.ndarray  # float64 [runs, steps]
    test_accuracies: Optional[np.ndarray]  # float64 [runs]; None where the run stopped early


SLOPE_DEGREE = 4  # of the polynomial in log(step) that smooths the mean log-loss
FEWEST_STEPS = SLOPE_DEGREE + 2  # the first is left out, and a polynomial is to smooth

Statistic = Callable[[Curves], np.ndarray]


def curves(run: Log, ensemble: Sequence[Log], name: str) -> Curves:
    """The numbers of `run`, which errors call `name`, and of the `ensemble`'s runs.

    A run that stopped early is compared with the ensemble's lines up to there.

    Raises:
      InputError: the run printed other steps than the ensemble, too few of them, or a
        loss that is no number from 0 up.
    """
    steps = [record.step for record in run.steps]
    whole = [record.step for record in ensemble[0].steps]
    if steps != whole[:len(steps)]:
        raise InputError(f'{name}: does not print the steps of the ensemble; give a run with the '
                         "article's settings")
    if len(steps) < FEWEST_STEPS:
        raise InputError(f'{name}: has {counted(len(steps), "line")}, too few to tell it from '
                         f'others; give a run of {whole[FEWEST_STEPS - 1]} steps or more')
    for record, line in zip(run.steps, run.step_lines):
        if not 0.0 <= record.loss < np.inf:
            raise InputError(f'{name}:{line}: the loss is {record.loss}; such a run is no draw '
                             'from the experiment')
    logs = [run, *ensemble]
    losses = np.array([losses_of(log)[:len(steps)] for log in logs])
    accuracies = np.array([[record.accuracy for record in log.steps[:len(steps)]]
                           for log in logs])
    ended = steps == whole and run.test_accuracy is not None
    return Curves(np.array(steps), losses, accuracies,
                  _test_accuracies(run, logs) if ended else None)


def losses_of(log: Log) -> np.ndarray:
    """The printed losses, float64 [steps].

    One of 0.0000 was rounded down; half a digit in its place has a logarithm.
    """
    return np.maximum([record.loss for record in log.steps], LOSS_DIGIT / 2)


def _test_accuracies(run: Log, logs: Sequence[Log]) -> np.ndarray:
    """Those of `logs` to the digits that `run` was printed with, lest its rounding looks odd."""
    return np.round([log.test_accuracy for log in logs], test_decimals(run))


def residuals(curves: Curves) -> np.ndarray:
    """Log-losses from their mean, in each step's standard deviations: [runs, steps]."""
    log_losses = np.log(curves.losses)
    return (log_losses - log_losses.mean(0)) / log_losses.std(0, ddof=1)


def log_learning_rates(curves: Curves) -> np.ndarray:
    """How fast each run learns: log of its learning rate over the mean run's, [runs].

    To first order a learning rate x times as high runs through the same curve x times
    as fast: log L moves by log(x) times its slope in log(step).  The estimate projects a
    run's residual on that slope, weighted by each step's variance.  The first printed step,
    where learning has not begun, is left out.

    A run that starts well keeps ahead for thousands of steps, so its residuals go together, the
    early ones the most.  Hence there is one estimate by the first half of the steps and one by
    the second, and they are weighted by their covariance among the runs (generalized least
    squares: Aitken, Proceedings of the Royal Society of Edinburgh 55, 1936).
    """
    log_losses = np.log(curves.losses[:, 1:])
    residual = log_losses - log_losses.mean(0)
    slope = _slope(curves)[1:]
    weights = slope / log_losses.var(0, ddof=1)
    by_half = np.array([residual[:, half] @ weights[half] / (slope[half] @ weights[half])
                        for half in np.array_split(np.arange(len(slope)), 2)])
    shares = np.linalg.pinv(np.cov(by_half)).sum(0)
    return shares @ by_half / shares.sum()


def _slope(curves: Curves) -> np.ndarray:
    """The slope of the mean log-loss in log(step), [steps]; zero at the first.

    It is that of a polynomial through the mean curve, whose own noise would drown it.
    """
    times = np.log(curves.steps[1:])
    degree = min(SLOPE_DEGREE, len(times) - 2)
    polynomial = np.polyfit(times, np.log(curves.losses[:, 1:]).mean(0), degree)
    return np.concatenate([[0.0], np.polyval(np.polyder(polynomial), times)])


def at_learning_rate(curves: Curves, factor: float) -> Curves:
    """`curves` with row 0 stretched in time, as it would be at `factor` times its learning rate.

    Its losses move along the slope; its accuracies with them, as in `accuracy_given_loss`.
    """
    losses, accuracies = curves.losses.copy(), curves.accuracies.copy()
    losses[0] *= np.exp(np.log(factor) * _slope(curves))
    accuracies[0] += (_accuracies_for(losses[0], curves)
                      - _accuracies_for(curves.losses[0], curves))
    return curves._replace(losses=losses, accuracies=accuracies)


def learning_rate(curves: Curves) -> np.ndarray:
    """How far the effective learning rate is from the mean run's."""
    return np.abs(log_learning_rates(curves))


def sum_of_squares(curves: Curves) -> np.ndarray:
    """The sum of the squared residuals: a curve that is elsewhere, anywhere."""
    return (residuals(curves) ** 2).sum(1)


def pointwise_ranks(values: np.ndarray) -> np.ndarray:
    """How far inside the bundle of curves [runs, steps] each value lies, int [runs, steps].

    1 is the bundle's edge.  Equal values share the rank that is further inside.
    """
    not_above = (values[:, None, :] >= values[None, :, :]).sum(1)
    not_below = (values[:, None, :] <= values[None, :, :]).sum(1)
    return np.minimum(not_above, not_below)


def extreme_rank_lengths(values: np.ndarray) -> np.ndarray:
    """How often and how far each curve [runs, steps] lies at the bundle's edge, [runs].

    Runs are ordered by their ranks, sorted, as words are in a dictionary.  Source: Myllymaeki,
    Mrkvicka, Grabarnik, Seijo and Hahn, Global envelope tests for spatial processes, Journal of
    the Royal Statistical Society B 79, 2017.
    """
    words = np.sort(pointwise_ranks(values), axis=1)
    _, place, counts = np.unique(words, axis=0, return_inverse=True, return_counts=True)
    before = np.cumsum(counts) - counts  # how many words come before each
    return -before[place.ravel()].astype(float)


def rank_envelope(curves: Curves) -> np.ndarray:
    """The extreme rank lengths of the losses."""
    return extreme_rank_lengths(curves.losses)


class Envelope(NamedTuple):
    """The bundle of curves without the few that are farthest out; float64 [steps] each."""

    steps: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def left_at(self, values: np.ndarray) -> List[int]:
        """The steps where `values` [steps] are outside."""
        return self.steps[(values < self.low) | (values > self.high)].tolist()


def envelope(steps: np.ndarray, values: np.ndarray) -> Envelope:
    """The global 95 % envelope of the curves `values` [runs, steps].

    A curve leaves it, at whatever step, if and only if its farthest value, in the step's standard
    deviations, is among the farthest 5 % of all curves'.  So one value that is far out is seen.
    """
    scale = values.std(0)
    apart = np.abs(values - values.mean(0)) / np.where(scale > 0, scale, 1.0)
    inside = values[p_values(apart.max(1)) > 0.05]
    return Envelope(steps, inside.min(0), inside.max(0))


def spread(curves: Curves) -> np.ndarray:
    """How far the log of the residuals' standard deviation is from the runs' mean."""
    return _from_mean(np.log(residuals(curves).std(1)))


def autocorrelation(curves: Curves) -> np.ndarray:
    """How far the correlation of neighbouring residuals is from the runs' mean."""
    z = residuals(curves)
    z = z - z.mean(1, keepdims=True)
    return _from_mean((z[:, 1:] * z[:, :-1]).sum(1) / (z ** 2).sum(1))


def first_loss(curves: Curves) -> np.ndarray:
    """How far the first printed loss is from the runs' mean: the initial weights' doing."""
    return np.abs(residuals(curves)[:, 0])


def accuracy_given_loss(curves: Curves) -> np.ndarray:
    """How far a run's accuracies are from what its losses let expect."""
    return _from_mean((curves.accuracies - _accuracies_for(curves.losses, curves)).mean(1))


def _accuracies_for(losses: np.ndarray, curves: Curves) -> np.ndarray:
    """The accuracies that go with `losses`: a cubic in the log-loss, fitted to all `curves`."""
    cubic = np.polyfit(np.log(curves.losses).ravel(), curves.accuracies.ravel(), 3)
    return np.polyval(cubic, np.log(losses))


def test_accuracy(curves: Curves) -> np.ndarray:
    """How far the accuracy on the first test images is from the runs' mean."""
    return _from_mean(curves.test_accuracies)


def _from_mean(values: np.ndarray) -> np.ndarray:
    return np.abs(values - values.mean())


STATISTICS: Dict[str, Statistic] = {
    function.__name__: function for function in (
        learning_rate, sum_of_squares, rank_envelope, spread, autocorrelation, first_loss,
        accuracy_given_loss, test_accuracy)}
# The learning rate is what the comparison is to tell first, and at the least deviation.
_WEIGHTS = {'learning_rate': 2.0}


def p_values(statistic: np.ndarray) -> np.ndarray:
    """Each run's p among all of them, float64 [runs], from its statistic [runs].

    Values that differ by rounding alone count as equal.
    """
    rounded = np.round(statistic, 12)
    return (rounded[None, :] >= rounded[:, None]).mean(1)


def continuous_ranks(statistic: np.ndarray) -> np.ndarray:
    """Each run's rank from the most extreme one, without ties, float64 [runs].

    Between two neighbours it runs evenly; beyond the second most extreme it falls from 1 towards
    0 the further out a run is, measured by that neighbour's distance from the median.  Source:
    Hahn, A note on simultaneous Monte Carlo tests, 2015; Mrkvicka, Myllymaeki, Kuronen and
    Narisetty, New methods for multiple testing in permutation inference for the general linear
    model, Statistics in Medicine 41, 2022.
    """
    order = np.argsort(-statistic, kind='stable')
    values = statistic[order]
    ranks = np.empty(len(values))
    with np.errstate(divide='ignore', invalid='ignore'):
        beyond = (values[0] - values[1]) / (values[1] - np.median(values))
        between = (values[:-2] - values[1:-1]) / (values[:-2] - values[2:])
    ranks[0] = 0.0 if beyond == np.inf else np.exp(-np.nan_to_num(beyond))
    ranks[1:-1] = np.arange(1, len(values) - 1) + np.nan_to_num(between, nan=1.0)
    ranks[-1] = len(values)
    # Equal values have one rank, the least extreme of them.
    ranks = np.array([ranks[values == value].max() for value in values])
    return ranks[np.argsort(order, kind='stable')]


def combined(statistics: Dict[str, np.ndarray]) -> np.ndarray:
    """One p for each run, float64 [runs], from its statistics by name, [runs] each.

    A run's smallest rank among its statistics is a statistic too: it is ranked once more.
    These ranks are fractions.  With whole numbers each statistic's most extreme run would have
    the rank 1, and so many ties would leave no run with a small p.  A rank is divided by its
    statistic's weight.  Source of the weights: Genovese, Roeder and Wasserman, False
    discovery control with p-value weighting, Biometrika 93, 2006.
    """
    ranks = [continuous_ranks(statistic) / _WEIGHTS.get(name, 1.0)
             for name, statistic in statistics.items()]
    return p_values(-np.min(ranks, axis=0))


def statistics_of(curves: Curves) -> Dict[str, np.ndarray]:
    """By name, those statistics that `curves` have numbers for: float64 [runs] each."""
    return {name: statistic(curves) for name, statistic in STATISTICS.items()
            if statistic is not test_accuracy or curves.test_accuracies is not None}


def combined_p(curves: Curves) -> np.ndarray:
    """How plausible each run is as one more draw of what all obey: its p, float64 [runs]."""
    return combined(statistics_of(curves))


class Plausibility(NamedTuple):
    """The comparison's result for the run in question."""

    p: float  # combined
    p_by_statistic: Dict[str, float]
    oddest: str  # the statistic in which it is most unusual
    farthest_step: int  # whose loss has the largest residual


def plausibility(curves: Curves) -> Plausibility:
    """How plausible the run in row 0 of `curves` is as one more draw."""
    statistics = statistics_of(curves)
    p = {name: float(p_values(statistic)[0]) for name, statistic in statistics.items()}
    ranks = {name: continuous_ranks(statistic)[0] for name, statistic in statistics.items()}
    farthest = np.abs(residuals(curves)[0]).argmax()
    return Plausibility(float(combined(statistics)[0]), p,
                        min(ranks, key=lambda name: ranks[name]), int(curves.steps[farthest]))
