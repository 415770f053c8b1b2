"""The ladder: a script's run on today's TensorFlow beside its run on 1.x, rung by rung.

The rungs are the graph, the op seeds, the initial values, the numbers of the session runs, the
files that were written, and the printed lines.  What differs on one rung explains what differs on
those below it, so the report goes down to the first difference that matters.
"""
import math
from typing import (
    Any,
    Callable,
    Dict,
    Iterator,
    List,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
)

from reproduce.comparison.text import TextComparison, compare_text
from reproduce.legacy.observe import AFTERWARDS, FED
from reproduce.legacy.proof.graphs import compare_graphs
from reproduce.legacy.proof.printed import without_times
from reproduce.legacy.proof.recording import Recording, Run
from reproduce.legacy.proof.rounding import (
    SOME_ULPS,
    Drift,
    Place,
    apart,
    drift,
    first_unexplained,
)

SAME, HARMLESS, ROUNDING, UNKNOWN, DIFFERENT = (
    'same', 'harmless', 'rounding', 'unknown', 'different')
_HOLDS = (SAME, HARMLESS, ROUNDING)

# What a script prints may be so many times as far apart as what it fetches, such as a difference
# of two losses.
_REACH = 1000.0
_LEAST = 1e-12


class Control(NamedTuple):
    """A run of a side that differs from that side's first run by rounding alone, or by nothing."""

    name: str  # what is another, such as 'with 1 thread'
    here: bool  # whether it is made here
    make: Callable[[], Recording]
    repeats: bool = False  # whether it is the same run again


class Rung(NamedTuple):
    """What one comparison gave."""

    name: str
    state: str  # SAME, HARMLESS, ROUNDING, UNKNOWN or DIFFERENT
    text: str
    facts: Dict[str, Any]

    @property
    def holds(self) -> bool:
        """Whether the two are the same here, exactly or by proven rounding."""
        return self.state in _HOLDS


class Report(NamedTuple):
    """The ladder, climbed down."""

    verdict: str
    rungs: Tuple[Rung, ...]
    same: bool  # whether every rung holds
    facts: Dict[str, Any]

    @property
    def text(self) -> str:
        """The verdict, then a line a rung."""
        width = max(len(rung.name) for rung in self.rungs) + 2
        return '\n'.join([self.verdict] + [
            f'  {rung.name:<{width}}{rung.text}' for rung in self.rungs])


def climb(here: Recording, there: Recording, controls: Sequence[Control],
          reseeded: Optional[Callable[[], Recording]] = None, ignore: Sequence[str] = ()
          ) -> Report:
    """Compare a script's run here with its run on TensorFlow 1.x.

    Args:
      here: the run on today's TensorFlow.
      there: the run on 1.x, with the same seed.
      controls: runs that show what rounding does, the repeated ones first.  They are made one by
        one, where the numbers differ by more than some ulps, until they explain it.
      reseeded: makes the run here with the op seeds that 1.x derived, by which the lower rungs
        are climbed where the op seeds differ.
      ignore: regular expressions of what is left out of printed lines.

    Returns:
      The report.
    """
    rungs = [_graph_rung(here, there), _seeds_rung(here, there)]
    again, made = here, _Controls(controls, here, there)
    if rungs[-1].facts.get('first') and reseeded:
        again = reseeded()
        made = _Controls([one for one in controls if not one.here], again, there)
    if rungs[-1].holds or again is not here:
        rungs.append(_initial_rung(again, there))
        if rungs[-1].holds:
            rungs.append(_runs_rung(again, there, made))
            rungs += _files_rungs(again, there, made, rungs[-1], ignore)
    printed = _printed_rung(here, there, ignore)
    rungs.append(printed)
    rungs += _end_rungs(here, there)
    verdict = _verdict(here, there, rungs, again is not here)
    same = all(rung.holds for rung in rungs)
    facts = {'same': same, 'same_output': printed.state == SAME, 'verdict': verdict,
             'here': here.versions, 'there': there.versions,
             'rungs': [dict(rung.facts, rung=rung.name, state=rung.state, text=rung.text)
                       for rung in rungs]}
    return Report(verdict, tuple(rungs), same, facts)


