"""The exact comparison's tolerance follows from how far apart right runs were measured to be."""
import itertools
import json
import math
from typing import Dict, List

import numpy as np
import pytest
from conftest import GOLDEN

from reproduce.comparison.exact import LOSS_DIGIT
from reproduce.comparison.log import read_log
from reproduce.comparison.verdict import MOST_ROUNDED

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


def test_so_many_losses_may_be_rounded_otherwise(traces: Dict[str, List[list]]) -> None:
    """Two values d apart have a rounding boundary between them with the probability d / digit."""
    differences = largest_differences(traces)
    assert differences.max() < LOSS_DIGIT / 2  # so no loss moves by more than one digit
    expected = differences.sum() / LOSS_DIGIT

    def more_than(count: int) -> float:  # of rare events, so many expected
        return 1.0 - sum(math.exp(-expected) * expected ** k / math.factorial(k)
                         for k in range(count + 1))

    print(f'largest difference {differences.max():.1e}; expected a log {expected:.4f}; '
          f'more than {MOST_ROUNDED}: {more_than(MOST_ROUNDED):.1e}')
    assert more_than(MOST_ROUNDED) < LEAST_LIKELY
    assert MOST_ROUNDED == 0 or more_than(MOST_ROUNDED - 1) > LEAST_LIKELY
