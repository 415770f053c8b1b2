"""How far the numbers of two runs are apart, run by run, and whether rounding explains it."""
import math
from typing import Dict, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

from reproduce.legacy.observe import AFTERWARDS, FED
from reproduce.legacy.proof.graphs import decisions
from reproduce.legacy.proof.recording import Recording, Run, Value

# Of numbers of a precision, this is the distance from 1 to the next.
_ULPS = {'float16': 2.0**-10, 'bfloat16': 2.0**-7, 'float32': 2.0**-23, 'float64': 2.0**-52}
# Sums of some hundred numbers, added in another order, are so many ulps apart at once.
SOME_ULPS = 64.0
# Two versions round in more places than one version with another number of threads does, and
# noise may show a few runs sooner.
MARGIN = 16.0
SOONER = 5
# Where two classes tie, one answer of a batch may be another.
TIED = 0.02


class Place(NamedTuple):
    """Where two runs differ."""

    run: int  # of Session.run, from 1
    name: str  # what was fetched or fed
    found: float
    expected: float
    size: float  # the difference as a share of the largest such number so far


class Drift(NamedTuple):
    """The numbers of a run beside the reference's."""

    compared: int  # calls of Session.run
    numbers: int  # arrays and single numbers that were compared
    sizes: Tuple[Dict[str, float], ...]  # of each call, the differences by name, as such shares
    allowed: Dict[str, float]  # by name, what some ulps come to; none of a whole number
    first: Optional[Place]  # the first difference
    largest: Optional[Place]
    farther: Optional[Place]  # the first difference of more than some ulps
    choices: Tuple[int, ...]  # calls in which a choice, such as an accuracy, is another
    choice_size: float  # the largest share by which a choice differs
    continuous: bool  # whether anything but choices came out
    mismatch: Optional[str]  # what can't be compared, such as another shape; it ends the comparison
    other_data: Optional[Tuple[int, str]]  # call and name of what is fed otherwise, where nothing
    #                                        that had come out before was another
    hidden: Optional[Tuple[int, str]]  # call and name of the first array that differs where nothing
    #                                    that was kept of it shows by how much

    @property
    def same(self) -> bool:
        """Whether all is the same, bit for bit."""
        return not (self.first or self.choices or self.mismatch or self.hidden)

    @property
    def in_last_digits(self) -> bool:
        """Whether no number differs by more than some ulps, from the beginning to the end."""
        tie = len(self.choices) <= 1 and self.choice_size <= TIED
        return self.continuous and tie and not (self.mismatch or self.farther or self.hidden)

    @property
    def at_once(self) -> bool:
        """Whether the first difference of all is more than rounding makes in one step."""
        if self.first is None:
            return bool(self.choices) and not self.in_last_digits or self.mismatch is not None
        return self.farther is not None and self.farther == self.first


def drift(recording: Recording, reference: Recording) -> Drift:
    """Compare what was fetched and fed, aligned by the calls of Session.run."""
    choosers = [decisions(graph, _names(reference, number))
                for number, graph in enumerate(reference.graphs)]
    meter = _Meter()
    sizes: List[Dict[str, float]] = []
    choices: List[int] = []
    mismatch = None
    compared = 0
    for run, wanted in _aligned(recording, reference):
        number = compared if wanted.end else compared + 1
        mismatch = _mismatch(run, wanted)
        if mismatch:
            mismatch = f'session run {number} {mismatch}'
            break
        compared = number
        chosen = choosers[wanted.graph] if 0 <= wanted.graph < len(choosers) else set()
        before = meter.choices
        sizes.append({})
        for found, expected in zip(run.values, wanted.values):
            size = meter.size(number, found, expected, chosen)
            if size:
                sizes[-1][expected.name] = size
        if meter.choices > before:
            choices.append(number)
    # A script that an error has ended early is compared as far as it came.
    if (mismatch is None and recording.all_runs != reference.all_runs
            and recording.error == reference.error):
        mismatch = (f'the session runs {recording.all_runs} times here, {reference.all_runs} '
                    'times there')
    return Drift(compared, meter.numbers, tuple(sizes), meter.allowed, meter.first, meter.largest,
                 meter.farther, tuple(choices), meter.choice_size, meter.continuous, mismatch,
                 meter.other_data, meter.hidden)


