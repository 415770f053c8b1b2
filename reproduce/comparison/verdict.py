"""What the comparisons say of a printed log: the questions, the answers, and the facts behind them.

NumPy is imported by the statistical comparison alone.
"""
import json
import os
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from reproduce.comparison.exact import LOSS_DIGIT, Comparison, compare_exactly
from reproduce.comparison.log import Log, read_log
from reproduce.comparison.mistakes import MISTAKES, STATISTICAL
from reproduce.comparison.recorded import (
    article_steps,
    ensemble,
    ensemble_logs,
    folder,
    mistake_logs,
    power_file,
    recorded_run,
)
from reproduce.comparison.text import TextComparison, compare_text
from reproduce.shared.errors import InputError
from reproduce.shared.records import StepRecord, short_number

# Losses that may be rounded otherwise: see golden/README.md for the runs behind it.
MOST_ROUNDED = 1
LEVEL = 0.01  # the share of right runs that the statistical comparison calls different
# One run among N + 1 can't be rarer than 1 in N + 1.
_FEWEST_RUNS = 99
EQUIVALENT = (0.8, 1.25)  # effective learning rates that count as the same
_SHOWN = 5  # differences in the report
NAMES = {  # of the statistics, for people
    'learning_rate': 'learning rate', 'chi_square': 'the whole curve',
    'rank_envelope': 'curve shape (envelope)', 'spread': 'noise level',
    'autocorrelation': 'correlation of neighbouring losses', 'first_loss': 'first loss',
    'accuracy_given_loss': 'accuracy for its loss', 'test_accuracy': 'test accuracy'}


class Case(NamedTuple):
    """One question that was asked of the run."""

    name: str
    same: bool
    text: str  # the answer, its verdict in the first line


class Result(NamedTuple):
    """What a comparison found."""

    rung: str  # 'exact', 'text' or 'statistical'
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


def of_run(log: Log, seed: Optional[int], steps: Optional[int] = None,
           name: str = 'stdout') -> Result:
    """The verdict on a run of this package with the article's settings but for `steps`.

    A run that is shorter than the recorded one, or that stopped, is compared up to there.

    Args:
      log: what it printed.
      seed: its seed; None for an unseeded run.
      steps: how many it was to train; None for the article's.
      name: what the result calls it.

    Raises:
      InputError: there is no verdict; `why_none` says why before the run.
    """
    found = recorded_run(seed, steps)
    if not found:
        return statistical_result(name, log)
    path, reference = found
    if log.test_accuracy is None:
        reference = reference.until(log.steps[-1].step)
    elif reference.test_accuracy is None:
        log = log.without_end()
    result = exact_result(name, log, [(path, reference)])
    if reference.test_accuracy is not None:
        return result
    case, = result.cases
    last = reference.steps[-1].step
    text = (f'{case.text}\n  compared up to step {last}: the recorded run goes on, and tells no '
            'test accuracy there')
    return result._replace(cases=[case._replace(text=text)],
                           facts=dict(result.facts, up_to_step=last))


def why_none(seed: Optional[int], steps: Optional[int] = None) -> Optional[str]:
    """Why no verdict is possible on such a run as `of_run` takes; None where one is."""
    if recorded_run(seed, steps):
        return None
    from reproduce.comparison.statistical import FEWEST_STEPS
    printed = article_steps()
    lines = len(printed) if steps is None else sum(step <= steps for step in printed)
    if lines < FEWEST_STEPS:
        return (f'no log of {"an unseeded run" if seed is None else f"seed {seed}"} was recorded, '
                f'and {lines} lines are too few to tell right runs from others; give '
                f'--training-steps {printed[FEWEST_STEPS - 1]} or more, or --seed 1')
    return too_few(len(ensemble_logs()))


def too_few(runs: int) -> Optional[str]:
    """Why an ensemble of so many runs gives no verdict; None where it does."""
    if runs >= _FEWEST_RUNS:
        return None
    return (f'{folder()}/ensemble holds {runs} runs, too few for a verdict; run python -m '
            f'reproduce.sweep --seeds 1-128 --out {folder()}/ensemble')


