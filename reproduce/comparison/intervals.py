"""Confidence intervals."""
import math
from typing import Callable, Tuple

import numpy as np


def clopper_pearson(successes: int, trials: int, level: float = 0.95) -> Tuple[float, float]:
    """The exact confidence interval of a share, from `successes` in `trials`.

    Source: Clopper and Pearson, The use of confidence or fiducial limits
    illustrated in the case of the binomial, Biometrika 26, 1934.

    Returns:
      (low, high): the shares at which so many successes or more, or so many or
      fewer, have the probability (1 - level) / 2.
    """
    tail = (1.0 - level) / 2.0
    counts = np.arange(trials + 1)
    log_factorials = np.array([math.lgamma(n + 1) for n in counts])
    log_choose = log_factorials[trials] - log_factorials - log_factorials[::-1]

    def probability(share: float, chosen: slice) -> float:
        log_terms = log_choose + counts * math.log(share) + (trials - counts) * math.log1p(-share)
        return float(np.exp(log_terms[chosen]).sum())

    low = 0.0 if successes == 0 else _crossing(
        lambda share: probability(share, slice(successes, None)) > tail)
    high = 1.0 if successes == trials else _crossing(
        lambda share: probability(share, slice(successes + 1)) < tail)
    return low, high


def _crossing(beyond: Callable[[float], bool]) -> float:
    """The share in (0, 1) from which on `beyond` is true, by bisection."""
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2.0
        low, high = (low, middle) if beyond(middle) else (middle, high)
    return high
