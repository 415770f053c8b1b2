"""What the comparisons say of a printed log: the questions, the answers, and the facts behind them.

NumPy is imported by the statistical comparison alone.
"""
import json
import math
import os
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

from reproduce.comparison.contract import other_batch_size
from reproduce.comparison.exact import LOSS_DIGIT, MOST_ROUNDED, Comparison, compare_exactly
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
    right_log,
    seed_of,
)
from reproduce.comparison.text import TextComparison, compare_text
from reproduce.shared.errors import InputError
from reproduce.shared.records import counted, short_number

LEVEL = 0.01  # the share of right runs that the statistical comparison may call different
# One run among N + 1 can't be rarer than 1 in N + 1.
_FEWEST_RUNS = 99
EQUIVALENT = (0.8, 1.25)  # speeds of learning that count as the same
_SHOWN = 5  # differences in the report
NAMES = {  # of the statistics, for people
    'learning_rate': 'speed of learning', 'sum_of_squares': 'the whole curve',
    'rank_envelope': 'the curve at its farthest steps', 'spread': 'noise level',
    'autocorrelation': 'correlation of neighbouring losses', 'first_loss': 'first loss',
    'accuracy_given_loss': 'accuracy for its loss', 'test_accuracy': 'test accuracy'}


class Case(NamedTuple):
    """One question that was asked of the run."""

    name: str
    same: bool
    text: str  # the answer, its verdict in the first line


class Result(NamedTuple):
    """What a comparison found."""

    comparison: str  # 'exact', 'text' or 'statistical'
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
                f'and {counted(lines, "line")} would be too few to tell right runs from others; '
                f'give --training-steps {printed[FEWEST_STEPS - 1]} or more, or --seed 1')
    return too_few(len(ensemble_logs()))


def too_few(runs: int) -> Optional[str]:
    """Why an ensemble of so many runs gives no verdict; None where it does."""
    if runs >= _FEWEST_RUNS:
        return None
    return (f'{folder()}/ensemble holds {counted(runs, "run")}, too few for a verdict; run '
            f'python -m reproduce.sweep --seeds 1-128 --out {folder()}/ensemble')


def exact_result(name: str, log: Log, references: List[Tuple[str, Log]]) -> Result:
    """The exact comparison's result for the run called `name`.

    Args:
      name: what the result calls the run, such as its path.
      log: the run's log.
      references: paths and logs of what it should be to the printed digit.
    """
    comparisons = [(path, compare_exactly(log, reference, MOST_ROUNDED))
                   for path, reference in references]
    return _with_references(
        'exact', name, {'loss_digit': LOSS_DIGIT, 'most_rounded': MOST_ROUNDED},
        [(Case(path, found.same, _exact_text(path, found)),
          {'lines_compared': found.compared, 'rounded_otherwise': found.rounded,
           'largest_difference': _finite(found.largest),
           'differences': [dict(difference._asdict(), found=_finite(difference.found),
                                expected=_finite(difference.expected))
                           for difference in found.differences]})
         for path, found in comparisons])


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
    return _with_references(
        'text', name, {'rtol': rtol},
        [(Case(path, found.same, _text_text(path, found)),
          {'lines_compared': found.compared,
           'largest_relative_difference': _finite(found.largest),
           'differences': [difference._asdict() for difference in found.differences]})
         for path, found in comparisons])


def _with_references(comparison: str, name: str, rule: Dict[str, Any],
                     answers: List[Tuple[Case, Dict[str, Any]]]) -> Result:
    """The result of a comparison by `rule`, from the answer on each reference and its facts."""
    cases = [case for case, _ in answers]
    return Result(comparison, cases, {
        'run': name, 'comparison': comparison, **rule, 'same': all(case.same for case in cases),
        'references': [{'path': case.name, 'same': case.same, **facts}
                       for case, facts in answers]})


def _exact_text(path: str, comparison: Comparison) -> str:
    """The verdict, and below it the differences, the first few."""
    if comparison.same:
        return f'match: {counted(comparison.compared, "line")} as in {path}' + (
            f', {comparison.rounded} of them with a loss rounded otherwise'
            if comparison.rounded else '')
    return '\n'.join(_different(path, comparison.differences) + [
        '  the largest difference of two losses: ' + short_number(comparison.largest, '.4f')])


