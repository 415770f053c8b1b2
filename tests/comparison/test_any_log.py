"""Properties of the parser and of the exact comparison, for logs of any kind."""
import io
import re
from typing import List

import pytest
from comparison_logs import LINES, REFERENCE
from conftest import GOLDEN

from reproduce.comparison.contract import check_contract
from reproduce.comparison.exact import compare_exactly
from reproduce.comparison.log import Log, format_log, parse_log
from reproduce.shared.errors import InputError
from reproduce.shared.records import StepRecord

pytest.importorskip('hypothesis', reason='property tests need hypothesis')
from hypothesis import given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

PUBLISHED = (GOLDEN / 'article.log').read_text().splitlines()
LOSSES = st.floats(width=32)
ACCURACIES = st.integers(0, 128).map(lambda right: right / 128)


@given(steps=st.dictionaries(st.integers(1, 10**9), st.tuples(LOSSES, ACCURACIES), min_size=1),
       final=st.none() | ACCURACIES)
def test_what_is_printed_is_parsed(steps: dict, final: object) -> None:
    log = Log(tuple(StepRecord(step, *steps[step]) for step in sorted(steps)),
              final is not None, final, skipped=0)
    text = format_log(log)
    parsed = parse_log(text.splitlines(), 'printed')
    assert format_log(parsed) == text
    assert [record.step for record in parsed.steps] == sorted(steps)
    assert parsed.test_accuracy == final


@given(lines=st.lists(st.text(max_size=80) | st.sampled_from(PUBLISHED), max_size=20))
def test_any_text_is_parsed_or_refused(lines: List[str]) -> None:
    try:
        log = parse_log(lines, 'any')
    except InputError as error:
        assert str(error).startswith('any:')
    else:
        steps = [record.step for record in log.steps]
        assert steps == sorted(set(steps))


@settings(max_examples=500)
@given(number=st.integers(1, len(PUBLISHED)), data=st.data())
def test_a_damaged_line_is_never_skipped(number: int, data: st.DataObject) -> None:
    """A line with one character gone is refused, or is still there, saying a number."""
    line = PUBLISHED[number - 1]
    position = data.draw(st.integers(0, len(line) - 1))
    damaged = [*PUBLISHED]
    damaged[number - 1] = line[:position] + line[position + 1:]
    try:
        log = parse_log(damaged, 'damaged')
        check_contract(log, 'damaged', 128, 128)
    except InputError as error:
        named = number if number < 52 else '5[123]'  # without an end, the last line is named
        assert re.match(f'damaged:{named}: ', str(error))
    else:
        assert (log.skipped, log.finished, len(log.steps)) == (0, True, 51)
        assert log.step_lines + (52, log.test_line) == tuple(range(1, 54))


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


@settings(max_examples=500)
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
        assert abs(log.test_accuracy - REFERENCE.test_accuracy) < 0.001  # maybe in fewer digits
        log = log._replace(test_accuracy=REFERENCE.test_accuracy)
        assert format_log(log).splitlines() == LINES
