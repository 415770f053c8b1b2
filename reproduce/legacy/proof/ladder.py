"""The ladder: a script's run on today's TensorFlow beside its run on 1.x, rung by rung.

The rungs are the graph, the op seeds, the initial values, the numbers of the session runs and
the printed lines.  What differs on one rung explains what differs on those below it, so the
report goes down to the first difference that matters.
"""
import math
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

from reproduce.comparison.text import TextComparison, compare_text
from reproduce.legacy.observe import AFTERWARDS, FED
from reproduce.legacy.proof.graphs import compare_graphs
from reproduce.legacy.proof.recording import Recording
from reproduce.legacy.proof.rounding import (
    SOME_ULPS,
    Drift,
    Place,
    apart,
    drift,
    first_unexplained,
)

SAME, HARMLESS, ROUNDING, DIFFERENT = 'same', 'harmless', 'rounding', 'different'

# What a script prints may be so many times as far apart as what it fetches, such as a difference
# of two losses.
_REACH = 1000.0
_LEAST = 1e-12


class Control(NamedTuple):
    """A run of a side that differs from that side's first run by rounding alone."""

    name: str  # what is another, such as 'with 1 thread'
    here: bool  # whether it is made here
    make: Callable[[], Recording]


class Rung(NamedTuple):
    """What one comparison gave."""

    name: str
    state: str  # SAME, HARMLESS, ROUNDING or DIFFERENT
    text: str
    facts: Dict[str, Any]


class Report(NamedTuple):
    """The ladder, climbed down."""

    verdict: str
    rungs: Tuple[Rung, ...]
    same: bool  # whether both printed the same
    facts: Dict[str, Any]

    @property
    def text(self) -> str:
        """The verdict, then a line a rung."""
        width = max(len(rung.name) for rung in self.rungs) + 2
        return '\n'.join([self.verdict] + [
            f'  {rung.name:<{width}}{rung.text}' for rung in self.rungs])


def climb(here: Recording, there: Recording, controls: Sequence[Control]) -> Report:
    """Compare a script's run here with its run on TensorFlow 1.x.

    Args:
      here: the run on today's TensorFlow.
      there: the run on 1.x, with the same seed.
      controls: runs that show what rounding does.  They are made one by one, where the numbers
        differ by more than some ulps, until they explain it.

    Returns:
      The report.
    """
    printed = compare_text(here.lines, there.lines)
    rungs = [_graph_rung(here, there)]
    for rung in (_seeds_rung, _initial_rung):
        rungs.append(rung(here, there))
        if rungs[-1].state == DIFFERENT:
            break
    else:
        rungs.append(_runs_rung(here, there, controls))
    rungs.append(_printed_rung(printed))
    end = _end_rung(here, there)
    if end is not None:
        rungs.append(end)
    verdict = _verdict(here, there, rungs)
    facts = {'same_output': printed.same, 'verdict': verdict, 'here': here.versions,
             'there': there.versions,
             'rungs': [dict(rung.facts, rung=rung.name, state=rung.state, text=rung.text)
                       for rung in rungs]}
    return Report(verdict, tuple(rungs), printed.same and (end is None or end.state == SAME),
                  facts)


def _graph_rung(here: Recording, there: Recording) -> Rung:
    comparison = compare_graphs(here.graphs, there.graphs)
    unknown, known = comparison.unknown, comparison.known
    facts = {'nodes': comparison.nodes, 'reference_nodes': comparison.reference_nodes,
             'known': known,
             'unknown': [one._asdict() for one in unknown[:100]], 'all_unknown': len(unknown)}
    if not comparison.differences:
        return Rung('graph', SAME, f'all {comparison.nodes} nodes are the same', facts)
    text = f'{comparison.reference_nodes} nodes there, {comparison.nodes} here; '
    if known:
        text += f'{sum(known.values())} differ as is known and harmless ({_counts(known)})'
    if not unknown:
        return Rung('graph', HARMLESS, text, facts)
    text += f'{", and " if known else ""}{len(unknown)} otherwise, first {unknown[0]}'
    return Rung('graph', DIFFERENT, text, facts)


def _counts(known: Dict[str, int]) -> str:
    ordered = sorted(known.items(), key=lambda item: -item[1])
    return '; '.join(f'{reason}: {count}' for reason, count in ordered)


def _seeds_rung(here: Recording, there: Recording) -> Rung:
    found, expected = ([seed for seed, _ in one.seeds] for one in (here, there))
    facts = {'here': found[:1000], 'there': expected[:1000], 'unseeded': there.unseeded}
    unseeded = ''
    if there.unseeded or here.unseeded:
        unseeded = (f'; {there.unseeded} random operations there and {here.unseeded} here have '
                    'no seed at all, and draw other numbers at each run')
    if found == expected:
        text = f'all {len(found)} are the same' if found else 'none was derived'
        return Rung('op seeds', DIFFERENT if unseeded else SAME, text + unseeded, facts)
    number = next((number for number, pair in enumerate(zip(found, expected))
                   if pair[0] != pair[1]), min(len(found), len(expected)))
    facts['first'] = number + 1
    return Rung('op seeds', DIFFERENT,
                f'{len(expected)} there, {len(found)} here; the first that differs is number '
                f'{number + 1}: {_seed(here, number)} here, {_seed(there, number)} there'
                + unseeded, facts)


