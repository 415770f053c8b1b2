"""How fast a run learns, as a multiple of the ensemble's speed, and told by the ensemble alone.

Gradient descent at k times the learning rate goes through the same curve k times as fast: with
right runs at M(t), the run is at M(k t).  The curve is stretched along log(t) until the run's
residual, projected on the slope, is zero.  Where even the best stretch leaves more than it
leaves of right runs, the run is no stretched right run, and has no speed.
"""
from typing import NamedTuple, Optional, Sequence, Tuple

import numpy as np

from reproduce.comparison.log import Log
from reproduce.comparison.statistical import SLOPE_DEGREE, combined, losses_of

_FEWEST_LINES = 4  # of the run that have to lie within the stretched curve: two a half
_HALVINGS = 24  # of the range of shifts, which is below 10: to a millionth


class Speed(NamedTuple):
    """A speed of learning, as a multiple of right runs'."""

    factor: float
    interval: Tuple[float, float]  # 95 %


class _Theirs(NamedTuple):
    """The ensemble's curves, without the first line, where learning has not begun."""

    times: np.ndarray  # log(step), [steps]
    mean: np.poly1d  # of the log-losses, smoothed; a function of log(step)
    scatter: np.ndarray  # standard deviations of the log-losses, [steps]
    residuals: np.ndarray  # in those, [runs, steps]


class _Fit(NamedTuple):
    """The run, in row 0, and right runs at its speed beside a curve that is stretched so far."""

    shifts: np.ndarray  # by how much more each should be shifted, [1 + runs]
    halves_apart: np.ndarray  # by how much the two halves of each disagree on that
    left: np.ndarray  # residuals, in standard deviations, [1 + runs, lines]


def speed_of_learning(run: Log, ensemble: Sequence[Log], level: float) -> Optional[Speed]:
    """How fast `run` learns; None where its curve is no stretched right run's.

    Args:
      run: the log in question.
      ensemble: logs of right runs, at least as long.
      level: the share of right runs that may be left without a speed.
    """
    curves = np.log([losses_of(log) for log in ensemble])[:, 1:]
    times = np.log([record.step for record in ensemble[0].steps])[1:]
    mean, scatter = curves.mean(0), curves.std(0, ddof=1)
    theirs = _Theirs(times, np.poly1d(np.polyfit(times, mean, SLOPE_DEGREE)), scatter,
                     (curves - mean) / scatter)
    found, times = np.log(losses_of(run))[1:], times[:len(run.steps) - 1]
    # A run that is shifted by less, or more, has too few lines beside the curve.
    low, high = theirs.times[0] - times[-_FEWEST_LINES], theirs.times[-1] - times[_FEWEST_LINES - 1]
    if _fit(theirs, found, low).shifts[0] <= 0 or _fit(theirs, found, high).shifts[0] >= 0:
        return None
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = ((middle, high) if _fit(theirs, found, middle).shifts[0] > 0
                     else (low, middle))
    fit = _fit(theirs, found, low)
    p = combined({'sum': (fit.left ** 2).sum(1), 'largest': np.abs(fit.left).max(1),
                  'halves': np.abs(fit.halves_apart)})[0]
    if p <= level:
        return None
    # What right runs at this speed scatter by, the run would.
    reach = np.quantile(np.abs(fit.shifts[1:]), 0.95)
    return Speed(float(np.exp(low)), (float(np.exp(low - reach)), float(np.exp(low + reach))))


def _fit(theirs: _Theirs, found: np.ndarray, shift: float) -> _Fit:
    """The run's log-losses `found` beside the curve that is shifted by `shift` in log(step).

    Right runs at the run's speed would scatter about that curve as right runs do about theirs.
    As in `statistical.log_learning_rates`, each half of the lines gives an estimate.
    """
    at = theirs.times[:len(found)] + shift
    inside = (theirs.times[0] <= at) & (at <= theirs.times[-1])
    at = at[inside]
    scatter = np.interp(at, theirs.times, theirs.scatter)
    residuals = np.vstack([(found[inside] - theirs.mean(at)) / scatter,
                           theirs.residuals[:, :len(found)][:, inside]])
    slope = theirs.mean.deriv()(at) / scatter
    by_half = np.array([residuals[:, half] @ slope[half] / (slope[half] @ slope[half])
                        for half in np.array_split(np.arange(len(at)), 2)])
    shares = np.linalg.pinv(np.cov(by_half[:, 1:])).sum(0)
    shifts = shares @ by_half / shares.sum()
    return _Fit(shifts, by_half[0] - by_half[1], residuals - shifts[:, None] * slope)
