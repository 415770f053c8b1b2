"""How far the numbers of two runs are apart, run by run, and whether rounding explains it."""
import math
from typing import Dict, List, NamedTuple, Optional, Sequence, Set, Tuple

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
    ulp: float  # one unit of the last binary digit, as such a share
    first: Optional[Place]  # the first difference
    largest: Optional[Place]
    choices: Tuple[int, ...]  # calls of which nothing but a choice, such as an accuracy, differs
    continuous: bool  # whether anything but choices came out
    mismatch: Optional[str]  # what can't be compared, such as another shape; it ends the comparison
    other_data: Optional[Tuple[int, str]]  # call and name of what is fed otherwise, where nothing
    #                                        that had come out before was another

    @property
    def same(self) -> bool:
        """Whether all is the same, bit for bit."""
        return self.first is None and not self.choices and self.mismatch is None

    @property
    def in_last_digits(self) -> bool:
        """Whether no number differs by more than some ulps, from the beginning to the end."""
        largest = self.largest.size if self.largest else 0.0
        return self.mismatch is None and self.continuous and largest <= SOME_ULPS * self.ulp


def drift(recording: Recording, reference: Recording) -> Drift:
    """Compare what was fetched and fed, aligned by the calls of Session.run."""
    ulp = max([_ULPS[value.type] for run in reference.runs for value in run.values
               if value.type in _ULPS], default=_ULPS['float32'])
    choosers = [decisions(graph, _names(reference, number))
                for number, graph in enumerate(reference.graphs)]
    meter = _Meter()
    sizes: List[Dict[str, float]] = []
    choices: List[int] = []
    mismatch = None
    for number, (run, wanted) in enumerate(zip(recording.runs, reference.runs), start=1):
        mismatch = _mismatch(run, wanted)
        if mismatch:
            mismatch = f'session run {number} {mismatch}'
            break
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
    return Drift(len(sizes), meter.numbers, tuple(sizes), ulp, meter.first, meter.largest,
                 tuple(choices), meter.continuous, mismatch, meter.other_data)


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
            if size > MARGIN * reached.get(name, 0.0) + SOME_ULPS * found.ulp:
                return number, name
    if found.mismatch and not any(control.mismatch for control in controls):
        return found.compared + 1, ''
    if not found.continuous and found.choices and not any(c.choices for c in controls):
        return found.choices[0], ''
    return None


class _Meter:
    """Measures the values of one call after the other."""

    def __init__(self) -> None:
        self.numbers = self.choices = 0
        self.continuous = False
        self.first: Optional[Place] = None
        self.largest: Optional[Place] = None
        self.other_data: Optional[Tuple[int, str]] = None
        self._scales: Dict[str, float] = {}

    def size(self, run: int, found: Value, expected: Value, chosen: Set[str]) -> float:
        """By what share of the largest number so far of this name the two differ."""
        if not expected.type:
            return 0.0
        self.numbers += 1
        choice = expected.type not in _ULPS or expected.name in chosen
        self.continuous = self.continuous or not (choice or expected.name.startswith(FED))
        scale = max([self._scales.get(expected.name, 0.0)] + [
            abs(number) for value in (found, expected) for number in value.numbers
            if math.isfinite(number)])
        self._scales[expected.name] = scale
        if found.digest == expected.digest:
            return 0.0
        if choice:
            self._see_other_data(run, expected.name)
            self.choices += 1
            return 0.0
        # The numbers may be equal where the digests are not: not all are kept.
        pairs = list(zip(found.numbers, expected.numbers))
        farthest = max(pairs, key=lambda pair: _apart(*pair))
        size = _apart(*farthest) / scale if scale else _apart(*farthest)
        place = Place(run, expected.name, *farthest, size)
        if size > SOME_ULPS * _ULPS[expected.type]:
            self._see_other_data(run, expected.name)
        self.first = self.first or place
        if self.largest is None or size > self.largest.size:
            self.largest = place
        return size

    def _see_other_data(self, run: int, name: str) -> None:
        if name.startswith(FED) and self.first is None and not self.choices:
            self.other_data = run, name


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
    return _Meter().size(0, found, expected, set()) / _ULPS[found.type]