def _text_text(path: str, comparison: TextComparison) -> str:
    """The verdict, and below it the differences, the first few."""
    if comparison.same:
        near = (f', numbers within {comparison.largest:.1e} of the reference\'s'
                if comparison.largest else '')
        return f'match: {counted(comparison.compared, "line")} as in {path}{near}'
    return '\n'.join(_different(path, comparison.differences))


def _different(path: str, differences: Sequence[Any]) -> List[str]:
    """The lines that name the first few differences."""
    lines = [f'differ: from {path}, first at {differences[0]}']
    lines += [f'  {difference}' for difference in differences[1:_SHOWN]]
    if len(differences) > _SHOWN:
        lines.append(f'  and {counted(len(differences) - _SHOWN, "difference")} more')
    return lines


def _finite(number: Optional[float]) -> Any:
    return number if number is None or abs(number) < float('inf') else str(number)


def statistical_result(name: str, log: Log) -> Result:
    """The statistical comparison's result for the run called `name`.

    A run that is a recorded right run matches, whatever else it shows; one with batches of
    another size, or that diverged, differs.

    Raises:
      InputError: the ensemble is too small for a verdict, or the run can't be
        compared with it.
    """
    others = ensemble(without=log)
    problem = too_few(len(others))
    if problem:
        raise InputError(f'{name}: {problem}, or name a REFERENCE')
    theirs = other_batch_size(others[0], 1) or 1
    batch_size = other_batch_size(log, theirs)
    facts: Dict[str, Any] = {'run': name, 'comparison': 'statistical', 'level': LEVEL,
                             'runs': len(others), 'lines_compared': len(log.steps)}
    if batch_size:
        facts.update(same=False, batch_size=batch_size)
        text = (f'differ: batches of {batch_size}, not {theirs}; all {len(log.steps)} '
                f'training accuracies are shares of {batch_size} images')
    elif log.diverged:
        step, loss, _ = log.diverged
        facts.update(same=False, diverged_at_step=step, loss=_finite(loss))
        text = (f'differ: the loss is {loss} at step {step}, and none of {len(others)} right runs '
                'comes to that')
    else:
        facts.update(_facts_of_curve(name, log, others))
        text = _statistical_text(facts, log, others[0])
    return Result('statistical', [Case('ensemble', facts['same'], text)], facts)


def _facts_of_curve(name: str, log: Log, others: List[Log]) -> Dict[str, Any]:
    """What the statistics say of a run whose losses are all finite."""
    from reproduce.comparison import statistical
    from reproduce.comparison.likeness import most_like
    from reproduce.comparison.speed import speed_of_learning
    curves = statistical.curves(log, others, name)
    found = statistical.plausibility(curves)
    speed = speed_of_learning(log, others, LEVEL)
    envelope = statistical.envelope(curves.steps, curves.losses)
    path = right_log(log)
    same = path is not None or found.p > LEVEL
    like = None if same else most_like(log, others, {
        mistake: [read_log(path) for path in mistake_logs(mistake)]
        for mistake in MISTAKES if MISTAKES[mistake].check == STATISTICAL})
    return {
        'same': same, 'seed': seed_of(path) if path else None, 'recorded_log': path,
        'p': found.p, 'p_by_statistic': found.p_by_statistic, 'oddest': found.oddest,
        'speed_of_learning': speed and {
            'factor': speed.factor, 'interval': list(speed.interval),
            'equivalent': EQUIVALENT[0] <= speed.interval[0] <= speed.interval[1] <= EQUIVALENT[1]},
        'farthest_step': found.farthest_step,
        'outside_envelope': envelope.left_at(curves.losses[0]),
        'overlooked': _overlooked() if same and curves.test_accuracies is not None else None,
        'most_like': like and like._asdict()}


def _overlooked() -> Optional[List[Dict[str, Any]]]:
    """How often a whole run at another learning rate matches, by simulation."""
    if not os.path.exists(power_file()):
        return None
    with open(power_file()) as file:
        return json.load(file)['smallest_effect']['overlooked']


