"""Which runs can be compared with what was recorded, and with how many of its lines."""
import dataclasses
import re
from typing import Callable, List, Optional

import pytest
from conftest import GOLDEN, ROOT

from reproduce import report
from reproduce.comparison import recorded, verdict
from reproduce.comparison.comparable import why_incomparable
from reproduce.comparison.log import parse_log
from reproduce.experiment.article import ARTICLE

TF1, SHORT = GOLDEN / 'tf1', GOLDEN / 'tf1' / 'short'


def printed(path: object, steps: int, changed: Optional[int] = None) -> List[str]:
    """What a run of `steps` prints that begins as the log at `path`; one line may be changed."""
    lines = [line for line in path.read_text().splitlines() if line.startswith('Step ')]
    lines = [line for line in lines if int(line.split()[1][:-1]) <= steps]
    if changed is not None:
        lines[changed] = lines[changed].replace('Loss= ', 'Loss= 9')
    return [*lines, 'Optimization Finished!', 'Testing Accuracy: 0.421875']


def judged(lines: List[str], seed: Optional[int], steps: int) -> str:
    """What the report says of a run's folder, which is what run.py says at its end."""
    log = parse_log(lines, 'run')
    settings = {'seed': seed, 'training_steps': steps}
    result, _ = report.judged('run.log', log, {'settings': settings})
    assert result.text == verdict.of_run(log, seed, steps).text
    return result.text


@pytest.mark.parametrize('steps, lines', [(1, 1), (399, 2), (400, 3), (2000, 11), (9999, 50)])
@pytest.mark.parametrize('path, seed', [(TF1 / 'seed-1.log', 1),
                                        (GOLDEN / 'ensemble' / 'seed-0005.log', 5)])
def test_a_shorter_run_is_compared_with_as_many_lines(
        path: object, seed: int, steps: int, lines: int) -> None:
    said = judged(printed(path, steps), seed, steps)
    assert said.startswith(f'match: {lines} line') and path.name in said
    assert 'compared up to step ' in said
    assert judged(printed(path, steps, -1), seed, steps).startswith('differ')
    if lines > 1:  # a lost line is no shorter run
        lost = printed(path, steps)
        del lost[lines - 1]
        assert judged(lost, seed, steps).startswith('differ')


@pytest.mark.parametrize('seed', [161, -7, 2 ** 40])
def test_a_short_recorded_log_tells_its_test_accuracy(seed: int) -> None:
    path = SHORT / f'seed-{seed}.log'
    lines = path.read_text().splitlines()
    assert judged(lines, seed, 400).startswith('match')
    assert judged([*lines[:-1], 'Testing Accuracy: 0.5'], seed, 400).startswith('differ')
    assert judged(printed(path, 200), seed, 200).startswith('match: 2 lines')
    result = verdict.of_run(parse_log(lines, 'run'), seed, 400)
    assert recorded.of_tensorflow_1(result.cases[0].name)


def test_a_shorter_run_without_a_recorded_seed_needs_six_lines() -> None:
    path = GOLDEN / 'held-out' / 'seed-0129.log'
    assert judged(printed(path, 1000), None, 1000).startswith('match')
    for seed, steps in ((None, 999), (777, 400), (161, 600), (1, 0), (None, 0)):
        why = why_incomparable({'seed': seed, 'training_steps': steps},
                               dataclasses.asdict(ARTICLE))
        assert 'too few' in why if steps else '--training-steps 0' in why


@pytest.mark.parametrize('settings, other_data, why', [
    ({'training_steps': 10001}, None, "--training-steps 10001 is not the article's 10000"),
    ({'training_steps': 400.5}, None, "--training-steps 400.5 is not the article's"),
    ({'batch_size': 64}, None, "--batch-size 64 is not the article's 128"),
    ({'replay': 'a.npz'}, None, '--replay a.npz is not where a recorded run started'),
    ({'init_checkpoint': 'c'}, None, '--init-checkpoint c is not where'),
    ({}, 'there', '--data-dir there does not hold MNIST'), ({'seed': 1}, None, None),
    ({'seed': None}, None, None), ({}, None, None)])
def test_what_else_is_not_comparable(settings: dict, other_data: Optional[str],
                                     why: Optional[str]) -> None:
    found = why_incomparable(settings, dataclasses.asdict(ARTICLE), other_data)
    assert found is why is None or found.startswith(why)


def test_the_readme_s_short_run_is_as_printed(run_module: Callable) -> None:
    done = run_module('reproduce.run', '--training-steps', 400, '--check')
    said = re.sub('(.*\r(\x1b\\[K)?)+', '', done.stderr)
    assert done.returncode == 0
    shown = (ROOT / 'README.md').read_text(encoding='utf-8')
    shown = shown[shown.index('$ python reproduce/run.py --training-steps 400\n'):]
    printed_there = shown[shown.index('\n') + 1:shown.index('```')]
    without_time = [re.sub(r'[\d.]+ s in all', '', text) for text in (printed_there,
                                                                    done.stdout + said)]
    assert without_time[0] == without_time[1]


def test_check_refuses_a_short_run_that_nothing_tells(run_module: Callable) -> None:
    done = run_module('reproduce.run', '--training-steps', 400, '--seed', 'none', '--check')
    assert (done.returncode, done.stdout, 'too few' in done.stderr) == (2, '', True)
