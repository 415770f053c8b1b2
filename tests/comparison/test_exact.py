"""The exact comparison: what differs is found, whatever it is; what is damaged is refused."""
import re
from typing import List

import pytest
from comparison_logs import LINES, REFERENCE, changed

from reproduce.comparison import verdict
from reproduce.comparison.contract import check_contract
from reproduce.comparison.exact import compare_exactly
from reproduce.comparison.log import Log, parse_log
from reproduce.shared.errors import InputError


def differences(lines: List[str], most_rounded: int = 0) -> List[str]:
    comparison = compare_exactly(parse_log(lines, 'run'), REFERENCE, most_rounded)
    assert comparison.same == (not comparison.differences)
    return [str(difference) for difference in comparison.differences]


def test_a_log_equals_itself() -> None:
    assert differences(LINES) == []
    assert compare_exactly(REFERENCE, REFERENCE, 0).compared == 53


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


def test_numbers_with_more_digits_are_equal_to_the_printed_one() -> None:
    def exact(found: 're.Match[str]') -> str:
        return f'{round(float(found[0]) * 128) / 128:.7f}'

    longer = [re.sub(r'(?<=Accuracy= )\S+', exact, line)
              for line in changed(3, '1.9779', '1.97792')]
    assert differences(longer) == []


def test_a_loss_may_be_rounded_otherwise_so_often_and_no_oftener() -> None:
    once = changed(3, '1.9779', '1.9780')
    comparison = compare_exactly(parse_log(once, 'run'), REFERENCE, most_rounded=1)
    assert (comparison.same, comparison.rounded) == (True, 1)
    assert len(differences(once, most_rounded=0)) == 1
    twice = once[:1] + [once[1].replace('2.1584', '2.1585')] + once[2:]
    assert len(differences(twice, most_rounded=1)) == 2


def test_each_difference_is_named_once_and_counted() -> None:
    """The first is in the headline; after five of them the rest are counted."""
    lines = list(LINES)
    for wrong in range(1, 8):
        lines[wrong] = lines[wrong].replace('Loss= ', 'Loss= 1')
        result = verdict.exact_result('run', parse_log(lines, 'run'), [('reference', REFERENCE)])
        named = result.text.splitlines()
        assert named[0].startswith('differ: from reference, first at step 200 (line 2): loss 1')
        for number in range(2, min(wrong, 5) + 2):
            assert result.text.count(f'(line {number})') == 1
        more = {6: ['  and 1 difference more'], 7: ['  and 2 differences more']}.get(wrong, [])
        assert named[min(wrong, 5):-1] == more
    short = parse_log(LINES[:1], 'run')
    assert verdict.exact_result('run', short, [('reference', REFERENCE.until(1))]).text == (
        'match: 1 line as in reference')
    text = verdict.text_result('run', ['a'] * 9, [('reference', ['b'] * 9)], 0.0).text
    assert text.count('line 1:') == 1 and text.endswith('  and 4 differences more')


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


def test_a_run_of_a_recorded_seed_has_its_reference() -> None:
    result = verdict.of_run(REFERENCE, seed=1)
    assert (result.comparison, result.same) == ('exact', True)
    assert not verdict.of_run(REFERENCE, seed=2).same
    ours = verdict.of_run(REFERENCE, seed=4)
    assert ours.comparison == 'exact'
    assert ours.cases[0].name.endswith('ensemble/seed-0004.log')
    assert verdict.why_none(1) is None


def with_right_answers(rights: List[int], batch_size: int = 128) -> Log:
    steps = tuple(REFERENCE.steps[0]._replace(step=step, accuracy=round(right / batch_size, 3))
                  for step, right in enumerate(rights, start=1))
    return Log(steps, True, 0.5, 0, tuple(range(1, len(steps) + 1)), len(steps) + 2)


def test_accuracies_tell_that_the_batches_were_smaller() -> None:
    even = with_right_answers(list(range(30, 50, 2)))
    with pytest.raises(InputError, match=r'run:1: all 10 training .* 64 images, not 128'):
        check_contract(even, 'run', 128, 128)
    check_contract(even, 'run', 64, 128)
    check_contract(with_right_answers(list(range(30, 48, 2))), 'run', 128, 128)  # 9 can chance
    check_contract(with_right_answers([*range(30, 48, 2), 31]), 'run', 128, 128)
    check_contract(with_right_answers([0] * 20), 'run', 128, 128)  # one answer, always wrong
