"""What the rungs say of a printed log: the questions, the answers, and the facts behind them.

NumPy is imported by the statistical rung alone, TensorFlow by none.
"""
import json
import os
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from reproduce.errors import InputError
from reproduce.exact import LOSS_DIGIT, Comparison, compare_exactly
from reproduce.golden import (
    ensemble,
    ensemble_logs,
    golden_dir,
    mistake_logs,
    power_file,
    recorded_log,
)
from reproduce.log import Log, read_log
from reproduce.mistakes import MISTAKES, STATISTICAL

# Losses that may be rounded otherwise: see golden/README.md for the runs behind it.
MOST_ROUNDED = 1
LEVEL = 0.01  # the share of right runs that the statistical rung calls different
# One run among N + 1 can't be rarer than 1 in N + 1.
_FEWEST_RUNS = 99
EQUIVALENT = (0.8, 1.25)  # effective learning rates that count as the same
_SHOWN = 5  # differences in the report


class Case(NamedTuple):
    """One question that was asked of the run."""

    name: str
    same: bool
    text: str  # the answer, its verdict in the first line


class Result(NamedTuple):
    """What a rung found."""

    rung: str
    cases: List[Case]
    facts: Dict[str, Any]  # for programs; numbers that are not finite are strings

    @property
    def same(self) -> bool:
        """Whether all answers are that the run is the experiment's."""
        return all(case.same for case in self.cases)

    @property
    def text(self) -> str:
        """The report."""
        return '\n'.join(case.text for case in self.cases)


def of_run(log: Log, seed: Optional[int]) -> Result:
    """The verdict on a run of this package with the article's settings and with `seed`.

    Raises:
      InputError: `why_none` says why there is none.
    """
    path = recorded_log(seed)
    if path:
        return exact_result('stdout', log, [(path, read_log(path))])
    return statistical_result('stdout', log)


def why_none(seed: Optional[int]) -> Optional[str]:
    """Why no verdict is possible on a run with `seed`; None where one is."""
    return None if recorded_log(seed) else too_few(len(ensemble_logs()))


def too_few(runs: int) -> Optional[str]:
    """Why an ensemble of so many runs gives no verdict; None where it does."""
    if runs >= _FEWEST_RUNS:
        return None
    return (f'{golden_dir()}/ensemble holds {runs} runs, too few for a verdict; run python -m '
            f'reproduce.sweep --seeds 1-128 --out {golden_dir()}/ensemble')


def exact_result(name: str, log: Log, references: List[Tuple[str, Log]]) -> Result:
    """The exact rung's result for the run called `name`.

    Args:
      name: what the result calls the run, such as its path.
      log: the run's log.
      references: paths and logs of what it should be to the printed digit.
    """
    comparisons = [(path, compare_exactly(log, reference, MOST_ROUNDED))
                   for path, reference in references]
    return Result(
        'exact',
        [Case(path, comparison.same, _exact_text(path, comparison))
         for path, comparison in comparisons],
        {'run': name, 'rung': 'exact', 'loss_digit': LOSS_DIGIT, 'most_rounded': MOST_ROUNDED,
         'same': all(comparison.same for _, comparison in comparisons),
         'references': [
             {'path': path, 'same': comparison.same, 'lines_compared': comparison.compared,
              'rounded_otherwise': comparison.rounded,
              'largest_difference': _finite(comparison.largest),
              'differences': [dict(difference._asdict(), found=_finite(difference.found),
                                   expected=_finite(difference.expected))
                              for difference in comparison.differences]}
             for path, comparison in comparisons]})


def _exact_text(path: str, comparison: Comparison) -> str:
    """The verdict, and below it the differences, the first few."""
    differences = comparison.differences
    if not differences:
        return f'match: {comparison.compared} lines as in {path}' + (
            f', {comparison.rounded} of them with a loss rounded otherwise'
            if comparison.rounded else '')
    lines = [f'differ: from {path}, first at {differences[0]}']
    lines += [f'  {difference}' for difference in differences[:_SHOWN]]
    if len(differences) > _SHOWN:
        lines.append(f'  and {len(differences) - _SHOWN} more')
    lines.append(f'  the largest difference of two losses: {comparison.largest:.4f}')
    return '\n'.join(lines)


