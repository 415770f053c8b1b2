"""The statistical rung: is a run without a known seed a plausible draw from the experiment?

The run in question and the ensemble's N are treated alike: every statistic is worked out for each
of the N + 1 in the same way, and p is the share of them that are at least as extreme as the run,
itself included: p = (1 + #{T_i >= T_0}) / (N + 1).  If the run is one more draw, p exceeds a level
with exactly the probability that it should, however the steps hang together (Barnard, discussion
of Bartlett, Journal of the Royal Statistical Society B 25, 1963).

Losses are compared as logarithms, as the residuals from the mean of all N + 1 runs, in units of
each step's standard deviation.  A statistic here is a function from Curves to float64 [runs], the
larger the more extreme.
"""
from typing import Callable, Dict, NamedTuple, Sequence, Tuple

import numpy as np

from reproduce.errors import InputError
from reproduce.log import Log


class Curves(NamedTuple):
    """The printed numbers of all runs; row 0 is the run in question."""

    steps: np.ndarray  # int64 [steps]
    losses: np.ndarray  # float64 [runs, steps], nats
    accuracies: np.ndarray  # float64 [runs, steps]
    test_accuracies: np.ndarray  # float64 [runs]


_SLOPE_DEGREE = 4  # of the polynomial in log(step) that smooths the mean log-loss

Statistic = Callable[[Curves], np.ndarray]


def curves(run: Log, ensemble: Sequence[Log], name: str) -> Curves:
    """The numbers of `run`, which errors call `name`, and of the `ensemble`'s runs.

    Raises:
      InputError: the run printed other steps than the ensemble, or a loss that is
        no positive number.
    """
    logs = [run, *ensemble]
    steps = [[record.step for record in log.steps] for log in logs]
    if any(other != steps[1] for other in steps):
        raise InputError(f'{name}: does not print the steps of the ensemble; give a run with the '
                         "article's settings, whole")
    losses = np.array([[record.loss for record in log.steps] for log in logs])
    if not (np.isfinite(losses) & (losses > 0.0)).all():
        line = run.step_lines[int(np.argmin(np.isfinite(losses[0]) & (losses[0] > 0.0)))]
        raise InputError(f'{name}:{line}: the loss is no positive number; such a run is no draw '
                         'from the experiment')
    accuracies = np.array([[record.accuracy for record in log.steps] for log in logs])
    return Curves(np.array(steps[0]), losses, accuracies,
                  np.array([log.test_accuracy for log in logs]))


def residuals(curves: Curves) -> np.ndarray:
    """Log-losses from their mean, in each step's standard deviations: [runs, steps]."""
    log_losses = np.log(curves.losses)
    return (log_losses - log_losses.mean(0)) / log_losses.std(0, ddof=1)


def log_learning_rates(curves: Curves) -> np.ndarray:
    """How fast each run learns: log of its learning rate over the mean run's, [runs].

    To first order a learning rate x times as high runs through the same curve x times
    as fast: log L moves by log(x) times its slope in log(step).  The estimate projects a
    run's residual on that slope, weighted by each step's variance.  The slope is that of
    a polynomial through the mean curve, whose own noise would drown it; the first printed
    step, where learning has not begun, is left out.
    """
    log_losses = np.log(curves.losses[:, 1:])
    mean = log_losses.mean(0)
    times = np.log(curves.steps[1:])
    degree = min(_SLOPE_DEGREE, len(times) - 2)
    slope = np.polyval(np.polyder(np.polyfit(times, mean, degree)), times)
    weights = slope / log_losses.var(0, ddof=1)
    return (log_losses - mean) @ weights / (slope @ weights)


def learning_rate(curves: Curves) -> np.ndarray:
    """How far the effective learning rate is from the mean run's."""
    return np.abs(log_learning_rates(curves))


def chi_square(curves: Curves) -> np.ndarray:
    """The sum of the squared residuals: a curve that is elsewhere, anywhere."""
    return (residuals(curves) ** 2).sum(1)


def pointwise_ranks(curves: Curves) -> np.ndarray:
    """How far inside the bundle each loss lies, int [runs, steps]: 1 is its edge.

    Equal losses share the rank that is further inside.
    """
    losses = curves.losses
    not_above = (losses[:, None, :] >= losses[None, :, :]).sum(1)
    not_below = (losses[:, None, :] <= losses[None, :, :]).sum(1)
    return np.minimum(not_above, not_below)


def rank_envelope(curves: Curves) -> np.ndarray:
    """The extreme rank length: how often and how far a curve lies at the bundle's edge.

    Runs are ordered by their ranks, sorted, as words are in a dictionary.  Source: Myllymaeki,
    Mrkvicka, Grabarnik, Seijo and Hahn, Global envelope tests for spatial processes, Journal of
    the Royal Statistical Society B 79, 2017.
    """
    words = [tuple(row) for row in np.sort(pointwise_ranks(curves), axis=1)]
    return -np.array([sum(other < word for other in words) for word in words], float)


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
    """How far a run's accuracies are from what its losses let expect.

    The expectation is a cubic in the log-loss, fitted to all steps of all runs.
    """
    log_losses = np.log(curves.losses)
    cubic = np.polyfit(log_losses.ravel(), curves.accuracies.ravel(), 3)
    return _from_mean((curves.accuracies - np.polyval(cubic, log_losses)).mean(1))


def test_accuracy(curves: Curves) -> np.ndarray:
    """How far the accuracy on the first test images is from the runs' mean."""
    return _from_mean(curves.test_accuracies)


def _from_mean(values: np.ndarray) -> np.ndarray:
    return np.abs(values - values.mean())


STATISTICS: Dict[str, Statistic] = {
    function.__name__: function for function in (
        learning_rate, chi_square, rank_envelope, spread, autocorrelation, first_loss,
        accuracy_given_loss, test_accuracy)}


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


def combined(statistics: np.ndarray) -> np.ndarray:
    """One p for each run, float64 [runs], from its statistics [statistics, runs].

    The smallest rank of a run among its statistics is a statistic too: it is ranked once more.
    Whole ranks would tie, one most extreme run a statistic, and no run could be called
    different at a level below the statistics' number over the runs'.
    """
    return p_values(-np.array([continuous_ranks(statistic) for statistic in statistics]).min(0))


class Plausibility(NamedTuple):
    """The rung's result for the run in question."""

    p: float  # combined
    p_by_statistic: Dict[str, float]
    learning_rate: float  # effective, as a multiple of the ensemble's
    interval: Tuple[float, float]  # of that multiple, 95 %


def plausibility(curves: Curves) -> Plausibility:
    """How plausible the run in row 0 of `curves` is as one more draw."""
    statistics = np.array([statistic(curves) for statistic in STATISTICS.values()])
    p = [float(p_values(statistic)[0]) for statistic in statistics]
    rates = log_learning_rates(curves)
    # What the draws among themselves scatter by, the run would.
    reach = np.quantile(np.abs(rates[1:] - rates[1:].mean()), 0.95)
    estimate = rates[0] - rates[1:].mean()
    return Plausibility(float(combined(statistics)[0]), dict(zip(STATISTICS, p)),
                        float(np.exp(estimate)),
                        (float(np.exp(estimate - reach)), float(np.exp(estimate + reach))))