def _statistical_text(facts: Dict[str, Any], log: Log, whole: Log) -> str:
    """The report on what `_facts_of_curve` found; `whole` is a run that went to its end."""
    runs, odd = facts['runs'], facts['p_by_statistic'][facts['oddest']]
    shorter = len(log.steps) < len(whole.steps)
    lines = [_headline(facts, log.without_end() if shorter else log),
             f'  how unusual: {_of_100(facts["p"])} look at least as unusual; "differ" needs '
             f'{_threshold(runs)}',
             f'  speed of learning: {_speed(facts["speed_of_learning"])}',
             f'  loss curve: {_band(facts)}',
             f'  oddest detail: {NAMES[facts["oddest"]]}; {_of_100(odd)} are as odd there']
    if shorter:
        lines.append(f'  compared up to step {log.steps[-1].step} only: the article\'s run goes to '
                     f'{whole.steps[-1].step}')
    if facts['overlooked']:
        lines.append(f'  no proof: in simulation {_misses(facts["overlooked"])} would match too')
    if not facts['same']:
        like = facts['most_like']
        lines += [
            '  looks most like: ' + (f'{like["name"]}, up to step {like["last_step"]}' if like
                                     else 'no mistake that was tried'),
            '  to confirm, make four fresh runs of the same program: it differs if two of them do '
            f'(of a right program, in {100 * false_confirmation(runs):.2f} % of such cases)']
    return '\n'.join(lines)


def _headline(facts: Dict[str, Any], log: Log) -> str:
    runs = facts['runs']
    if facts['seed'] is not None:
        lines = len(log.steps) + log.finished + (log.test_accuracy is not None)
        return (f'match: this is seed {facts["seed"]}\'s log, {counted(lines, "line")} as in '
                f'{facts["recorded_log"]}; among {runs} other right runs:')
    if facts['same']:
        return f'match: this log looks like the {runs} right runs'
    as_odd = round(facts['p'] * (runs + 1)) - 1
    return f'differ: stands out from {f"{runs - as_odd} of" if as_odd else "all"} {runs} right runs'


def _of_100(p: float) -> str:
    """The share `p` of right runs."""
    return f'{"fewer than 1" if p < 0.01 else round(100 * p)} of 100 right runs'


def _threshold(runs: int) -> str:
    """Of how many of 100 a run is called different, and how often that happens to a right one."""
    size = _most_extreme(runs) / (runs + 1)
    return (f'{"fewer than 1" if size < LEVEL else "1 or fewer"}, as {100 * size:.2f} % of '
            'right runs have')


def _speed(speed: Optional[Dict[str, Any]]) -> str:
    if not speed:
        return 'none is given; the curve is not theirs, run faster or slower'
    low, high = speed['interval']
    return f'{speed["factor"]:.2f} times theirs, probably between {low:.2f} and {high:.2f}'


def _band(facts: Dict[str, Any]) -> str:
    """Where the losses leave the band of right runs."""
    outside, lines = facts['outside_envelope'], facts['lines_compared']
    if not outside:
        return f'inside their band at all {lines} printed steps, as 95 of 100 right runs are'
    return (f'outside their band at {len(outside)} of {lines} printed steps, first {outside[0]}, '
            f'farthest {facts["farthest_step"]}; 5 of 100 right runs leave it')


def _misses(overlooked: List[Dict[str, Any]]) -> str:
    parts = []
    for found in overlooked:
        low, high = (round(100 * share) for share in found['interval'])
        runs = '' if parts else ' of 100 runs'
        at = f'at {found["factor"]}' + ('' if parts else ' times the learning rate')
        parts.append(f'{round(100 * found["share"])}{runs} {at} ({low} to {high})')
    return ' and '.join(parts)


def _most_extreme(runs: int) -> int:
    """How many of a right run and `runs` others, the most extreme ones, are called different."""
    return math.floor(LEVEL * (runs + 1))


def false_confirmation(runs: int) -> float:
    """How often two or more of four fresh runs of a right program differ, once one run did.

    All five are judged by the same ensemble of `runs`, which calls right runs different with one
    probability q: that they lie beyond its most extreme run (or the last that counts).  As an
    order statistic's, q has a beta distribution, whatever the runs' law.  The answer is
    E[q P(two or more of four)] / E[q], where P = 6 q^2 - 8 q^3 + 3 q^4.
    """
    rarest = _most_extreme(runs)

    def moment(power: int) -> float:
        return math.exp(sum(math.log(rarest + k) - math.log(runs + 1 + k) for k in range(power)))

    return (6 * moment(3) - 8 * moment(4) + 3 * moment(5)) / moment(1)
