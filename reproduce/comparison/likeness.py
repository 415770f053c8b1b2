"""Which deliberate mistake a run looks like."""
from typing import Dict, NamedTuple, Optional, Sequence

import numpy as np

from reproduce.comparison.log import Log
from reproduce.comparison.statistical import losses_of


class Likeness(NamedTuple):
    """The mistake that a run looks most like."""

    name: str
    last_step: int  # the comparison went so far


def most_like(run: Log, ensemble: Sequence[Log],
              mistakes: Dict[str, Sequence[Log]]) -> Optional[Likeness]:
    """The mistake that `run` looks most like; None where it looks like none of them.

    It looks like a mistake if over all lines of the mistake's runs it is nearer to their mean than
    to right runs', and no farther from it than the farthest of them is from the mean of the
    others.  Of several such mistakes, the nearest counts, over the lines that all mistakes have.

    The distance is the root of the mean square, over the lines, of the differences of the
    log-losses and of the accuracies, in standard deviations of the ensemble at each step.

    Args:
      run: the log in question; its losses are finite.
      ensemble: logs of right runs, at least as long.
      mistakes: logs of runs with each mistake; those that diverged are left out.
    """
    right, found = _features(ensemble), _features([run])[0]
    scale = right.std(0, ddof=1)

    def distance(one: np.ndarray, others: np.ndarray, lines: int) -> float:
        apart = (one[:lines] - others[:, :lines].mean(0)) / scale[:lines]
        return float(np.sqrt(np.mean(apart ** 2)))

    finite = {name: [log for log in logs if not log.diverged] for name, logs in mistakes.items()}
    runs = {name: _features(logs) for name, logs in finite.items() if len(logs) > 1}
    lines = {name: min(len(found), features.shape[1]) for name, features in runs.items()}
    near = {}
    for name, features in runs.items():
        farthest = max(distance(one, np.delete(features, place, axis=0), lines[name])
                       for place, one in enumerate(features))
        apart = distance(found, features, lines[name])
        if apart <= farthest and apart < distance(found, right, lines[name]):
            near[name] = distance(found, features, min(lines.values()))
    if not near:
        return None
    nearest = min(near, key=lambda name: near[name])
    return Likeness(nearest, run.steps[lines[nearest] - 1].step)


def _features(logs: Sequence[Log]) -> np.ndarray:
    """Log-losses and accuracies: float64 [runs, steps, 2]."""
    return np.array([np.column_stack([np.log(losses_of(log)),
                                      [record.accuracy for record in log.steps]])
                     for log in logs])