class _Controls:
    """The controls, each made when it is first asked for."""

    def __init__(self, controls: Sequence[Control], here: Recording, there: Recording) -> None:
        self._controls = controls
        self._first = {True: here, False: there}
        self._made: Dict[int, Recording] = {}

    def __iter__(self) -> Iterator[Tuple[Control, Recording, Recording]]:
        """Each control, its run, and its side's first run."""
        for number, control in enumerate(self._controls):
            if number not in self._made:
                self._made[number] = control.make()
            yield control, self._made[number], self._first[control.here]


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


def _runs_rung(here: Recording, there: Recording, controls: _Controls) -> Rung:
    found = drift(here, there)
    facts = {'runs': [here.all_runs, there.all_runs], 'compared': found.compared}
    if here.eager or there.eager:
        return Rung('session runs', UNKNOWN, 'the script computes eagerly, without sessions, '
                    'where nothing is seen of it', facts)
    most = max(here.all_runs, there.all_runs)
    text = f'{_runs(most)}, {found.numbers} values; '
    if found.compared < most:
        text = f'the first {found.compared} of {text}'
    if there.elsewhere:
        text = f'{text}without {_runs(there.elsewhere)} of other threads; '
    return _judged('session runs', text, found, facts, controls, drift)


def _judged(name: str, text: str, found: Drift, facts: Dict[str, Any], controls: _Controls,
            measure: Callable[[Recording, Recording], Drift]) -> Rung:
    """Whether the drift is none, rounding, or a change, by what `measure` says of the controls."""
    facts.update(numbers=found.numbers, first=_place_facts(found.first),
                 largest=_place_facts(found.largest), choices=list(found.choices[:1000]),
                 mismatch=found.mismatch, other_data=found.other_data, controls=[],
                 continuous=found.continuous)

    def rung(state: str, more: str) -> Rung:
        return Rung(name, state, text + more, facts)

    if found.same:
        return rung(SAME, 'all are the same, bit for bit')
    text += _drift_text(found)
    if found.other_data:
        run, what = found.other_data
        return rung(DIFFERENT, f'; {_named(what)} is the first of all, in run {run}: other data, '
                    'or the same in another order')
    if found.in_last_digits:
        return rung(ROUNDING, ': rounding')
    drifts: List[Drift] = []
    for control, run, first in controls:
        drifts.append(measure(run, first))
        size = drifts[-1].largest.size if drifts[-1].largest else 0.0
        side = "today's TensorFlow" if control.here else '1.x'
        facts['controls'].append({'side': side, 'name': control.name, 'largest': _as_json(size)})
        if control.repeats and drifts[-1].at_once:
            facts['race'] = side
            return rung(UNKNOWN, f'; {side} differs from itself as much as {_share(size)} when it '
                        'is run again, at once: a race, or what no seed decides')
        if first_unexplained(found, drifts) is None:
            if found.hidden and not any(one.hidden for one in drifts):
                run_number, what = found.hidden
                return rung(UNKNOWN, f'; a part of {_named(what)} differs in run {run_number}, and '
                            'nothing that was kept of it shows by how much')
            return rung(ROUNDING, f'; {side} differs from itself by {_share(size)} '
                        f'{control.name}: rounding')
    unexplained = first_unexplained(found, drifts)
    facts['unexplained'] = unexplained
    if not found.continuous:
        text += '; nothing else came out that could tell rounding from a change, such as a loss'
    elif drifts and unexplained is not None:
        number, what = unexplained
        text += f'; from run {number} on {_named(what) if what else "it"} is farther off than ' \
                f'rounding takes it, as {len(drifts)} runs of one side show: a change'
    return rung(DIFFERENT, '')


