"""The ladder tells a change from rounding, on recordings of real TensorFlow 1.15 and of 2.21."""
import json
import math
from typing import List, Optional, Tuple

import pytest
from recorded import recorded

from reproduce.legacy.proof.ladder import (
    DIFFERENT,
    ROUNDING,
    SAME,
    Control,
    Report,
    climb,
)
from reproduce.legacy.proof.recording import Recording


def controls(name: str, made: Optional[List[str]] = None) -> List[Control]:
    """1.15's controls of a script; `made` gets the names of those that the ladder asks for."""
    def control(change: str) -> Control:
        recording = f'{name}-there-{change}'

        def make() -> Recording:
            if made is not None:
                made.append(recording)
            return recorded(recording)
        return Control(change, False, make)
    return [control('thread'), control('nudged')]


def ladder(change: str) -> Report:
    return climb(recorded(f'changed-here-{change}'), recorded('changed-there'),
                 controls('changed'))


def states(report: Report) -> List[Tuple[str, str]]:
    return [(rung.name, rung.state) for rung in report.rungs]


def text_of(report: Report, name: str) -> str:
    return next(rung.text for rung in report.rungs if rung.name == name)


def test_an_unchanged_script_is_the_same_on_all_rungs() -> None:
    made: List[str] = []
    report = climb(recorded('changed-here-none'), recorded('changed-there'),
                   controls('changed', made))
    assert report.same
    assert report.verdict == ("same: TensorFlow 1.15.5's Python on 2.21.0 computes and prints what "
                              'TensorFlow 1.15.5 does, 3 lines')
    assert states(report) == [('graph', SAME), ('op seeds', SAME), ('initial values', SAME),
                              ('session runs', ROUNDING), ('printed lines', SAME)]
    assert made == []  # no control where the last digits alone differ


def test_a_recording_is_the_same_as_itself_bit_for_bit() -> None:
    for name in ('changed-there', 'zero-bias-there', 'several-there'):
        report = climb(recorded(name), recorded(name), [])
        assert {state for _, state in states(report)} == {SAME}
        assert report.same
        assert 'bit for bit' in text_of(report, 'session runs')


def test_another_seed_shows_in_the_initial_values() -> None:
    report = ladder('seed')
    assert not report.same
    assert states(report)[1:] == [('op seeds', SAME), ('initial values', DIFFERENT),
                                  ('printed lines', DIFFERENT)]
    assert report.verdict == 'differs: the same seeds give other initial values here'
    assert 'variables begin otherwise, first: `Variable`' in text_of(report, 'initial values')


def test_another_operation_shows_in_the_graph_and_in_the_op_seeds() -> None:
    report = ladder('more')
    assert states(report) == [('graph', DIFFERENT), ('op seeds', DIFFERENT),
                              ('printed lines', DIFFERENT)]
    assert '`Const' in text_of(report, 'graph')
    assert 'the first that differs is number 1: ' in text_of(report, 'op seeds')
    assert report.verdict == 'differs: random operations get other seeds here'


def test_below_other_op_seeds_the_ladder_is_climbed_with_those_of_1x() -> None:
    there = recorded('changed-there')
    for run, said in (('none', '; with those of 1.x, all else that it computes is the same'),
                      ('rate', '')):
        report = climb(recorded('changed-here-more'), there, controls('changed'),
                       lambda run=run: recorded(f'changed-here-{run}'))
        assert not report.same
        assert states(report)[1:3] == [('op seeds', DIFFERENT), ('initial values', SAME)]
        assert states(report)[3] == ('session runs', DIFFERENT if run == 'rate' else ROUNDING)
        assert report.verdict == 'differs: random operations get other seeds here' + said


@pytest.mark.parametrize('change, first, node', [
    ('layer', 2, '`Sigmoid` (Sigmoid) is missing here'), ('rate', 2, '`Adam/learning_rate`'),
    ('epsilon', 2, '`Adam/epsilon` has the value 9.99'), ('schedule', 43, None),
    ('data', 21, None)])
def test_a_change_is_no_rounding(change: str, first: int, node: Optional[str]) -> None:
    report = ladder(change)
    assert not report.same
    assert states(report)[1:] == [('op seeds', SAME), ('initial values', SAME),
                                  ('session runs', DIFFERENT), ('printed lines', DIFFERENT)]
    assert report.verdict.startswith('differs: the program computes something else here')
    runs = report.facts['rungs'][3]
    assert [control['name'] for control in runs['controls']] == ['thread', 'nudged']
    assert first <= runs['unexplained'][0] <= first + 8  # soon after it has begun
    if node is not None:
        assert node in text_of(report, 'graph')


def test_a_zero_gradient_scaled_up_by_adam_is_rounding() -> None:
    made: List[str] = []
    report = climb(recorded('zero-bias-here'), recorded('zero-bias-there'),
                   controls('zero-bias', made))
    assert not report.same
    assert report.verdict.startswith('differs by rounding')
    assert states(report)[1:] == [('op seeds', SAME), ('initial values', SAME),
                                  ('session runs', ROUNDING), ('printed lines', DIFFERENT)]
    largest = report.facts['rungs'][3]['largest']
    assert largest['name'] == 'bias:0'
    assert largest['size'] > 0.1
    assert made


def test_rounding_has_to_be_shown() -> None:
    """The same differences without a control that has them are called a change."""
    report = climb(recorded('zero-bias-here'), recorded('zero-bias-there'),
                   [Control('nothing', False, lambda: recorded('zero-bias-there'))])
    assert ('session runs', DIFFERENT) in states(report)