def _aligned(recording: Recording, reference: Recording) -> Iterator[Tuple[Run, Run]]:
    """The calls of Session.run, each beside the reference's, then the ends of sessions.

    Where one has come farther, its sessions end with other variables.
    """
    (calls, ends), (wanted, wanted_ends) = (
        [[run for run in one.runs if run.end == end] for end in (False, True)]
        for one in (recording, reference))
    yield from zip(calls, wanted)
    if recording.all_runs == reference.all_runs:
        yield from zip(ends, wanted_ends)


def first_unexplained(found: Drift, controls: Sequence[Drift]) -> Optional[Tuple[int, str]]:
    """The first number that is farther from the reference's than rounding explains.

    Args:
      found: the run in question beside the reference.
      controls: runs of one side beside the same side, where rounding alone is another.  What is
        fetched or fed under a name may have drifted MARGIN times as far as it has in a control
        until SOONER calls later, and by some ulps.

    Returns:
      (call of Session.run, from 1, and name); None where rounding explains all.
    """
    reached: Dict[str, float] = {}
    seen = 0
    longest = max([len(control.sizes) for control in controls], default=0)
    for number, sizes in enumerate(found.sizes, start=1):
        while seen < min(number + SOONER, longest):
            for control in controls:
                for name, size in (control.sizes[seen:seen + 1] or ({},))[0].items():
                    reached[name] = max(size, reached.get(name, 0.0))
            seen += 1
        for name, size in sizes.items():
            if size > MARGIN * reached.get(name, 0.0) + found.allowed.get(name, 0.0):
                return min(number, found.compared), name
    if found.mismatch and not any(control.mismatch for control in controls):
        return found.compared + 1, ''
    if found.choices and not _choices_explained(found, controls):
        return found.choices[0], ''
    return None


def _choices_explained(found: Drift, controls: Sequence[Drift]) -> bool:
    """Whether rounding makes as many choices others, and as far, in a control, or one tie does."""
    if len(found.choices) == 1 and found.choice_size <= TIED and found.continuous:
        return True
    return any(len(found.choices) <= MARGIN * len(control.choices)
               and found.choice_size <= MARGIN * control.choice_size for control in controls)


class _Meter:
    """Measures the values of one call after the other."""

    def __init__(self) -> None:
        self.numbers = self.choices = 0
        self.choice_size = 0.0
        self.continuous = False
        self.first: Optional[Place] = None
        self.largest: Optional[Place] = None
        self.farther: Optional[Place] = None
        self.other_data: Optional[Tuple[int, str]] = None
        self.hidden: Optional[Tuple[int, str]] = None
        self.allowed: Dict[str, float] = {}
        self._scales: Dict[str, float] = {}

    def size(self, run: int, found: Value, expected: Value, chosen: Set[str]) -> float:
        """By what share of the largest number so far of this name the two differ."""
        if not expected.type:
            return 0.0
        self.numbers += 1
        choice = expected.name in chosen
        allowed = SOME_ULPS * _ULPS.get(expected.type, 0.0)
        self.allowed[expected.name] = allowed
        self.continuous = self.continuous or not (
            choice or expected.type not in _ULPS or expected.name.startswith(FED))
        scale = self._scale(found, expected)
        if found.digest == expected.digest:
            return 0.0
        if choice:
            self.choices += 1
            self.choice_size = max(self.choice_size, _choice_size(found, expected))
            return 0.0
        if _hides(found, expected):
            self.hidden = self.hidden or (run, expected.name)
        # The numbers may be equal where the digests are not: zeros of both signs are.
        farthest = max(_pairs(found, expected), key=lambda pair: pair[2])
        size = farthest[2] / scale if scale else farthest[2]
        place = Place(run, expected.name, farthest[0], farthest[1], size)
        if size > allowed:
            if expected.name.startswith(FED) and self.first is None and not self.choices:
                self.other_data = run, expected.name
            self.farther = self.farther or place
        self.first = self.first or place
        if self.largest is None or size > self.largest.size:
            self.largest = place
        return size

    def _scale(self, found: Value, expected: Value) -> float:
        """The largest number so far of this name."""
        numbers = [number for value in (found, expected) for number in (
            *value.numbers, *(end for block in value.blocks for end in block[3:]))]
        scale = max([self._scales.get(expected.name, 0.0)] + [
            abs(number) for number in numbers if math.isfinite(number)])
        self._scales[expected.name] = scale
        return scale


