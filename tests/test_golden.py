"""The printed log: the article's own contract, and runs against real TensorFlow 1.15.5."""
import hashlib
import os
from pathlib import Path
from typing import Callable, List, Tuple

import pytest
from conftest import EVERYTHING, GOLDEN, assert_as_recorded

from reproduce.comparison.log import Log, parse_log, read_log
from reproduce.comparison.verdict import statistical_result
from reproduce.experiment.article import ARTICLE

STEPS = [1, *range(200, 10001, 200)]
# Seeds that TensorFlow 1.x reduces; the runs of those of `power/` were compared there.
SHORT_LOGS = [path for path in sorted((GOLDEN / 'tf1' / 'short').glob('seed-*.log'))
              if not 161 <= int(path.stem[len('seed-'):]) <= 200]


def test_what_was_recorded_elsewhere_is_unaltered() -> None:
    listed = dict(reversed(line.split('  ')) for line in
                  (GOLDEN / 'SHA256SUMS').read_text().splitlines())
    folders = ('checkpoint', 'matrix', 'replay', 'tf1')
    files = [GOLDEN / 'article.log', GOLDEN / 'tolerance.json',
             GOLDEN / 'margins.npz'] + [
        path for folder in folders for path in (GOLDEN / folder).rglob('*') if path.is_file()
    ] + [*(GOLDEN / 'legacy').glob('*.json'), *(GOLDEN / 'legacy' / 'logs').iterdir()]
    assert listed == {path.relative_to(GOLDEN).as_posix():
                      hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope='module')
def article() -> Log:
    return read_log(str(GOLDEN / 'article.log'))


def test_the_published_log_is_a_plausible_draw(article: Log) -> None:
    result = statistical_result('golden/article.log', article)
    print(result.text)
    assert result.same
    assert result.facts['speed_of_learning']['equivalent']


def test_the_published_lines_are_those_that_the_package_prints(article: Log) -> None:
    measured = [step for step in range(1, ARTICLE.training_steps + 1) if ARTICLE.measured(step)]
    assert [record.step for record in article.steps] == measured


def test_the_first_steps_of_seed_1(first_steps: Tuple[List[str], int]) -> None:
    lines, _ = first_steps
    assert_as_recorded(parse_log(lines, 'run'), 'seed-1.log', steps=200)
    assert len(lines) == 8


@pytest.mark.full
@pytest.mark.parametrize('path', SHORT_LOGS, ids=lambda path: path.stem)
def test_other_seeds(path: Path, run_module: Callable) -> None:
    done = run_module('reproduce.run', '--training-steps', 400,
                      '--seed=' + path.stem[len('seed-'):])
    assert done.returncode == 0, done.stderr
    assert_as_recorded(parse_log(done.stdout.splitlines(), 'run'), f'short/{path.name}')


@pytest.mark.full
def test_the_whole_log_of_seed_1(run_module: Callable) -> None:
    done = run_module('reproduce.run', '--check', '--quiet')
    assert done.returncode == 0, done.stderr
    assert_as_recorded(parse_log(done.stdout.splitlines(), 'run'), 'seed-1.log')


@pytest.mark.full
@pytest.mark.parametrize('threads', [1, 2, 8])
def test_the_number_of_threads_changes_no_line(threads: int, run_module: Callable) -> None:
    """It is the number of the fast engine's chains, and else that of the cores."""
    done = run_module('reproduce.run', '--threads', threads, '--seed', 161, '--training-steps', 400)
    assert done.returncode == 0, done.stderr
    assert_as_recorded(parse_log(done.stdout.splitlines(), 'run'), 'short/seed-161.log')


@pytest.mark.full
@pytest.mark.parametrize('engine, switch, steps', [('static', '1', 2000), ('fast', '0', 1000)])
def test_the_log_of_seed_1_by_other_ways(engine: str, switch: str, steps: int,
                                         run_module: Callable) -> None:
    steps = ARTICLE.training_steps if EVERYTHING else steps
    done = run_module('reproduce.run', '--engine', engine, '--training-steps', steps,
                      env=dict(os.environ, REPRODUCE_KERNELS=switch))
    assert done.returncode == 0, done.stderr
    assert_as_recorded(parse_log(done.stdout.splitlines(), 'run'), 'seed-1.log', steps=steps)


@pytest.mark.parametrize('path', sorted((GOLDEN / 'ensemble').glob('seed-*.log')),
                         ids=lambda path: path.stem)
def test_the_ensemble_s_logs_are_whole_and_those_of_tensorflow_1(path: Path) -> None:
    log = read_log(str(path))
    assert [record.step for record in log.steps] == STEPS
    assert log.test_accuracy is not None
    recorded = GOLDEN / 'tf1' / f"seed-{int(path.stem.split('-')[1])}.log"
    if recorded.exists():
        assert path.read_text().splitlines() == recorded.read_text().splitlines()[4:]