def test_an_error_on_one_side_differs_and_the_rest_is_compared() -> None:
    report = ladder('crash')
    assert not report.same
    assert report.verdict == ('differs: the script stops with ZeroDivisionError in line 40 '
                              '(division by zero) here, and ends well there')
    assert states(report)[3:] == [('session runs', ROUNDING), ('printed lines', DIFFERENT),
                                  ('end', DIFFERENT)]


def test_the_same_error_on_both_sides_is_the_same() -> None:
    there = recorded('changed-there')
    error = {'type': 'ValueError', 'message': 'no', 'line': 3, 'missing': False}
    failed = there._replace(error=error, exit=1)
    report = climb(failed, failed, [])
    assert report.same
    assert report.rungs[-1].text == 'it stops with ValueError in line 3 (no), here as there'
    assert not climb(failed, failed._replace(error=None, exit=0), []).same


def test_a_killed_process_differs() -> None:
    there = recorded('changed-there')
    error = {'type': 'signal 9', 'message': '', 'line': None, 'missing': False}
    killed = there._replace(error=error, exit=-9, seeds=(), graphs=(), initial={},
                            runs=there.runs[:10], all_runs=10, lines=(), versions={})
    assert climb(killed, there, []).verdict == ('differs: the script stops with signal 9 here, '
                                                'and ends well there')


def test_operations_without_a_seed_are_named() -> None:
    there = recorded('changed-there')._replace(unseeded=2)
    here = recorded('changed-here-seed')._replace(unseeded=2)
    report = climb(here, there, [])
    assert 'random operations have no seed' in report.verdict
    assert '2 random operations there and 2 here have no seed at all' in text_of(
        report, 'op seeds')


def test_other_text_with_the_same_numbers_is_no_rounding() -> None:
    there = recorded('changed-there')
    first, *rest = there.lines
    for lines, said in (((first, *rest, 'TensorFlow 2'), 'other text is printed'),
                        (('Step 20, loss 7.5', *rest), 'other text is printed'),
                        ((first.replace('20', '21'), *rest), 'such as what the script')):
        report = climb(recorded('changed-here-none')._replace(lines=lines), there, [])
        assert said in report.verdict
        assert not report.same


def test_a_last_digit_rounded_otherwise_is_rounding() -> None:
    there = recorded('changed-there')
    value = there.lines[0].split('loss ')[1].split(',')[0]
    other = f'{float(value) + 0.0001:.4f}'
    report = climb(recorded('changed-here-none')._replace(
        lines=(there.lines[0].replace(value, other),) + there.lines[1:]), there, [])
    assert report.verdict.startswith('differs by rounding')


def test_choices_alone_tell_no_rounding_from_a_change() -> None:
    there = recorded('changed-there')

    def with_accuracies(number: float) -> Recording:
        runs = tuple(run._replace(values=tuple(
            value._replace(numbers=(number,), digest=str(number)) for value in run.values
            if value.name == 'Mean_1:0')) for run in there.runs)
        return there._replace(runs=runs, lines=(str(number),))

    report = climb(with_accuracies(0.75), with_accuracies(0.5), controls('changed'))
    assert ('session runs', DIFFERENT) in states(report)
    assert report.verdict.startswith('differs: choices are others here, and nothing tells')


def test_a_change_that_nothing_printed_shows_is_said() -> None:
    there = recorded('changed-there')
    report = climb(recorded('changed-here-rate')._replace(lines=there.lines), there,
                   controls('changed'))
    assert not report.same
    assert report.verdict == ('differs: the program computes something else here, and not by '
                              'rounding, though it prints the same')


def test_other_fetches_are_named() -> None:
    there = recorded('changed-there')
    fewer = there.runs[5]._replace(values=there.runs[5].values[:-1])
    here = there._replace(runs=there.runs[:5] + (fewer,) + there.runs[6:])
    text = text_of(climb(here, there, []), 'session runs')
    assert 'session run 6 takes or gives ' in text
    text = text_of(climb(there._replace(runs=there.runs[:-1], all_runs=there.all_runs - 1),
                         there, []), 'session runs')
    assert 'the session runs 63 times here, 64 times there' in text


def test_infinite_and_undefined_numbers_are_compared() -> None:
    there = recorded('changed-there')

    def with_loss(number: float) -> Recording:
        run = there.runs[9]
        values = run.values[:-1] + (run.values[-1]._replace(numbers=(number,), digest='other'),)
        return there._replace(runs=there.runs[:9] + (run._replace(values=values),)
                              + there.runs[10:])

    assert 'by more than any number' in text_of(climb(with_loss(math.nan), there, []),
                                                'session runs')
    both = climb(with_loss(math.nan), with_loss(math.nan), [])
    assert ('session runs', SAME) in states(both)
    report = climb(with_loss(math.inf), there, [])
    json.dumps(report.facts, allow_nan=False)
    assert ('session runs', DIFFERENT) in states(report)


def test_the_report_begins_with_the_verdict_and_has_a_line_a_rung() -> None:
    report = ladder('none')
    first, *rest = report.text.splitlines()
    assert first == report.verdict
    assert [line.split('  ')[1] for line in rest] == [rung.name for rung in report.rungs]
    assert report.facts['there']['tensorflow'] == '1.15.5'
