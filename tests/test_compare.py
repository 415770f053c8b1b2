"""The exact rung: what differs is found, whatever it is; what is damaged is refused."""
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import List
from xml.etree import ElementTree

import pytest
from conftest import GOLDEN, ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from reproduce.comparison import verdict
from reproduce.comparison.contract import check_contract
from reproduce.comparison.exact import compare_exactly
from reproduce.comparison.log import Log, format_log, parse_log
from reproduce.shared.errors import InputError

SEED_1 = GOLDEN / 'tf1' / 'seed-1.log'
LINES = SEED_1.read_text().splitlines()[4:]
REFERENCE = parse_log(LINES, 'reference')


def changed(number: int, old: str, new: str) -> List[str]:
    """The lines of seed 1 with `old` replaced in line `number`."""
    assert old in LINES[number - 1]
    return LINES[:number - 1] + [LINES[number - 1].replace(old, new)] + LINES[number:]


def differences(lines: List[str], most_rounded: int = 0) -> List[str]:
    comparison = compare_exactly(parse_log(lines, 'run'), REFERENCE, most_rounded)
    assert comparison.same == (not comparison.differences)
    return [str(difference) for difference in comparison.differences]


def test_a_log_equals_itself() -> None:
    assert differences(LINES) == []
    assert compare_exactly(REFERENCE, REFERENCE, 0).compared == 52


@pytest.mark.parametrize('lines, said', [
    (changed(3, '1.9779', '1.9781'),
     'step 400 (line 3): loss 1.9781 in place of 1.9779, by +0.0002'),
    (changed(3, '0.352', '0.359'),
     'step 400 (line 3): training accuracy 0.359 in place of 0.352, by +0.007'),
    (changed(53, '0.8515625', '0.859375'),
     'the end (line 53): test accuracy 0.8593750 in place of 0.8515625, by +0.0078125'),
    (LINES[:2] + LINES[3:], 'step 400: the line is missing'),
    (LINES[:2] + ['Step 300, Minibatch Loss= 2.0000, Training Accuracy= 0.250'] + LINES[2:],
     'step 300 (line 3): the reference has no such line'),
    (changed(3, '1.9779', 'nan'),
     'step 400 (line 3): loss nan in place of 1.9779, by +nan'),
    (changed(3, '1.9779', 'inf'),
     'step 400 (line 3): loss inf in place of 1.9779, by +inf')])
def test_one_change_is_the_one_difference(lines: List[str], said: str) -> None:
    assert differences(lines, most_rounded=1) == [said]


def test_the_first_difference_comes_first() -> None:
    lines = changed(53, '0.8515625', '0.859375')
    lines[30] = lines[30].replace('Loss= 0', 'Loss= 1')
    assert [said.split(':')[0] for said in differences(lines)] == ['step 6000 (line 31)',
                                                                   'the end (line 53)']


def test_a_loss_may_be_rounded_otherwise_so_often_and_no_oftener() -> None:
    once = changed(3, '1.9779', '1.9780')
    comparison = compare_exactly(parse_log(once, 'run'), REFERENCE, most_rounded=1)
    assert (comparison.same, comparison.rounded) == (True, 1)
    assert len(differences(once, most_rounded=0)) == 1
    twice = once[:1] + [once[1].replace('2.1584', '2.1585')] + once[2:]
    assert len(differences(twice, most_rounded=1)) == 2


def test_nothing_equals_nan() -> None:
    diverged = parse_log(changed(3, '1.9779', 'nan'), 'diverged')
    assert not compare_exactly(diverged, diverged, most_rounded=1).same


@pytest.mark.parametrize('lines, said', [
    (LINES[:30], r'run:30: the log stops after step 5800'),
    (LINES[:51], 'run:51: the log stops after step 10000'),
    (LINES[:52], 'run:51: the log stops after step 10000'),
    (changed(3, '0.352', '0.353'), r'run:3: the training accuracy 0.353 is no share of 128'),
    (changed(3, '0.352', '1.352'), r'run:3: the training accuracy 1.352 is no share of 128'),
    (changed(3, '0.352', 'nan'), r'run:3: the training accuracy nan is no share of 128'),
    (changed(53, '0.8515625', '0.85'), r'run:53: the test accuracy 0.85 is no share of 128')])