def _finite(number: Optional[float]) -> Any:
    return number if number is None or abs(number) < float('inf') else str(number)


def statistical_result(name: str, log: Log) -> Result:
    """The statistical rung's result for the run called `name`.

    Raises:
      InputError: the ensemble is too small for a verdict, or the run can't be
        compared with it.
    """
    from reproduce import statistical
    from reproduce.likeness import most_like
    others = ensemble(without=log)
    problem = too_few(len(others))
    if problem:
        raise InputError(f'{name}: {problem}, or name a REFERENCE')
    curves = statistical.curves(log, others, name)
    found = statistical.plausibility(curves)
    envelope = statistical.envelope(curves.steps, curves.losses)
    same = found.p > LEVEL
    facts = {
        'run': name, 'rung': 'statistical', 'same': same, 'level': LEVEL,
        'runs': len(others), 'lines_compared': len(log.steps), 'p': found.p,
        'p_by_statistic': found.p_by_statistic, 'learning_rate': found.learning_rate,
        'interval': list(found.interval),
        'equivalent': EQUIVALENT[0] <= found.interval[0] and found.interval[1] <= EQUIVALENT[1],
        'farthest_step': found.farthest_step,
        'outside_envelope': envelope.left_at(curves.losses[0]),
        'smallest_effect': _smallest_effect() if curves.test_accuracies is not None else None,
        'most_like': None if same else most_like(log, others, {
            mistake: [read_log(path) for path in mistake_logs(mistake)]
            for mistake in MISTAKES if MISTAKES[mistake].rung == STATISTICAL})}
    return Result('statistical', [Case('ensemble', same, _statistical_text(facts))],
                  facts)


def _smallest_effect() -> Optional[List[float]]:
    """The learning rates, below and above 1, that 80 % of runs would show."""
    if not os.path.exists(power_file()):
        return None
    with open(power_file()) as file:
        return json.load(file)['smallest_effect']['factors']


def _statistical_text(facts: Dict[str, Any]) -> str:
    """The report on what `statistical_result` found."""
    low, high = facts['interval']
    p = facts['p_by_statistic']
    weakest = min(p, key=lambda statistic: p[statistic])
    steps = ', '.join(str(step) for step in facts['outside_envelope'])
    lines = [
        f'{"match: not distinguishable from" if facts["same"] else "differ: not a draw from"} '
        f'{facts["runs"]} seeded runs, p = {facts["p"]:.3f} at the level {facts["level"]}',
        f'  effective learning rate {_rate(facts["learning_rate"])} times theirs '
        f'(95 % interval {_rate(low)} to {_rate(high)}, '
        f'{"" if facts["equivalent"] else "not "}within {EQUIVALENT[0]} to {EQUIVALENT[1]})',
        f'  farthest out: {weakest}, p = {p[weakest]:.3f}; of the losses, that of step '
        f'{facts["farthest_step"]}',
        f'  outside the ensemble\'s 95 % envelope: {"step " + steps if steps else "never"}']
    if facts['smallest_effect']:
        slower, faster = facts['smallest_effect']
        lines.append(f'  smallest effect seen in 80 % of runs: {slower} or {faster} times the '
                     'learning rate')
    if not facts['same']:
        lines += [
            f'  looks most like: {facts["most_like"] or "no mistake that was tried"}',
            '  confirm it with fresh runs of the same program, never with this one again: of four '
            f'right ones, two differ in {100 * _two_of_four(LEVEL):.2g} % of cases']
    return '\n'.join(lines)


def _rate(factor: float) -> str:
    """A learning rate's factor, as far as its estimate, to first order, holds."""
    if 0.25 <= factor <= 4.0:
        return f'{factor:.3f}'
    return 'over 4' if factor > 4.0 else 'under 0.25'


def _two_of_four(level: float) -> float:
    """The probability that two or more of four right runs are called different."""
    return 1.0 - (1.0 - level) ** 4 - 4.0 * level * (1.0 - level) ** 3