def _pairs(found: Value, expected: Value) -> Iterator[Tuple[float, float, float]]:
    """What was kept of both, and how far each two numbers are apart.

    The sums of n numbers that are rounded otherwise are some sqrt(n) times as far apart as one.
    """
    if not expected.numbers:  # a text
        yield math.nan, math.nan, math.inf
    for one, other in zip(found.numbers, expected.numbers):
        yield one, other, _apart(one, other)
    for block, wanted in zip(found.blocks, expected.blocks):
        if block[0] != wanted[0]:
            root = math.sqrt(expected.size / len(expected.blocks))
            for place, share in ((1, root), (2, root), (3, 1.0), (4, 1.0)):
                yield block[place], wanted[place], _apart(block[place], wanted[place]) / share


def _hides(found: Value, expected: Value) -> bool:
    """Whether a part differs of which nothing that was kept does."""
    if expected.blocks:
        return any(block[0] != wanted[0] and all(
            _apart(one, other) == 0.0 for one, other in zip(block[1:], wanted[1:]))
            for block, wanted in zip(found.blocks, expected.blocks))
    return expected.size > len(expected.numbers) and all(
        _apart(one, other) == 0.0 for one, other in zip(found.numbers, expected.numbers))


def _choice_size(found: Value, expected: Value) -> float:
    """By what share two choices differ: a mean by its difference, classes by how many do."""
    pairs = list(zip(found.numbers, expected.numbers))
    if expected.type in _ULPS:
        return max((_apart(*pair) for pair in pairs), default=math.inf)
    return sum(one != other for one, other in pairs) / max(1, len(pairs)) if pairs else math.inf


def _apart(found: float, expected: float) -> float:
    if found == expected or (math.isnan(found) and math.isnan(expected)):
        return 0.0
    apart = abs(found - expected)
    return apart if math.isfinite(apart) else math.inf


def _names(recording: Recording, graph: int) -> Set[str]:
    return {value.name for run in recording.runs if run.graph == graph for value in run.values
            if not value.name.startswith((FED, AFTERWARDS))}


def _mismatch(run: Run, wanted: Run) -> Optional[str]:
    """Why the values of two calls can't be compared, or None."""
    if run.error != wanted.error:
        return f'ends with {run.error or "no error"} here, {wanted.error or "no error"} there'
    kinds, wanted_kinds = (
        [(value.type, value.size) for value in one.values] for one in (run, wanted))
    if kinds == wanted_kinds:
        return None
    return f'takes or gives {_described(run.values)} here, {_described(wanted.values)} there'


def _described(values: Sequence[Value]) -> str:
    return ', '.join(f'{value.name} ({value.size} x {value.type})' if value.type else value.name
                     for value in values) or 'nothing'


def apart(found: Value, expected: Value) -> float:
    """By how many ulps of its largest number a value differs; infinite for another kind."""
    if (found.type, found.size) != (expected.type, expected.size) or found.type not in _ULPS:
        return math.inf
    meter = _Meter()
    size = meter.size(0, found, expected, set())
    return math.inf if meter.hidden else size / _ULPS[found.type]
