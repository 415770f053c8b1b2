"""The deliberate mistakes that a comparison has to catch: which check, and after how many steps.

`reproduce/power/mistakes.py` makes them.
"""
from typing import Dict, NamedTuple

CONTRACT, STATISTICAL, EXACT = 'contract', 'statistical', 'exact'
_FIRST_SEED = 161
EXACT_STEPS = 400  # three printed lines; so far real TensorFlow 1.15's logs of the seeds go


class Mistake(NamedTuple):
    """What has to catch a mistake.

    That is the contract of the log's lines, the statistical comparison, or, where the printed
    curve obeys the same law as the right one's, only the exact comparison.
    """

    check: str
    steps: int  # how far to run it: as far as it takes to be caught
    runs: int = 8  # recorded in golden/power, each with a seed of its own

    @property
    def seeds(self) -> range:
        """The seeds of its runs; none is the ensemble's, nor one of the runs held out."""
        return range(_FIRST_SEED, _FIRST_SEED + self.runs)


MISTAKES: Dict[str, Mistake] = {
    'learning-rate-x0.5': Mistake(STATISTICAL, 2000, 40),
    'learning-rate-x1.2': Mistake(STATISTICAL, 10000, 24),
    'learning-rate-x2': Mistake(STATISTICAL, 2000, 40),
    'forget-bias-0': Mistake(STATISTICAL, 2000, 40),
    'no-shuffling': Mistake(EXACT, EXACT_STEPS),
    'batch-64': Mistake(CONTRACT, 2000),
    'output-deviation-0.1': Mistake(STATISTICAL, 1000, 40),
    'sum-for-mean': Mistake(STATISTICAL, 1000, 40),
    'adam': Mistake(STATISTICAL, 1000, 40),
    'momentum-0.9': Mistake(STATISTICAL, 1000, 40),
    'loss-before-update': Mistake(EXACT, EXACT_STEPS),
    'gates-swapped': Mistake(EXACT, EXACT_STEPS),
    'raw-images': Mistake(STATISTICAL, 1000, 40),
}
