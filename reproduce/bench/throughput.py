"""How many steps a second a sweep makes, over all its seeds."""
import dataclasses
import functools
import time
from typing import Dict, List

from reproduce.experiment.article import ARTICLE
from reproduce.sweep.cluster import connect, outcomes
from reproduce.sweep.one_run import printed_log

_STEPS = 1000  # a seed: enough that building its graph weighs little
_SEEDS = 2  # a worker


def throughput(most_workers: int, rounds: int) -> Dict[int, List[float]]:
    """Steps a second of sweeps by one worker and by `most_workers`, in alternating rounds."""
    warm_up, whole = (
        functools.partial(printed_log, article=dataclasses.replace(ARTICLE, training_steps=steps))
        for steps in (1, _STEPS))
    rates: Dict[int, List[float]] = {workers: [] for workers in sorted({1, most_workers})}
    for _ in range(rounds):
        for workers in rates:
            with connect(workers, scheduler=None) as client:
                list(outcomes(client, warm_up, range(1, workers + 1)))
                started = time.perf_counter()
                seeds = range(1, _SEEDS * workers + 1)
                for outcome in outcomes(client, whole, seeds):
                    if outcome.error:
                        raise outcome.error
                rates[workers].append(
                    len(seeds) * _STEPS / (time.perf_counter() - started))
    return rates
