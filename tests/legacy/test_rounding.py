"""What is rounding, and which differences of two graphs are known, on small made-up runs."""
from typing import List, Optional, Sequence, Tuple

import numpy as np
import pytest

from reproduce.legacy import observe
from reproduce.legacy.proof.graphs import compare_graphs, decisions
from reproduce.legacy.proof.ladder import Control, climb
from reproduce.legacy.proof.recording import Node, Recording, Run, Value
from reproduce.legacy.proof.rounding import drift, first_unexplained

ULP = 2.0**-23


def recording(losses: Sequence[float], kind: str = 'float32',
              nodes: Sequence[Node] = ()) -> Recording:
    runs = tuple(Run(0, None, (Value('loss:0', kind, 1, repr(loss), (loss,)),))
                 for loss in losses)
    return Recording({}, 0, None, (), 0, (tuple(nodes),), {}, runs, len(runs), 0, ())


def unexplained(sizes: Sequence[float], *controls: Sequence[float]) -> Optional[int]:
    """Where runs that are so far from 1 are no rounding, by controls that are so far from it."""
    one = recording([1.0] * len(sizes))
    found, *others = (drift(recording([1.0 - size for size in run]), one)
                      for run in (sizes, *controls))
    place = first_unexplained(found, others)
    assert place is None or place[1] == 'loss:0'
    return None if place is None else place[0]


def test_some_ulps_need_no_control() -> None:
    one = recording([1.0, 2.0])
    near, far = recording([1.0, 2.0 + 8 * ULP]), recording([1.0, 2.0 + 200 * ULP])
    assert drift(near, one).in_last_digits
    assert not drift(near, one).same
    assert not drift(far, one).in_last_digits
    assert drift(one, one).same


@pytest.mark.parametrize('sizes, control, number', [
    ([0, 0.001, 0.01], [0, 0.001, 0.01], None),
    ([0, 0.001, 0.01], [0, 0, 0], 2),
    ([0] * 9 + [0.01], [0] * 9 + [0.0001], 10),
    ([0] * 9 + [0.01], [0] * 9 + [0.001], None),
    ([0, 0.5] + [0] * 8, [0] * 6 + [0.5] * 4, None),  # a few runs sooner
    ([0, 0.5] + [0] * 9, [0] * 7 + [0.5] * 4, 2),
    ([0, 0.5] + [0] * 9, [0, 0.5], None),  # a control that ended early
    ([0, 0.5], [], 2)])
def test_a_control_has_to_drift_as_far(sizes: List[float], control: List[float],
                                       number: Optional[int]) -> None:
    assert unexplained(sizes, control) == number


def test_one_of_several_controls_is_enough() -> None:
    assert unexplained([0, 0.5], [0, 0]) == 2
    assert unexplained([0, 0.5], [0, 0], [0, 0.4]) is None


def test_what_one_number_does_excuses_no_other() -> None:
    def two(loss: float, weight: float) -> Recording:
        names = recording([loss]).runs[0].values + (
            Value('weight:0', 'float32', 1, repr(weight), (weight,)),)
        return recording([1.0])._replace(runs=(Run(0, None, names),))

    one = two(1.0, 1.0)
    control = drift(two(1.0, 0.5), one)
    assert first_unexplained(drift(two(1.0, 0.5), one), [control]) is None
    assert first_unexplained(drift(two(0.9, 0.5), one), [control]) == (1, 'loss:0')


def test_a_difference_is_a_share_of_the_largest_number_so_far() -> None:
    """A loss that has come down to nothing is not far off by being twice as much."""
    found = drift(recording([2.0, 2e-9]), recording([2.0, 1e-9]))
    assert found.in_last_digits
    assert found.first is not None
    assert (found.first.run, found.first.name) == (2, 'loss:0')


@pytest.mark.parametrize('kind, fed, loss, other', [
    ('int32', [1, 2], [1.0, 2.0], None),
    ('int32', [1, 3], [1.0, 2.5], (2, 'fed x:0')),
    ('float32', [1, 3], [1.0, 2.5], (2, 'fed x:0')),
    ('float32', [1, 2 + 8 * ULP], [1.0, 2.5], None),
    ('int32', [1, 3], [1.5, 2.5], None),  # what has come out before may be the cause
])
def test_other_data_is_fed_before_anything_else_differs(
        kind: str, fed: List[float], loss: List[float], other: Optional[Tuple[int, str]]) -> None:
    def run(number: float, loss: float) -> Run:
        return Run(0, None, (Value('fed x:0', kind, 1, repr(number), (number,)),
                             Value('loss:0', 'float32', 1, repr(loss), (loss,))))

    def feeding(numbers: Sequence[float], losses: Sequence[float]) -> Recording:
        return recording(losses)._replace(runs=tuple(map(run, numbers, losses)),
                                          lines=tuple(map(str, losses)))

    found = feeding(fed, loss)
    expected = feeding([1, 2], [1.0, 2.0])
    assert drift(found, expected).other_data == other
    report = climb(found, expected, [])
    assert ('feeds other data' in report.verdict) == (other is not None)


