"""How often the comparison is right: false alarms, and mistakes that it catches."""
from typing import Any, Dict, List, Sequence

import numpy as np

from reproduce.comparison import recorded
from reproduce.comparison.contract import check_contract
from reproduce.comparison.exact import MOST_ROUNDED, compare_exactly
from reproduce.comparison.intervals import clopper_pearson
from reproduce.comparison.likeness import most_like
from reproduce.comparison.log import Log, read_log
from reproduce.comparison.mistakes import CONTRACT, EXACT, EXACT_STEPS, MISTAKES, STATISTICAL
from reproduce.comparison.speed import speed_of_learning
from reproduce.comparison.statistical import (
    Curves,
    at_learning_rate,
    combined_p,
    curves,
    envelope,
    plausibility,
)
from reproduce.comparison.verdict import LEVEL, too_few
from reproduce.experiment.article import ARTICLE
from reproduce.power.mistakes import NUMBERS
from reproduce.shared.errors import InputError

_POWER = 0.8
_SLOWER = (0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6)
_FASTER = (1.05, 1.1, 1.15, 1.2, 1.25, 1.3, 1.4, 1.6)


def false_alarms(ensemble: Sequence[Log], held_out: Sequence[Log]) -> Dict[str, Any]:
    """Whether right runs are called different as rarely as the level says."""
    p = [plausibility(curves(log, ensemble, 'a run held out')).p for log in held_out]
    return {**_share(sum(value <= LEVEL for value in p), len(p)), 'p': _rounded(p)}


def _share(count: int, runs: int) -> Dict[str, Any]:
    """So many of `runs`, and the 95 % interval of the share."""
    return {'runs': runs, 'count': count, 'share': round(count / runs, 4),
            'interval': _rounded(clopper_pearson(count, runs))}


def _rounded(numbers: Sequence[float]) -> List[float]:
    return [round(float(number), 4) for number in numbers]


def smallest_effect(ensemble: Sequence[Log], held_out: Sequence[Log]) -> Dict[str, Any]:
    """The learning rates nearest to the article's that 80 % of runs would show.

    The held-out runs are stretched in time and compared.
    """
    right = [curves(log, ensemble, 'a run held out') for log in held_out]
    differ = {factor: sum(_differs(at_learning_rate(run, factor)) for run in right)
              for factor in _SLOWER + _FASTER}
    factors = [next((factor for factor in factors if differ[factor] >= _POWER * len(right)), None)
               for factors in (_SLOWER, _FASTER)]
    return {'power': _POWER, 'factors': factors,
            'overlooked': [{'factor': factor, **_share(len(right) - differ[factor], len(right))}
                           for factor in factors if factor],
            'shares': {str(factor): round(count / len(right), 4)
                       for factor, count in differ.items()}}


def speeds_covered(logs: Sequence[Log], factor: float,
                   ensemble: Sequence[Log]) -> Dict[str, Any]:
    """Of how many runs the speed of learning's interval holds `factor`, their true one.

    Runs that are given no speed are left out, and counted as `without`.
    """
    given = [speed for speed in (speed_of_learning(log, ensemble, LEVEL) for log in logs) if speed]
    covered = sum(speed.interval[0] <= factor <= speed.interval[1] for speed in given)
    return {'factor': factor, **_share(covered, len(given)), 'without': len(logs) - len(given)}


def band(ensemble: Sequence[Log]) -> Dict[str, Any]:
    """How many of the ensemble's runs leave the band of the losses, or of the accuracies."""
    own = curves(ensemble[0], ensemble[1:], 'a run')
    outside = np.array([[bool(envelope(own.steps, values).left_at(run)) for run in values]
                        for values in (own.losses, own.accuracies)])
    return {'runs': len(ensemble), 'leave_losses': int(outside[0].sum()),
            'leave_accuracies': int(outside[1].sum()), 'leave_either': int(outside.any(0).sum())}


def _differs(curves: Curves) -> bool:
    """Whether the run in row 0 is called different from the others."""
    return bool(combined_p(curves)[0] <= LEVEL)