def test_a_broken_contract_is_named_with_its_line(lines: List[str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        check_contract(parse_log(lines, 'run'), 'run', 128, 128)


def test_every_share_keeps_the_contract() -> None:
    log = parse_log(LINES, 'run')
    for right in range(129):
        record = log.steps[0]._replace(accuracy=float(f'{right / 128:.3f}'))
        check_contract(Log((record,), True, right / 128, 0, (1,), 3), 'run', 128, 128)


def mutate(lines: List[str], data: st.DataObject) -> List[str]:
    """`lines` with some of them deleted, repeated, exchanged, cut, or edited."""
    lines = list(lines)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        how = data.draw(st.sampled_from(['delete', 'repeat', 'swap', 'truncate', 'edit', 'digit']))
        if how == 'delete' and len(lines) > 1:
            del lines[at]
        elif how == 'repeat':
            lines.insert(at, lines[at])
        elif how == 'swap':
            other = data.draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], lines[at]
        elif how == 'truncate':
            del lines[at + 1:]
        elif lines[at]:
            place = data.draw(st.integers(0, len(lines[at]) - 1))
            characters = st.sampled_from('0123456789') if how == 'digit' else st.text(max_size=3)
            new = data.draw(characters)
            lines[at] = lines[at][:place] + new + lines[at][place + 1:]
    return lines


@settings(max_examples=500, deadline=None)
@given(data=st.data())
def test_a_mutated_log_never_passes_as_equal(data: st.DataObject) -> None:
    lines = mutate(LINES, data)
    text = '\n'.join(lines)
    try:
        log = parse_log(io.StringIO(text), 'mutated')
        check_contract(log, 'mutated', 128, 128)
    except InputError as error:
        assert str(error).startswith('mutated')
        return
    if compare_exactly(log, REFERENCE, 0).same:  # then every line still says what it said
        assert format_log(log).splitlines() == LINES


def run_compare(*arguments: object, **options: object) -> 'subprocess.CompletedProcess[str]':
    return subprocess.run([sys.executable, '-m', 'reproduce.compare', *map(str, arguments)],
                          cwd=str(ROOT), capture_output=True, text=True, timeout=60, **options)


def test_the_command_matches(tmp_path: Path) -> None:
    noisy = tmp_path / 'noisy.log'
    noisy.write_bytes(b'\xef\xbb\xbf' + '\r\n'.join(['In [3]:', 'I0 cuda'] + LINES).encode())
    done = run_compare(noisy, SEED_1, '--json', tmp_path / 'v.json', '--junit',
                       tmp_path / 'v.xml')
    assert (done.returncode, done.stderr) == (0, '')
    assert done.stdout.splitlines() == [f'match: 52 lines as in {SEED_1}',
                                        f'{noisy}: 2 lines are no part of the log, and skipped']
    assert json.loads((tmp_path / 'v.json').read_text())['same'] is True
    assert ElementTree.parse(str(tmp_path / 'v.xml')).getroot().get('failures') == '0'


def test_the_command_differs(tmp_path: Path) -> None:
    text = '\n'.join(changed(3, '1.9779', 'nan'))
    done = run_compare('-', SEED_1, GOLDEN / 'article.log', '--json', tmp_path / 'v.json',
                       '--junit', tmp_path / 'v.xml', input=text)
    assert (done.returncode, done.stderr) == (1, '')
    assert done.stdout.startswith(
        f'differ: from {SEED_1}, first at step 400 (line 3): loss nan in place of 1.9779')
    verdict = json.loads((tmp_path / 'v.json').read_text())
    assert verdict['same'] is False
    assert verdict['references'][0]['differences'][0]['found'] == 'nan'
    assert len(verdict['references'][1]['differences']) > 90
    assert ElementTree.parse(str(tmp_path / 'v.xml')).getroot().get('failures') == '2'


@pytest.mark.parametrize('arguments, said', [
    (['nowhere.log', SEED_1], 'nowhere.log: cannot be read'),
    (['-', '-'], '-: stdin can be read once'),
    (['-', SEED_1], 'stdin: holds no line'),
    ([SEED_1, SEED_1, '--batch-size', 100], 'seed-1.log:6: the training accuracy 0.258'),
    ([SEED_1, SEED_1, '--json', '/nowhere/v.json'], '--json /nowhere: cannot be written')])
def test_unusable_input(arguments: List[object], said: str) -> None:
    done = run_compare(*arguments, input='')
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_reference_that_nothing_equals_is_unusable(tmp_path: Path) -> None:
    diverged = tmp_path / 'diverged.log'
    diverged.write_text('\n'.join(changed(3, '1.9779', 'nan')))
    done = run_compare(SEED_1, diverged)
    assert (done.returncode, done.stdout) == (2, '')
    assert 'diverged.log:3: the loss is nan' in done.stderr


def test_no_tensorflow_is_imported() -> None:
    code = ('import sys; from reproduce import compare, run; '
            f'compare.main(["{SEED_1}", "{SEED_1}"]); '
            'assert not {"tensorflow", "numpy", "matplotlib"} & set(sys.modules)')
    assert subprocess.run([sys.executable, '-c', code], cwd=str(ROOT)).returncode == 0


def test_a_run_of_a_recorded_seed_has_its_reference() -> None:
    result = verdict.of_run(REFERENCE, seed=1)
    assert (result.rung, result.same) == ('exact', True)
    assert not verdict.of_run(REFERENCE, seed=2).same
    ours = verdict.of_run(REFERENCE, seed=4)
    assert (ours.rung, ours.cases[0].name.endswith('ensemble/seed-0004.log')) == ('exact', True)
    assert verdict.why_none(1) is None


def with_right_answers(rights: List[int], batch_size: int = 128) -> Log:
    steps = tuple(REFERENCE.steps[0]._replace(step=step, accuracy=round(right / batch_size, 3))
                  for step, right in enumerate(rights, start=1))
    return Log(steps, True, 0.5, 0, tuple(range(1, len(steps) + 1)), len(steps) + 2)


def test_accuracies_tell_that_the_batches_were_smaller() -> None:
    even = with_right_answers(list(range(30, 50, 2)))
    with pytest.raises(InputError, match=r'run:1: all 10 training .* 64 images too'):
        check_contract(even, 'run', 128, 128)
    check_contract(even, 'run', 64, 128)
    check_contract(with_right_answers(list(range(30, 48, 2))), 'run', 128, 128)  # 9 can chance
    check_contract(with_right_answers([*range(30, 48, 2), 31]), 'run', 128, 128)
    check_contract(with_right_answers([0] * 20), 'run', 128, 128)  # one answer, always wrong