def test_doubles_are_compared_as_doubles() -> None:
    found = drift(recording([1.0 + 1e-9], 'float64'), recording([1.0], 'float64'))
    assert not found.in_last_digits


GRAPH = (Node('x', 'Placeholder', ()), Node('best', 'ArgMax', ('x', 'axis')),
         Node('axis', 'Const', ()), Node('same', 'Equal', ('best', 'best')),
         Node('cast', 'Cast', ('same',)), Node('mean', 'Mean', ('cast', 'axis')),
         Node('both', 'Add', ('mean', 'x')), Node('size', 'Shape', ('x',)))


def test_an_accuracy_depends_on_choices_alone() -> None:
    names = {'mean:0', 'best:0', 'both:0', 'x:0', 'axis:0', 'size:0', 'unknown:0'}
    assert decisions(GRAPH, names) == {'mean:0', 'best:0'}


def test_another_choice_is_no_drift() -> None:
    nodes = [node._replace(name='loss') if node.name == 'mean' else node for node in GRAPH]
    one = recording([0.5] * 3, nodes=nodes)
    found = drift(recording([0.5, 0.75, 0.5], nodes=nodes), one)
    assert found.sizes == ({}, {}, {})
    assert found.choices == (2,)
    assert not found.in_last_digits  # nothing else was fetched that could tell
    assert first_unexplained(found, [drift(one, one)]) == (2, '')
    assert first_unexplained(found, [found]) is None


def differences(found: Sequence[Node], expected: Sequence[Node]) -> List[Tuple[str, str, bool]]:
    return [(one.name, one.what, one.reason is not None)
            for one in compare_graphs([found], [expected]).differences]


def test_the_differences_of_graphs_are_named() -> None:
    expected = [Node('a', 'Const', (), '1 int32'), Node('add', 'Add', ('a', 'a')),
                Node('Adam/epsilon', 'Const', (), '1e-08 float32'), Node('gone', 'Neg', ('a',)),
                Node('VarIsInitializedOp_1', 'VarIsInitializedOp', ('a',))]
    found = [expected[0], Node('add', 'AddV2', ('a', 'a')),
             Node('Adam/epsilon', 'Const', (), '1e-07 float32'), Node('new', 'Neg', ('a',)),
             Node('VarIsInitializedOp_1', 'VarIsInitializedOp', ('add',))]
    assert differences(found, expected) == [
        ('gone', 'missing', False), ('new', 'extra', False), ('add', 'type', False),
        ('Adam/epsilon', 'value', False), ('VarIsInitializedOp_1', 'inputs', True)]
    comparison = compare_graphs([found], [expected])
    assert [str(one) for one in comparison.unknown] == [
        '`Adam/epsilon` has the value 1e-07 float32 here, 1e-08 float32 there',
        '`gone` (Neg) is missing here', '`new` (Neg) is here alone',
        '`add` has the type AddV2 here, Add there']
    assert comparison.known == {"the order of Keras' set of variables": 1}


def test_other_inputs_and_types_are_unknown() -> None:
    expected = [Node('a', 'Const', (), '1 int32'), Node('b', 'Neg', ('a',)),
                Node('c', 'Sigmoid', ('a', '^b'))]
    assert differences(expected, expected) == []
    for changed in (Node('c', 'Tanh', ('a', '^b')), Node('c', 'Sigmoid', ('b', '^b')),
                    Node('c', 'Sigmoid', ('a',))):
        assert [known for *_, known in differences(expected[:2] + [changed], expected)] == [False]


def test_a_graph_that_one_side_has_alone_is_missing() -> None:
    comparison = compare_graphs([], [GRAPH])
    assert len(comparison.unknown) == comparison.reference_nodes == len(GRAPH)


def array_value(numbers: np.ndarray) -> Value:
    """What the observer keeps of a large array."""
    kept = observe._summary('loss:0', numbers)
    return Value(kept['name'], kept['type'], kept['size'], kept['digest'], tuple(kept['numbers']),
                 tuple(tuple(block) for block in kept['blocks']))


def with_array(numbers: np.ndarray) -> Recording:
    return recording([1.0])._replace(runs=(Run(0, None, (array_value(numbers),)),))


LARGE = np.random.RandomState(0).standard_normal(400_000).astype(np.float32)


def one_turned() -> np.ndarray:
    changed = LARGE.copy()
    changed[123_456] *= -1  # none of the elements that are kept
    return changed


def two_exchanged() -> np.ndarray:
    changed = LARGE.copy()
    changed[[123_456, 123_457]] = changed[[123_457, 123_456]]
    return changed


def test_one_element_of_400_000_with_the_other_sign_is_no_rounding() -> None:
    found = drift(with_array(one_turned()), with_array(LARGE))
    assert not found.in_last_digits
    assert first_unexplained(found, []) == (1, 'loss:0')


