"""The exact comparison's tolerance follows from how far apart right runs were measured to be."""
import itertools
import json
import math
from typing import Dict, List

import numpy as np
import pytest
from conftest import GOLDEN

from reproduce.comparison.exact import LOSS_DIGIT, MOST_ROUNDED
from reproduce.comparison.log import read_log

LEAST_LIKELY = 0.01  # a right run may be called different so rarely


@pytest.fixture(scope='module')
def traces() -> Dict[str, List[list]]:
    record = json.loads((GOLDEN / 'tolerance.json').read_text())
    return {name: run['trace'] for name, run in record.items()}


def largest_differences(traces: Dict[str, List[list]]) -> np.ndarray:
    """The largest difference of the losses of any two runs, by printed step."""
    losses = np.array([[float.fromhex(loss) for _, loss, _ in trace]
                       for trace in traces.values()])
    return np.max([np.abs(a - b) for a, b in itertools.combinations(losses, 2)], axis=0)


def test_the_runs_are_of_whole_logs(traces: Dict[str, List[list]]) -> None:
    recorded = read_log(str(GOLDEN / 'tf1' / 'seed-1.log'))
    assert len(traces) == 8
    for trace in traces.values():
        assert [step for step, _, _ in trace] == [record.step for record in recorded.steps]


def test_no_right_answer_changes(traces: Dict[str, List[list]]) -> None:
    recorded = read_log(str(GOLDEN / 'tf1' / 'seed-1.log'))
    for trace in traces.values():
        assert [f'{accuracy:.3f}' for _, _, accuracy in trace] == [
            f'{record.accuracy:.3f}' for record in recorded.steps]


def more_than(count: int, expected: float) -> float:
    """The probability of more than `count` rare events, where so many are expected."""
    return 1.0 - sum(math.exp(-expected) * expected ** k / math.factorial(k)
                     for k in range(count + 1))


def test_so_many_losses_may_be_rounded_otherwise(traces: Dict[str, List[list]]) -> None:
    """Two values d apart have a rounding boundary between them with the probability d / digit."""
    differences = largest_differences(traces)
    assert differences.max() < LOSS_DIGIT / 2  # so no loss moves by more than one digit
    expected = differences.sum() / LOSS_DIGIT
    print(f'largest difference {differences.max():.1e}; expected a log {expected:.4f}; '
          f'more than {MOST_ROUNDED}: {more_than(MOST_ROUNDED, expected):.1e}')
    assert more_than(MOST_ROUNDED, expected) < LEAST_LIKELY
    assert MOST_ROUNDED == 0 or more_than(MOST_ROUNDED - 1, expected) > LEAST_LIKELY


def test_no_answer_has_to_be_allowed_to_flip(traces: Dict[str, List[list]]) -> None:
    """An answer flips where its margin, the lead of the right class, changes its sign.

    Margins that lie evenly around zero, so many to a unit, do so in as many cases as that times
    the mean of their changes.
    """
    with np.load(str(GOLDEN / 'margins.npz')) as file:
        ours, theirs = (file[name] for name in sorted(file.files))
    assert ours.shape == theirs.shape == (52, 128)
    recorded = read_log(str(GOLDEN / 'tf1' / 'seed-1.log'))
    for margins in (ours, theirs):
        right = (margins >= 0).sum(1)
        assert [f'{count / 128:.3f}' for count in right[:-1]] == [
            f'{record.accuracy:.3f}' for record in recorded.steps]
        assert right[-1] / 128 == recorded.test_accuracy
    near, change = 0.1, np.abs(ours.astype(float) - theirs)
    assert change.max() < near / 100  # to them the margins lie evenly
    to_a_unit = (np.abs(theirs) < near).sum() / (2 * near)
    for width in (near / 2, 2 * near):  # and as densely nearer to zero as farther off
        other = (np.abs(theirs) < width).sum() / (2 * width)
        assert abs(other - to_a_unit) < 0.2 * to_a_unit
    flips = to_a_unit * change.mean()
    losses = more_than(MOST_ROUNDED, largest_differences(traces).sum() / LOSS_DIGIT)
    print(f'{to_a_unit:.0f} margins to a unit, changes {change.mean():.1e} ({change.max():.1e}); '
          f'{flips:.1e} flips a log')
    assert flips + losses < LEAST_LIKELY
    text = ' '.join((GOLDEN / 'README.md').read_text(encoding='utf-8').split())
    assert (f'changes by {change.mean():.1e} in the mean and {change.max():.1e} at the most; '
            f'around zero {to_a_unit:,.0f} margins lie to a unit, the nearest at '
            f'{np.abs(theirs).min():.1e}.').replace('e-0', 'e-') in text
    assert (f'an answer flips in 1 of {round(1 / flips, -2):,.0f} right logs, or in 1 of '
            f'{round(52 / flips, -3):,.0f} lines') in text
    assert f'none for answers it is 1 of {round(1 / (flips + losses), -1):.0f}.' in text