def _seed(recording: Recording, number: int) -> str:
    if number >= len(recording.seeds):
        return 'none'
    seed, scope = recording.seeds[number]
    return f'{seed} for `{scope}`' if scope else str(seed)


def _initial_rung(here: Recording, there: Recording) -> Rung:
    names = list(there.initial) + [key for key in here.initial if key not in there.initial]
    differing: List[Tuple[str, float]] = []
    for key in names:
        found, expected = here.initial.get(key), there.initial.get(key)
        if found is None or expected is None:
            differing.append((f'`{key[1]}` is {"there" if found is None else "here"} alone',
                              math.inf))
        elif found.digest != expected.digest or found.size != expected.size:
            differing.append((f'`{key[1]}` {_apart_text(found, expected)}',
                              apart(found, expected)))
    facts = {'variables': len(names), 'differing': [text for text, _ in differing[:1000]]}
    if not differing:
        return Rung('initial values', SAME,
                    f'all {len(names)} variables begin the same, bit for bit', facts)
    text = f'{len(differing)} of {len(names)} variables begin otherwise, first: {differing[0][0]}'
    if all(size <= SOME_ULPS for _, size in differing):
        return Rung('initial values', ROUNDING, text + ': rounding', facts)
    return Rung('initial values', DIFFERENT, text, facts)


def _apart_text(found: Any, expected: Any) -> str:
    if (found.type, found.size) != (expected.type, expected.size):
        return (f'has {found.size} x {found.type} here, {expected.size} x {expected.type} there')
    for one, other in zip(found.numbers, expected.numbers):
        if one != other:
            return f'has {one:.9g} here, {other:.9g} there'
    return 'has another digest'


def _runs_rung(here: Recording, there: Recording, controls: Sequence[Control]) -> Rung:
    found = drift(here, there)
    facts = {'runs': [here.all_runs, there.all_runs], 'compared': found.compared,
             'numbers': found.numbers,
             'first': _place_facts(found.first), 'largest': _place_facts(found.largest),
             'choices': list(found.choices[:1000]), 'mismatch': found.mismatch, 'controls': []}
    most = max(here.all_runs, there.all_runs)
    text = f'{_runs(most)}, {found.numbers} values; '
    if found.compared < most:
        text = f'the first {found.compared} of {text}'
    if there.elsewhere:
        text = f'{text}without {_runs(there.elsewhere)} of other threads; '
    if found.same:
        return Rung('session runs', SAME, text + 'all are the same, bit for bit', facts)
    text += _drift_text(found)
    facts['other_data'] = found.other_data
    if found.other_data:
        run, name = found.other_data
        return Rung('session runs', DIFFERENT, f'{text}; {_named(name)} is the first of all, in '
                    f'run {run}: other data, or the same in another order', facts)
    if found.in_last_digits:
        return Rung('session runs', ROUNDING, text + ': rounding', facts)
    drifts: List[Drift] = []
    for control in controls:
        drifts.append(drift(control.make(), here if control.here else there))
        size = drifts[-1].largest.size if drifts[-1].largest else 0.0
        side = "today's TensorFlow" if control.here else '1.x'
        facts['controls'].append({'side': side, 'name': control.name,
                                  'largest': _as_json(size)})
        if first_unexplained(found, drifts) is None:
            return Rung('session runs', ROUNDING, f'{text}; {side} differs from itself by '
                        f'{_share(size)} {control.name}: rounding', facts)
    unexplained = first_unexplained(found, drifts)
    facts.update(unexplained=unexplained, continuous=found.continuous)
    if not found.continuous:
        text += '; nothing else came out that could tell rounding from a change, such as a loss'
    elif drifts and unexplained is not None:
        run, name = unexplained
        text += f'; from run {run} on {_named(name) if name else "it"}' + (
            f' is farther off than rounding takes it, as {len(drifts)} runs of one side show: a '
            'change')
    return Rung('session runs', DIFFERENT, text, facts)


def _place_facts(place: Optional[Place]) -> Optional[Dict[str, Any]]:
    return None if place is None else {
        name: _as_json(value) for name, value in place._asdict().items()}


def _as_json(value: Any) -> Any:
    """JSON has no infinity and no nan; they become text."""
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _drift_text(found: Drift) -> str:
    parts = []
    first, largest = found.first, found.largest
    if first is not None and largest is not None:
        more = 'never by more' if largest.size == first.size else (
            f'at most {_named(largest.name)} in run {largest.run}, by {_share(largest.size)}')
        parts.append(f'the first that differs is {_named(first.name)} in run {first.run}, '
                     f'{first.found:.9g} here, {first.expected:.9g} there, by '
                     f'{_share(first.size)}, {more}')
    if found.choices:
        parts.append('a choice, such as which class is likeliest, is another in '
                     f'{_runs(len(found.choices))}, first in run {found.choices[0]}')
    if found.mismatch is not None:
        parts.append(found.mismatch)
    return '; '.join(parts)