def _files_rungs(here: Recording, there: Recording, controls: _Controls, runs: Rung,
                 ignore: Sequence[str]) -> List[Rung]:
    """What the script wrote; nothing where it wrote nothing, or an old recording does not say."""
    if here.about is None or there.about is None or here.files == there.files == {}:
        return []
    if here.files is None or there.files is None:
        return [Rung('files', UNKNOWN, 'the folder holds too many to look at', {})]
    for name in sorted({*here.files, *there.files}):
        if (name in here.files) != (name in there.files):
            return [Rung('files', DIFFERENT, f'`{name}` is written '
                         f'{"here" if name in here.files else "there"} alone', {'first': name})]
        found, expected = here.files[name], there.files[name]
        if found.digest != expected.digest or (found.text is None) != (expected.text is None):
            return [Rung('files', DIFFERENT, f'`{name}` is another here', {'first': name})]
        if found.text is not None and expected.text is not None:
            text = _printed(found.text, expected.text, ignore)
            if not text.same and not _prints_rounding(found.text, expected.text, runs):
                return [Rung('files', DIFFERENT, f'`{name}` is another here, first '
                             f'{text.differences[0]}', {'first': name})]
    words = f'{len(there.files)} written; '
    return [_judged('files', words, _files_drift(here, there), {}, controls, _files_drift)]


def _files_drift(here: Recording, there: Recording) -> Drift:
    """How far the numbers in the files are apart."""
    def as_run(recording: Recording) -> Recording:
        values = tuple(value._replace(name=f'{name}: {value.name}')
                       for name, file in sorted((recording.files or {}).items())
                       for value in file.values)
        return recording._replace(runs=(Run(-1, None, values),), all_runs=1)
    return drift(as_run(here), as_run(there))


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
    return _counted(count, 'run')


def _counted(count: int, thing: str) -> str:
    """So many of a thing: 1 line, 2 lines."""
    return f'{count} {thing}' if count == 1 else f'{count} {thing}s'


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


def _printed(lines: Sequence[str], reference: Sequence[str],
             ignore: Sequence[str]) -> TextComparison:
    """The comparison of what was printed, but for times and what is to be ignored."""
    return compare_text(*without_times(lines, reference, ignore))


def _printed_rung(here: Recording, there: Recording, ignore: Sequence[str]) -> Rung:
    printed = _printed(here.lines, there.lines, ignore)
    facts = {'lines': printed.compared, 'differing': len(printed.differences),
             'first': str(printed.differences[0]) if printed.differences else None,
             'words': sum(not one.numbers for one in printed.differences),
             'largest': _as_json(printed.largest)}
    if printed.same:
        return Rung('printed lines', SAME, f'all {printed.compared} are the same', facts)
    return Rung('printed lines', DIFFERENT,
                f'{len(printed.differences)} of {printed.compared} differ, first '
                f'{printed.differences[0]}', facts)


def _prints_rounding(lines: Sequence[str], reference: Sequence[str], runs: Rung) -> bool:
    """Whether other digits are printed for the rounding that the session runs show."""
    largest = float(runs.facts['largest']['size']) if runs.facts['largest'] else 0.0
    near = compare_text(lines, reference, max(_REACH * largest, _LEAST)).same
    return runs.state == ROUNDING and (near or bool(runs.facts['choices']))


def _end_rungs(here: Recording, there: Recording) -> List[Rung]:
    """How the script ended, where that was not as it should."""
    if not (here.error or there.error or here.exit or there.exit):
        return []
    ends = [_end(one) for one in (here, there)]
    facts = {'here': ends[0], 'there': ends[1]}
    if ends[0] == ends[1]:
        return [Rung('end', SAME, f'it {ends[0]}, here as there', facts)]
    return [Rung('end', DIFFERENT, f'it {ends[0]} here, and {ends[1]} there', facts)]


