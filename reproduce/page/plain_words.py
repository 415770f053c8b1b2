"""A verdict for people who know no statistics."""
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from reproduce.comparison.recorded import of_tensorflow_1
from reproduce.comparison.verdict import Case, Result, false_confirmation
from reproduce.shared.records import counted


class Words(NamedTuple):
    """What a verdict says, in sentences."""

    kind: str  # 'same', 'different' or 'none'
    headline: str
    sentences: List[str]


def plain_words(result: Optional[Result], why_none: str = '', finished: bool = True) -> Words:
    """What `result` says; where there is none, `why_none` says why.

    Args:
      result: the verdict.
      why_none: why there is none, without a full stop.
      finished: whether the log goes to the run's end.
    """
    if result is None:
        return Words('none', 'No verdict', [f'Nothing can be said of this run: {why_none}.'])
    kind = 'same' if result.same else 'different'
    headline, sentences = (_exact(result) if result.comparison == 'exact'
                           else _statistical(result.facts))
    if not finished:
        if result.same:
            headline += ', so far'
        sentences.append('The log stops before the end of the run; of what would follow, nothing '
                         'is known.')
    elif 'up_to_step' in result.facts:
        headline += f', up to step {result.facts["up_to_step"]:,}'
    return Words(kind, headline, sentences)


def _exact(result: Result) -> Tuple[str, List[str]]:
    sentences = ['A run with the same seed has to print the same numbers, to the last digit.']
    for case, found in zip(result.cases, result.facts['references']):
        sentences += _of_reference(case, found)
    return ('The same experiment, number for number' if result.same
            else 'Not the same numbers'), sentences


def _of_reference(case: Case, found: Dict[str, Any]) -> List[str]:
    """The sentences on one of the logs that the run should equal."""
    if case.same:
        sentence = f'All {found["lines_compared"]} lines are as in {case.name}'
        if of_tensorflow_1(case.name):
            sentence += ', which real TensorFlow 1.15 printed'
        if found['rounded_otherwise']:
            sentence += ('; one loss has another last digit, as happens where a value lies '
                         'between two roundings')
        return [sentence + '.']
    first = case.text.splitlines()[0].replace(f'differ: from {case.name}, first at ', '', 1)
    count = len(found['differences'])
    return [f'Compared with {case.name}, {counted(count, "number")} '
            f'{"differs" if count == 1 else "differ"}. The first is at {first}.']


def _statistical(facts: Dict[str, Any]) -> Tuple[str, List[str]]:
    runs = facts['runs']
    if 'batch_size' in facts:
        return 'This is not the experiment', [
            f'All its training accuracies are shares of {facts["batch_size"]} images: its batches '
            'have another size.']
    if 'diverged_at_step' in facts:
        broke_down = isinstance(facts['loss'], str)  # not finite, and so no number in JSON
        return 'The training broke down' if broke_down else 'This is not the experiment', [
            f'At step {facts["diverged_at_step"]} the loss is {facts["loss"]}. None of {runs} '
            'right runs, each from another random start, comes to that.']
    often = round(100 * facts['p'])
    sentences = [
        f'This is the log of seed {facts["seed"]}, a right run.' if facts['seed'] is not None else
        f'No log with the random start of this run was recorded, so it is compared with {runs} '
        'right runs, each from another random start.',
        f'Of 100 right runs, {f"about {often}" if facts["p"] >= 0.01 else "fewer than one"} would '
        f'look as unusual as this one or more. At {100 * facts["level"]:g} or fewer, a run is '
        'called different.', _on_speed(facts['speed_of_learning'])]
    if facts['same']:
        sentences.append('This does not prove that nothing differs: what changes the curve very '
                         'little would not be seen.')
        return 'Nothing tells this run from the experiment', sentences
    if facts['most_like']:
        sentences.append('Of the mistakes that were tried, it looks most like '
                         f'{facts["most_like"]["name"]}.')
    sentences.append('One right run in a hundred is called different by chance. To be sure, make '
                     'four fresh runs: the program differs if two of them do (with a right '
                     f'program, in {100 * false_confirmation(runs):.2f} % of such cases).')
    return 'This is not the experiment', sentences


def _on_speed(speed: Optional[Dict[str, Any]]) -> str:
    if speed is None:
        return 'Its curve is not theirs, run faster or slower.'
    low, high = speed['interval']
    return (f'It learns {speed["factor"]:.2f} times as fast as they do; in 95 of 100 cases the '
            f'true number lies between {low:.2f} and {high:.2f}.')
