"""Any printed log against its reference: text as text, numbers to their printed digit."""
from typing import List

import pytest

from reproduce.comparison.text import compare_text

REFERENCE = ['Extracting data/a.gz', 'Epoch: 0001 cost= 1.1841', 'weights [0.5 -1.25e-03]',
             'Step 200, layer_2 of 3, 0x7f', 'done']


def said(line: int, text: str) -> List[str]:
    """What the comparison says when `text` stands in place of a line."""
    lines = REFERENCE[:line - 1] + [text] + REFERENCE[line:]
    return [str(difference) for difference in compare_text(lines, REFERENCE).differences]


def test_a_log_equals_itself() -> None:
    comparison = compare_text(REFERENCE, REFERENCE)
    assert comparison.same
    assert comparison == ((), 5, 0.0)


@pytest.mark.parametrize('line, text, difference', [
    (1, 'Extracting data/b.gz',
     "line 1: 'Extracting data/b.gz' in place of 'Extracting data/a.gz'"),
    (2, 'Epoch: 0001 cost= 1.1842',
     "line 2: 1.1842 in place of 1.1841, in 'Epoch: 0001 cost= 1.1842'"),
    (2, 'Epoch: 0002 cost= nan',
     "line 2: 0002 in place of 0001, and 1 more of its numbers, in 'Epoch: 0002 cost= nan'"),
    (3, 'weights [0.5 1.25e-03]',
     "line 3: 1.25e-03 in place of -1.25e-03, in 'weights [0.5 1.25e-03]'"),
    (4, 'Step 200, layer_3 of 3, 0x7f',
     "line 4: 'Step 200, layer_3 of 3, 0x7f' in place of 'Step 200, layer_2 of 3, 0x7f'"),
    (4, 'Step 200, layer_2 of 3, 0x8f',
     "line 4: 'Step 200, layer_2 of 3, 0x8f' in place of 'Step 200, layer_2 of 3, 0x7f'"),
    (5, 'Done', "line 5: 'Done' in place of 'done'")])
def test_one_change_is_the_one_difference(line: int, text: str, difference: str) -> None:
    assert said(line, text) == [difference]


@pytest.mark.parametrize('line, text', [
    (2, 'Epoch: 0001 cost= 1.18410'), (2, 'Epoch: 1 cost= 1.1841'),
    (3, 'weights [.5 -0.00125]'), (5, 'done  \r\n')])
def test_the_same_values_are_the_same_numbers(line: int, text: str) -> None:
    assert said(line, text) == []


def test_a_missing_and_an_extra_line_are_named() -> None:
    shorter = compare_text(REFERENCE[:4], REFERENCE)
    assert [str(d) for d in shorter.differences] == ["line 5: missing; the reference has 'done'"]
    longer = compare_text(REFERENCE + ['more'], REFERENCE)
    assert [str(d) for d in longer.differences] == [
        "line 6: 'more' stands after the end of the reference"]
    assert longer.compared == shorter.compared + 1 == 6
    assert compare_text(REFERENCE + ['', '\n'], REFERENCE).same


def test_nan_and_infinity_are_numbers() -> None:
    assert compare_text(['loss nan inf'], ['loss NaN inf']).same
    for found, expected in (('nan', '1.0'), ('1.0', 'nan'), ('inf', '1.0'), ('-inf', 'inf')):
        comparison = compare_text([f'loss {found}'], [f'loss {expected}'], rtol=0.5)
        assert [d.numbers for d in comparison.differences] == [((found, expected),)]
        assert comparison.largest == float('inf')
    assert compare_text(['inference'], ['nancy']).differences[0].numbers == ()


def test_a_tolerance_is_for_numbers_with_a_point_alone() -> None:
    assert compare_text(['loss 1.02'], ['loss 1.00'], rtol=0.015).same  # and its last digit
    assert not compare_text(['loss 1.03'], ['loss 1.00'], rtol=0.01).same
    assert compare_text(['loss 0.0001'], ['loss 0.0000'], rtol=0.01).same
    assert not compare_text(['step 101'], ['step 100'], rtol=0.5).same
    assert not compare_text(['loss 1.02'], ['cost 1.02'], rtol=0.5).same
    assert not compare_text(['loss 0.0001'], ['loss 0.0000']).same


def test_the_largest_difference_is_a_share_of_the_references() -> None:
    assert compare_text(['1.0 2.5', '4.0'], ['1.0 2.0', '4.1'], rtol=0.5).largest == 0.25


def test_the_padding_of_an_array_is_no_text() -> None:
    lines, reference = ['[0.3144039  0.4411354  0.57]'], ['[0.31440392 0.44113547 0.57]']
    assert compare_text(lines, reference, 1e-6).same
    assert compare_text(['[ 0.5 -0.25]'], ['[0.125 -0.25]']).differences[0].numbers == (
        ('0.5', '0.125'),)
    assert not compare_text(['a  0.5'], ['a 0.5']).same
    assert not compare_text(['a 0.5  b'], ['a 0.25  c'], 1.0).same


def test_a_dash_is_no_minus() -> None:
    assert compare_text(['2016-08-01'], ['2016-08-02']).differences[0].numbers == (('01', '02'),)


def test_endless_exponents_end_nothing() -> None:
    assert not compare_text(['1e999999999'], ['1e-999999999'], rtol=0.1).same
    assert not compare_text(['9' * 5000], ['9' * 4999]).same


@pytest.mark.parametrize('found, expected, same', [
    ('0.882812', '0.8828125', True), ('0.8828125', '0.882812', True), ('0.8828', '0.8834', False),
    ('0.88', '0.8828125', False), ('0.882', '0.8828125', False), ('3', '3.0001', False)])
def test_a_number_may_be_printed_in_fewer_digits(found: str, expected: str, same: bool) -> None:
    assert compare_text([f'acc {found}'], [f'acc {expected}']).same == same
