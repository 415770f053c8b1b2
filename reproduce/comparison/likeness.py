"""Which deliberate mistake a run looks like."""
from typing import Dict, Optional, Sequence

import numpy as np

from reproduce.comparison.log import Log


def most_like(run: Log, ensemble: Sequence[Log],
              mistakes: Dict[str, Sequence[Log]]) -> Optional[str]:
    """The name of the mistake whose runs `run` is nearest to; None where right runs are nearer.

    The distance is the root of the mean square, over the printed steps that both have, of the
    differences from those runs' mean, in standard deviations of the ensemble at each step: of
    the log-losses and of the accuracies.

    Args:
      run: the log in question; its losses are positive numbers.
      ensemble: logs of right runs, at least as long.
      mistakes: logs of runs with each mistake; those that diverged are left out.
    """
    centre, scale = _features(ensemble).mean(0), _features(ensemble).std(0, ddof=1)

    def distance(others: np.ndarray) -> float:
        steps = min(others.shape[1], len(run.steps))
        found = _features([run])[0, :steps] - others[:, :steps].mean(0)
        return float(np.sqrt(np.mean((found / scale[:steps]) ** 2)))

    distances = {None: distance(centre[None])}
    for name, logs in mistakes.items():
        finite = [log for log in logs
                  if all(0.0 < record.loss < np.inf for record in log.steps)]
        if finite:
            distances[name] = distance(_features(finite))
    return min(distances, key=lambda name: distances[name])


def _features(logs: Sequence[Log]) -> np.ndarray:
    """Log-losses and accuracies: float64 [runs, steps, 2]."""
    return np.array([[(np.log(record.loss), record.accuracy) for record in log.steps]
                     for log in logs])