def _named(name: str) -> str:
    """What a number is that has this name in a recording."""
    if name.startswith(AFTERWARDS):
        return f'the variable `{name[len(AFTERWARDS):]}`'
    return f'what is fed to `{name[len(FED):]}`' if name.startswith(FED) else f'`{name}`'


def _runs(count: int) -> str:
    return f'{count} run' if count == 1 else f'{count} runs'


def _share(size: float) -> str:
    """A difference as a share, in words that need no mathematics."""
    if size == 0.0:
        return 'nothing that was kept'
    if not math.isfinite(size):
        return 'more than any number'
    if size >= 0.01:
        return f'{100 * size:.0f} %'
    return f'1 part in {_rounded(1 / size)}'


def _rounded(number: float) -> str:
    """Two digits of a large number, such as 8,400,000."""
    digits = max(0, int(math.floor(math.log10(number))) - 1)
    return f'{round(number / 10**digits) * 10**digits:,}'


def _printed_rung(printed: TextComparison) -> Rung:
    facts = {'lines': printed.compared, 'differing': len(printed.differences),
             'first': str(printed.differences[0]) if printed.differences else None,
             'words': sum(not one.numbers for one in printed.differences),
             'largest': _as_json(printed.largest)}
    if printed.same:
        return Rung('printed lines', SAME, f'all {printed.compared} are the same', facts)
    return Rung('printed lines', DIFFERENT,
                f'{len(printed.differences)} of {printed.compared} differ, first '
                f'{printed.differences[0]}', facts)


def _end_rung(here: Recording, there: Recording) -> Optional[Rung]:
    """How the script ended, where that was not as it should."""
    if not (here.error or there.error or here.exit or there.exit):
        return None
    ends = [_end(one) for one in (here, there)]
    facts = {'here': ends[0], 'there': ends[1]}
    if ends[0] == ends[1]:
        return Rung('end', SAME, f'it {ends[0]}, here as there', facts)
    return Rung('end', DIFFERENT, f'it {ends[0]} here, and {ends[1]} there', facts)


def _end(recording: Recording) -> str:
    error = recording.error
    if error is None:
        return f'ends with exit code {recording.exit}' if recording.exit else 'ends well'
    line = f' in line {error["line"]}' if error['line'] else ''
    message = f' ({error["message"]})' if error['message'] else ''
    return f'stops with {error["type"]}{line}{message}'


def _verdict(here: Recording, there: Recording, rungs: List[Rung]) -> str:
    by_name = {rung.name: rung for rung in rungs}
    versions = [one.versions.get('tensorflow', 'an ended process') for one in (here, there)]
    printed, end = by_name['printed lines'], by_name.get('end')
    if end is not None and end.state == DIFFERENT:
        return f'differs: the script {end.text[3:]}'
    first = next((rung for rung in rungs[1:] if rung.state == DIFFERENT), printed)
    if printed.state == SAME:
        yet = '' if first is printed else f'; yet the {first.name} differ, which it does not show'
        return (f'same: TensorFlow {versions[0]} prints what TensorFlow {versions[1]} prints, '
                f'{printed.facts["lines"]} lines{yet}')
    if first.name == 'op seeds':
        if first.facts.get('first') is None:
            return ('differs: random operations have no seed, and no two runs are the same; give '
                    'a seed, --seed N, or set it in the graph that the script builds')
        return ('differs: random operations get other seeds here; record those of 1.x, '
                '`PYTHON reproduce/legacy/observe.py --record-seeds FILE SCRIPT`, and give them '
                'with --seeds FILE')
    if first.name == 'initial values':
        return 'differs: the same seeds give other initial values here'
    if first.name == 'session runs' and first.facts['other_data']:
        return ('differs: the script feeds other data here; look at what it reads and in what '
                'order: newer Pythons order a set of strings otherwise')
    if first.name == 'session runs' and not first.facts['continuous']:
        return ('differs: choices are others here, and nothing tells whether rounding made them '
                'so; let the script fetch its loss')
    if first.name == 'session runs':
        return 'differs: the program computes something else here, and not by rounding'
    return f'differs{_printed_alone(here, there, printed, by_name["session runs"])}'


def _printed_alone(here: Recording, there: Recording, printed: Rung, runs: Rung) -> str:
    """What the printed lines say where all the rungs above them agree."""
    if printed.facts['words']:
        return ": TensorFlow's numbers are the same, and other text is printed"
    largest = float(runs.facts['largest']['size']) if runs.facts['largest'] else 0.0
    near = compare_text(here.lines, there.lines, max(_REACH * largest, _LEAST)).same
    if runs.state == ROUNDING and (near or runs.facts['choices']):
        return (' by rounding: some printed digits are others, and nothing but rounding makes '
                'them so')
    return (": TensorFlow's numbers are the same, and others are printed, such as a time or what "
            'the script reckons itself')
