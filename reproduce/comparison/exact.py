"""The exact comparison: a run against the log that it should have printed, step by step."""
import math
from typing import List, NamedTuple, Optional, Tuple

from reproduce.comparison.contract import equal_to_digits, test_decimals
from reproduce.comparison.log import Log
from reproduce.shared.records import short_number

LOSS_DIGIT = 1e-4  # the last printed digit of a loss
# Losses that may be rounded otherwise: see golden/README.md for the runs behind it.
MOST_ROUNDED = 1


class Difference(NamedTuple):
    """One number of the run that is not the reference's."""

    what: str  # 'loss', 'training accuracy', 'test accuracy', or 'step' for a whole line
    step: Optional[int]  # None for the test accuracy
    line: Optional[int]  # of the run's file; None where the run lacks the line
    found: Optional[float]  # None where the run lacks it
    expected: Optional[float]  # None where the reference lacks it

    def __str__(self) -> str:
        """What differs, where, and by how much."""
        place = 'the end' if self.step is None else f'step {self.step}'
        line = '' if self.line is None else f' (line {self.line})'
        if self.found is None:
            return f'{place}: the line is missing'
        if self.expected is None:
            return f'{place}{line}: the reference has no such line'
        digits = {'loss': 4, 'training accuracy': 3}.get(self.what, 7)
        found, expected, by = (short_number(number, form) for number, form in (
            (self.found, f'.{digits}f'), (self.expected, f'.{digits}f'),
            (self.found - self.expected, f'+.{digits}f')))
        return f'{place}{line}: {self.what} {found} in place of {expected}, by {by}'


class Comparison(NamedTuple):
    """A run beside one reference."""

    differences: Tuple[Difference, ...]  # beyond the tolerance, in the order of the lines
    compared: int  # lines that both have
    rounded: int  # losses one digit apart, which the tolerance allows
    largest: float  # the largest difference between two losses, as printed

    @property
    def same(self) -> bool:
        """Whether the run printed what the reference did."""
        return not self.differences


def compare_exactly(run: Log, reference: Log, most_rounded: int) -> Comparison:
    """Compare two finished logs, aligned by step.

    Args:
      run: the log in question.
      reference: what it should be.
      most_rounded: how many losses may differ by one in their last printed digit,
        as a value does that lies beside a rounding boundary.  One more and each of
        them is a difference.

    Returns:
      The comparison.  Nothing equals nan or infinity, not even another of its kind.
    """
    found = dict(zip([record.step for record in run.steps], zip(run.steps, run.step_lines)))
    expected = {record.step: record for record in reference.steps}
    differences: List[Difference] = []
    rounded: List[Difference] = []
    largest = 0.0
    for step in sorted({**found, **expected}):
        if step not in found:
            differences.append(Difference('step', step, None, None, expected[step].loss))
            continue
        record, line = found[step]
        if step not in expected:
            differences.append(Difference('step', step, line, record.loss, None))
            continue
        loss = Difference('loss', step, line, record.loss, expected[step].loss)
        digits = _digits_apart(record.loss, expected[step].loss)
        largest = max(largest, digits * LOSS_DIGIT)
        if digits:
            (rounded if digits == 1 else differences).append(loss)
        if not equal_to_digits(record.accuracy, expected[step].accuracy, 3):
            differences.append(Difference('training accuracy', step, line, record.accuracy,
                                          expected[step].accuracy))
    if not _same_test_accuracy(run, reference):
        differences.append(Difference('test accuracy', None, run.test_line, run.test_accuracy,
                                      reference.test_accuracy))
    if len(rounded) > most_rounded:
        differences += rounded
    differences.sort(key=lambda difference: math.inf if difference.step is None
                     else difference.step)
    compared = len(set(found) & set(expected)) + (run.finished and reference.finished) + (
        run.test_accuracy is not None and reference.test_accuracy is not None)
    return Comparison(tuple(differences), compared, len(rounded), largest)


def _same_test_accuracy(run: Log, reference: Log) -> bool:
    """Whether the two end with the same test accuracy, to the digits that both printed."""
    if run.test_accuracy is None or reference.test_accuracy is None:
        return run.test_accuracy is reference.test_accuracy
    return equal_to_digits(run.test_accuracy, reference.test_accuracy,
                           min(test_decimals(run), test_decimals(reference)))


def _digits_apart(loss: float, other: float) -> float:
    """How many of the last printed digit two losses are apart; infinite where not finite."""
    if not (math.isfinite(loss) and math.isfinite(other)):
        return math.inf
    return round(abs(loss - other) / LOSS_DIGIT)
