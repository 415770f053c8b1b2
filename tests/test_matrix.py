"""Seed 1's log on every version of TensorFlow that was run, and what the README says of it."""
import json

import numpy as np
import pytest
import pythons
from conftest import GOLDEN, assert_as_recorded

from reproduce.comparison.exact import LOSS_DIGIT
from reproduce.comparison.log import read_log
from reproduce.experiment.article import ARTICLE

MATRIX = GOLDEN / 'matrix'
VERSIONS = json.loads((MATRIX / 'versions.json').read_text())
README = (GOLDEN / 'README.md').read_text(encoding='utf-8')


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


def test_the_readme_lists_what_was_run() -> None:
    rows = [[cell.strip() for cell in line.strip('|').split('|')] for line in
            README[README.index('## Versions'):].split('\n## ')[0].splitlines()
            if line.startswith('|') and ('this package' in line or "the article's calls" in line)]
    listed = {(tensorflow, python, row[2]) for row in rows
              for tensorflow in row[0].split(', ') for python in row[1].split(', ')}
    ensemble = json.loads((GOLDEN / 'ensemble' / 'manifest.json').read_text())
    run = [*VERSIONS.values(), *(dict(part, program='this package') for part in ensemble)]
    assert listed == {(said['tensorflow'], said['python'], said['program']) for said in run}


def test_the_readme_has_the_last_result_on_each_python() -> None:
    assert pythons.table(json.loads(pythons.RESULTS.read_text())) + '\n' in README