def test_two_exchanged_elements_are_no_rounding() -> None:
    found = drift(with_array(two_exchanged()), with_array(LARGE))
    assert not found.same
    assert not found.in_last_digits


def test_the_last_digits_of_a_large_array_are_rounding() -> None:
    ends = np.where(np.arange(LARGE.size) % 2, -np.inf, np.inf).astype(np.float32)
    found = drift(with_array(np.nextafter(LARGE, ends)), with_array(LARGE))
    assert not found.same
    assert found.in_last_digits
    zeros = np.zeros(1000, np.float32)
    assert drift(with_array(-zeros), with_array(zeros)).in_last_digits  # zeros of both signs


def test_a_part_that_differs_where_nothing_kept_shows_it_is_unknown() -> None:
    one = array_value(LARGE)
    digest, *sums = one.blocks[3]
    other = one._replace(digest='other', blocks=(*one.blocks[:3], ('other', *sums),
                                                 *one.blocks[4:]))
    run = with_array(LARGE)
    found = run._replace(runs=(Run(0, None, (other,)),), lines=('done',))
    expected = run._replace(lines=('done',))
    assert drift(found, expected).hidden == (1, 'loss:0')
    report = climb(found, expected, [Control('nothing', False, lambda: expected)])
    assert not report.same
    assert report.verdict.startswith(
        'unknown, though it prints the same: not all that the script computes')


def test_a_race_is_called_one() -> None:
    """A loss that is 36 % off when the same run is made again, at once."""
    there, other = recording([1.0, 2.0, 3.0]), recording([1.0, 1.28, 3.0])
    here = recording([1.0, 1.3, 3.0])
    report = climb(here, there, [Control('when it is run again', False, lambda: other, True)])
    assert not report.same
    assert 'a race' in report.verdict
    steady = Control('when it is run again', False, lambda: there, True)
    assert climb(here, there, [steady]).verdict.startswith('differs: the program computes')


def test_rounding_that_grows_from_run_to_run_is_no_race() -> None:
    there, other = recording([1.0, 2.0, 3.0]), recording([1.0 + ULP, 2.001, 3.1])
    report = climb(recording([1.0 + ULP, 2.002, 3.2]), there,
                   [Control('when it is run again', False, lambda: other, True)])
    assert report.same


@pytest.mark.parametrize('kind', ['int64', 'bool'])
def test_another_whole_number_is_no_rounding(kind: str) -> None:
    """Such as a step that is counted otherwise, beside a loss that is the same."""
    def run(step: int) -> Recording:
        values = recording([1.0 + step * ULP]).runs[0].values + (
            Value('step:0', kind, 1, str(step), (float(step),)),)
        return recording([1.0])._replace(runs=(Run(0, None, values),))

    found = drift(run(1), run(0))
    assert not found.in_last_digits
    assert first_unexplained(found, [drift(run(0), run(0))]) == (1, 'step:0')


def test_a_half_precision_number_excuses_no_other() -> None:
    half = Value('half:0', 'float16', 1, 'same', (1.0,))

    def run(loss: float) -> Recording:
        values = (half, *recording([loss]).runs[0].values)
        return recording([1.0])._replace(runs=(Run(0, None, values),))

    assert not drift(run(1.01), run(1.0)).in_last_digits


def test_an_accuracy_that_is_far_off_needs_a_control_that_is() -> None:
    nodes = [*GRAPH, Node('loss', 'Mean', ('x',))]

    def run(accuracy: float) -> Recording:
        values = (Value('mean:0', 'float32', 1, repr(accuracy), (accuracy,)),
                  *recording([1.0]).runs[0].values)
        return recording([1.0], nodes=nodes)._replace(runs=(Run(0, None, values),))

    one = run(0.9)
    assert drift(run(0.89), one).in_last_digits  # a tie
    assert not drift(run(0.5), one).in_last_digits
    assert first_unexplained(drift(run(0.5), one), [drift(one, one)]) == (1, '')
    assert first_unexplained(drift(run(0.5), one), [drift(run(0.6), one)]) is None


def test_a_variable_at_the_end_shows_what_no_run_does() -> None:
    def run(weight: float) -> Recording:
        end = Run(0, None, (Value('afterwards w', 'float32', 1, repr(weight), (weight,)),), True)
        one = recording([1.0])
        return one._replace(runs=(*one.runs, end), lines=('done',))

    report = climb(run(2.0), run(1.0), [])
    assert not report.same
    assert 'the variable `w` in run 1' in report.text
    assert climb(run(1.0), run(1.0), []).same


def test_a_script_that_computes_eagerly_is_unknown() -> None:
    eager = recording([])._replace(lines=('done',), eager=True)
    report = climb(eager, eager, [])
    assert not report.same
    assert report.verdict.startswith('unknown, though it prints the same: ')