def catches(log: Log, seed: int, ensemble: Sequence[Log]) -> Dict[str, bool]:
    """Which checks call the run of `seed` different; those that can't be asked are left out."""
    reference = read_log(recorded.short_tf1_log(seed))
    # The reference's test accuracy, that of a shorter run, is not compared.
    beginning = log.until(EXACT_STEPS)._replace(test_accuracy=reference.test_accuracy)
    caught = {EXACT: not compare_exactly(beginning, reference, MOST_ROUNDED).same,
              CONTRACT: _breaks_contract(log)}
    if log.diverged:
        caught[STATISTICAL] = True
    elif not caught[CONTRACT] and log.steps[-1].step > EXACT_STEPS:
        caught[STATISTICAL] = _differs(curves(log, ensemble, 'the run'))
    return caught


def _breaks_contract(log: Log) -> bool:
    try:
        check_contract(log, 'the run', ARTICLE.batch_size, ARTICLE.test_len)
    except InputError:
        return True
    return False


def mistake_rates(name: str, logs: Dict[str, Dict[int, Log]],
                  ensemble: Sequence[Log]) -> Dict[str, Any]:
    """How often each check catches the mistake called `name`.

    Args:
      name: the mistake.
      logs: by mistake and seed, the logs of the runs with it.
      ensemble: logs of right runs.
    """
    mistake, runs = MISTAKES[name], logs[name]
    caught = [catches(log, seed, ensemble) for seed, log in runs.items()]
    by_check = {check: sum(checks.get(check, False) for checks in caught)
                for check in (CONTRACT, STATISTICAL, EXACT)
                if check == mistake.check or any(check in checks for checks in caught)}
    found = {'check': mistake.check, 'steps': mistake.steps, 'runs': len(runs), 'caught': by_check,
             'interval': _rounded(clopper_pearson(by_check[mistake.check], len(runs)))}
    if mistake.check == STATISTICAL:
        like = [most_like(log, ensemble, _others(logs, seed)) for seed, log in runs.items()
                if not log.diverged]
        found['looks_like_it'] = sum(one is not None and one.name == name for one in like)
    return found


def _others(logs: Dict[str, Dict[int, Log]], seed: int) -> Dict[str, List[Log]]:
    """The runs that the statistical comparison is to tell apart, but those of `seed`."""
    return {name: [log for other, log in runs.items() if other != seed]
            for name, runs in logs.items() if MISTAKES[name].check == STATISTICAL}


def recorded_mistakes() -> Dict[str, Dict[int, Log]]:
    """By mistake and seed, the logs in `golden/power`."""
    return {name: {recorded.seed_of(path): read_log(path)
                   for path in recorded.mistake_logs(name)} for name in MISTAKES}


def measure() -> Dict[str, Any]:
    """What `golden/power.json` holds, from the logs in `golden`.

    Raises:
      InputError: there are too few runs.
    """
    ensemble = recorded.ensemble()
    held_out = [read_log(path) for path in recorded.held_out_logs()]
    problem = too_few(len(ensemble)) or (
        None if held_out else f'{recorded.folder()}/held-out holds no runs; run python -m '
        f'reproduce.sweep --seeds 129-160,201-232 --out {recorded.folder()}/held-out')
    if problem:
        raise InputError(problem)
    logs = recorded_mistakes()
    at = {1.0: held_out, **{numbers['learning_rate'] / ARTICLE.learning_rate:
                            list(logs[name].values()) for name, numbers in NUMBERS.items()
                            if 'learning_rate' in numbers}}
    return {
        'level': LEVEL, 'runs': len(ensemble), 'band': band(ensemble),
        'held_out': false_alarms(ensemble, held_out),
        'smallest_effect': smallest_effect(ensemble, held_out),
        'speed_of_learning': [speeds_covered(runs, factor, ensemble)
                              for factor, runs in sorted(at.items())],
        'mistakes': {name: mistake_rates(name, logs, ensemble) for name in MISTAKES}}
