"""Seed 1's log on every version of TensorFlow that was run."""
import json

import numpy as np
import pytest
from conftest import GOLDEN, assert_as_recorded

from reproduce.comparison.exact import LOSS_DIGIT
from reproduce.comparison.log import read_log
from reproduce.experiment.article import ARTICLE

MATRIX = GOLDEN / 'matrix'
VERSIONS = json.loads((MATRIX / 'versions.json').read_text())


def test_each_version_ran_or_its_failure_has_a_reason() -> None:
    for said in VERSIONS.values():
        assert ('log' in said) != bool(said.get('failed'))
    assert {said['log'] for said in VERSIONS.values() if 'log' in said} == {
        path.name for path in MATRIX.glob('*.log')}


@pytest.mark.parametrize('name', [name for name, said in VERSIONS.items() if 'log' in said])
def test_each_version_prints_seed_1_s_lines(name: str) -> None:
    steps = VERSIONS[name]['steps']
    assert_as_recorded(read_log(str(MATRIX / VERSIONS[name]['log'])), 'seed-1.log',
                       None if steps == ARTICLE.training_steps else steps)


def test_before_rounding_all_versions_are_within_a_hundredth_of_the_printed_digit() -> None:
    traces = {name: said['trace'] for name, said in VERSIONS.items() if 'trace' in said}
    assert len(traces) >= 10
    losses = np.array([[float.fromhex(loss) for _, loss, _ in trace] for trace in traces.values()])
    spread = losses.max(0) - losses.min(0)
    print(f'steps 1, 200, 400: {spread} over {len(traces)} versions')
    assert (spread < LOSS_DIGIT / 100).all()