def _end(recording: Recording) -> str:
    error = recording.error
    if error is None:
        return f'ends with exit code {recording.exit}' if recording.exit else 'ends well'
    line = f' in line {error["line"]}' if error['line'] else ''
    message = f' ({error["message"]})' if error['message'] else ''
    return f'stops with {error["type"]}{line}{message}'


def _verdict(here: Recording, there: Recording, rungs: List[Rung], reseeded: bool) -> str:
    by_name = {rung.name: rung for rung in rungs}
    printed, end = by_name['printed lines'], by_name.get('end')
    if all(rung.holds for rung in rungs):
        return (f'same: {_side(here)} computes and prints what {_side(there)} does, '
                + _counted(printed.facts['lines'], 'line'))
    if end is not None and end.state == DIFFERENT:
        return f'differs: the script {end.text[3:]}'
    # The graph comes last: what it explains shows on another rung.
    first = next((rung for rung in rungs[1:] + rungs[:1] if not rung.holds), printed)
    unshown = ', though it prints the same' if printed.state == SAME else ''
    if first.state == UNKNOWN:
        return f'unknown{unshown}: {_why_unknown(first)}'
    if first.name == 'op seeds':
        return f'differs: {_why_seeds_differ(first, rungs, reseeded)}{unshown}'
    if first.name == 'initial values':
        return f'differs: the same seeds give other initial values here{unshown}'
    if first.name == 'session runs':
        return f'differs: {_why_runs_differ(first)}{unshown}'
    if first.name == 'files':
        return f'differs: the script writes other files here{unshown}'
    if first.name == 'graph':
        return f'differs: the graph is another here{unshown}, and all that came out is the same'
    return f'differs{_printed_alone(here, there, printed, by_name["session runs"])}'


def _side(recording: Recording) -> str:
    """What a run was made by."""
    version = f'TensorFlow {recording.versions.get("tensorflow", "of an ended process")}'
    runtime = (recording.about or {}).get('runtime')
    return f"{version}'s Python on {runtime}" if runtime else version


def _why_unknown(rung: Rung) -> str:
    if 'race' in rung.facts:
        return ('two runs of the same program differ; a race, such as a loss fetched together '
                'with its update, has no order: give it one by tf.control_dependencies, or seed '
                'what is random')
    if rung.name == 'files':
        return 'not all files that the script wrote could be compared'
    return 'not all that the script computes could be compared'


def _why_seeds_differ(seeds: Rung, rungs: List[Rung], reseeded: bool) -> str:
    if seeds.facts.get('first') is None:
        return ('random operations have no seed, and no two runs are the same; give a seed, '
                '--seed N, or set it in the graph that the script builds')
    between = rungs[2:[rung.name for rung in rungs].index('printed lines')]
    if reseeded and all(rung.holds for rung in between):
        return ("random operations get other seeds here; with those of 1.x, all else that it "
                'computes is the same')
    return 'random operations get other seeds here'


def _why_runs_differ(runs: Rung) -> str:
    if runs.facts['other_data']:
        return ('the script feeds other data here; look at what it reads and in what order: newer '
                'Pythons order a set of strings otherwise')
    if not runs.facts['continuous']:
        return ('choices are others here, and nothing tells whether rounding made them so; let '
                'the script fetch its loss')
    return 'the program computes something else here, and not by rounding'


def _printed_alone(here: Recording, there: Recording, printed: Rung, runs: Rung) -> str:
    """What the printed lines say where all the rungs above them agree."""
    if printed.facts['words']:
        return ": TensorFlow's numbers are the same, and other text is printed"
    if _prints_rounding(here.lines, there.lines, runs):
        return (' by rounding: some printed digits are others, and nothing but rounding makes '
                'them so')
    return (": TensorFlow's numbers are the same, and others are printed, such as what the script "
            'reckons itself')