def exact_result(name: str, log: Log, references: List[Tuple[str, Log]]) -> Result:
    """The exact comparison's result for the run called `name`.

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
    lines.append('  the largest difference of two losses: '
                 + short_number(comparison.largest, '.4f'))
    return '\n'.join(lines)


def _finite(number: Optional[float]) -> Any:
    return number if number is None or abs(number) < float('inf') else str(number)


def text_result(name: str, lines: List[str], references: List[Tuple[str, List[str]]],
                rtol: float) -> Result:
    """The result for the printed log of any other program: text as text, numbers to their digits.

    Args:
      name: what the result calls the log, such as its path.
      lines: the log's lines.
      references: paths and lines of what it should be.
      rtol: by what share a number with a decimal point may differ.
    """
    comparisons = [(path, compare_text(lines, reference, rtol)) for path, reference in references]
    return Result(
        'text',
        [Case(path, comparison.same, _text_text(path, comparison))
         for path, comparison in comparisons],
        {'run': name, 'rung': 'text', 'rtol': rtol,
         'same': all(comparison.same for _, comparison in comparisons),
         'references': [
             {'path': path, 'same': comparison.same, 'lines_compared': comparison.compared,
              'largest_relative_difference': _finite(comparison.largest),
              'differences': [difference._asdict() for difference in comparison.differences]}
             for path, comparison in comparisons]})


def _text_text(path: str, comparison: TextComparison) -> str:
    """The verdict, and below it the differences, the first few."""
    if comparison.same:
        near = (f', numbers within {comparison.largest:.1e} of the reference\'s'
                if comparison.largest else '')
        return f'match: {comparison.compared} lines as in {path}{near}'
    differences = comparison.differences
    lines = [f'differ: from {path}, first at {differences[0]}']
    lines += [f'  {difference}' for difference in differences[1:_SHOWN]]
    if len(differences) > _SHOWN:
        lines.append(f'  and {len(differences) - _SHOWN} more lines')
    return '\n'.join(lines)


def statistical_result(name: str, log: Log) -> Result:
    """The statistical comparison's result for the run called `name`.

    A run that diverged differs, whatever else it shows.

    Raises:
      InputError: the ensemble is too small for a verdict, or the run can't be
        compared with it.
    """
    others = ensemble(without=log)
    problem = too_few(len(others))
    if problem:
        raise InputError(f'{name}: {problem}, or name a REFERENCE')
    facts = (_facts_of_diverged(log.diverged) if log.diverged
             else _facts_of_curve(name, log, others))
    facts = {'run': name, 'rung': 'statistical', 'level': LEVEL, 'runs': len(others),
             'lines_compared': len(log.steps), **facts}
    text = _diverged_text(facts) if log.diverged else _statistical_text(facts, others[0])
    return Result('statistical', [Case('ensemble', facts['same'], text)], facts)


def _facts_of_diverged(record: StepRecord) -> Dict[str, Any]:
    return {'same': False, 'diverged_at_step': record.step, 'loss': _finite(record.loss)}


def _diverged_text(facts: Dict[str, Any]) -> str:
    return (f'differ: the loss is {facts["loss"]} at step {facts["diverged_at_step"]}, and none '
            f'of {facts["runs"]} seeded runs comes to that')


def _facts_of_curve(name: str, log: Log, others: List[Log]) -> Dict[str, Any]:
    """What the statistics say of a run whose losses are all positive numbers."""
    from reproduce.comparison import statistical
    from reproduce.comparison.likeness import most_like
    curves = statistical.curves(log, others, name)
    found = statistical.plausibility(curves)
    envelope = statistical.envelope(curves.steps, curves.losses)
    same = found.p > LEVEL
    return {
        'same': same, 'p': found.p,
        'p_by_statistic': found.p_by_statistic, 'learning_rate': found.learning_rate,
        'interval': list(found.interval),
        'equivalent': EQUIVALENT[0] <= found.interval[0] and found.interval[1] <= EQUIVALENT[1],
        'farthest_step': found.farthest_step,
        'outside_envelope': envelope.left_at(curves.losses[0]),
        'smallest_effect': _smallest_effect() if curves.test_accuracies is not None else None,
        'most_like': None if same else most_like(log, others, {
            mistake: [read_log(path) for path in mistake_logs(mistake)]
            for mistake in MISTAKES if MISTAKES[mistake].check == STATISTICAL})}


def _smallest_effect() -> Optional[List[float]]:
    """The learning rates, below and above 1, that 80 % of runs would show."""
    if not os.path.exists(power_file()):
        return None
    with open(power_file()) as file:
        return json.load(file)['smallest_effect']['factors']


def _statistical_text(facts: Dict[str, Any], whole: Log) -> str:
    """The report on what `_facts_of_curve` found; `whole` is a run that went to its end."""
    low, high = facts['interval']
    p = facts['p_by_statistic']
    weakest = min(p, key=lambda statistic: p[statistic])
    steps = ', '.join(str(step) for step in facts['outside_envelope'])
    like = 'fewer than 1' if facts['p'] < 0.01 else f'about {round(100 * facts["p"])}'
    lines = [
        f'match: not distinguishable from {facts["runs"]} seeded runs' if facts['same']
        else f'differ: not one more of {facts["runs"]} seeded runs',
        f'  p = {facts["p"]:.3f}: {like} of 100 right runs look at least as unusual (at '
        f'{100 * facts["level"]:g} or fewer, a run is called different)',
        f'  learning rate: {_rate(facts["learning_rate"])} times theirs (95 % interval '
        f'{_rate(low)} to {_rate(high)}); it counts as the same within {EQUIVALENT[0]} to '
        f'{EQUIVALENT[1]}: {"yes" if facts["equivalent"] else "not shown"}',
        f'  most unusual: {NAMES[weakest]}, p = {p[weakest]:.3f}; the loss farthest from theirs '
        f'is that of step {facts["farthest_step"]}',
        '  curve shape (envelope): ' + (
            f'leaves what 95 % of runs stay within at step {steps}' if steps
            else 'stays within what 95 % of runs stay within, at every step')]
    if facts['lines_compared'] < len(whole.steps):
        last = whole.steps[facts['lines_compared'] - 1].step
        lines.append(f'  compared up to step {last} only: the article\'s run goes to '
                     f'{whole.steps[-1].step}')
    if facts['smallest_effect']:
        slower, faster = facts['smallest_effect']
        lines.append(f'  sensitivity: of runs at {slower} or {faster} times the learning rate, '
                     '80 % would be called different')
    if not facts['same']:
        lines += [
            f'  looks most like: {facts["most_like"] or "no mistake that was tried"}',
            '  to confirm, make four fresh runs of the same program: it differs if two of them do '
            f'(a right program: in {100 * _two_of_four(LEVEL):.2g} % of cases)']
    return '\n'.join(lines)


def _rate(factor: float) -> str:
    """A learning rate's factor, as far as its estimate, to first order, holds."""
    if 0.25 <= factor <= 4.0:
        return f'{factor:.3f}'
    return 'over 4' if factor > 4.0 else 'under 0.25'


def _two_of_four(level: float) -> float:
    """The probability that two or more of four right runs are called different."""
    return 1.0 - (1.0 - level) ** 4 - 4.0 * level * (1.0 - level) ** 3
