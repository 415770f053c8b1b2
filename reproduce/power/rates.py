"""How often the comparison is right: false alarms, and mistakes that it catches."""
from typing import Any, Dict, List, Sequence

import numpy as np

from reproduce.comparison import recorded
from reproduce.comparison.contract import check_contract
from reproduce.comparison.exact import compare_exactly
from reproduce.comparison.intervals import clopper_pearson
from reproduce.comparison.likeness import most_like
from reproduce.comparison.log import Log, read_log
from reproduce.comparison.mistakes import CONTRACT, EXACT, EXACT_STEPS, MISTAKES, STATISTICAL
from reproduce.comparison.statistical import (
    Curves,
    at_learning_rate,
    combined_p,
    curves,
    plausibility,
)
from reproduce.comparison.verdict import LEVEL, MOST_ROUNDED, too_few
from reproduce.experiment.article import ARTICLE
from reproduce.shared.errors import InputError

_SLOWER = (0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6)
_FASTER = (1.05, 1.1, 1.15, 1.2, 1.25, 1.3, 1.4, 1.6)


def leave_one_out(ensemble: Sequence[Log]) -> Dict[str, Any]:
    """How the p of the ensemble's runs, each among the others, are spread."""
    p = [plausibility(curves(log, [*ensemble[:n], *ensemble[n + 1:]], 'a run')).p
         for n, log in enumerate(ensemble)]
    return {'largest_gap': _gap_to_uniform(p), 'p': _rounded(p)}


def _gap_to_uniform(p: Sequence[float]) -> float:
    """The largest distance, at the values that occur, of the share of values up to p from p."""
    values = np.asarray(p)
    share = (values[None, :] <= values[:, None]).mean(1)
    return round(float(np.abs(share - values).max()), 4)


def false_alarms(ensemble: Sequence[Log], held_out: Sequence[Log]) -> Dict[str, Any]:
    """Whether right runs are called different as rarely as the level says."""
    results = [plausibility(curves(log, ensemble, 'a run held out')) for log in held_out]
    alarms = sum(result.p <= LEVEL for result in results)
    covered = sum(result.interval[0] <= 1.0 <= result.interval[1] for result in results)
    return {'runs': len(held_out), 'alarms': alarms,
            'interval': _rounded(clopper_pearson(alarms, len(held_out))),
            'learning_rate_covered': covered,
            'p': _rounded([result.p for result in results])}


def _rounded(numbers: Sequence[float]) -> List[float]:
    return [round(float(number), 4) for number in numbers]


def smallest_effect(ensemble: Sequence[Log], held_out: Sequence[Log]) -> Dict[str, Any]:
    """The learning rates nearest to the article's that 80 % of runs would show.

    The held-out runs are moved along their curves, to first order, and compared.
    """
    right = [curves(log, ensemble, 'a run held out') for log in held_out]
    shares = {factor: float(np.mean([_differs(at_learning_rate(run, factor)) for run in right]))
              for factor in _SLOWER + _FASTER}
    return {'power': 0.8, 'factors': [next((f for f in factors if shares[f] >= 0.8), None)
                                      for factors in (_SLOWER, _FASTER)],
            'shares': {str(factor): round(share, 4) for factor, share in shares.items()}}


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
    if not caught[CONTRACT] and log.steps[-1].step > EXACT_STEPS:
        caught[STATISTICAL] = _differs(curves(log, ensemble, 'the run'))
    return caught


def _breaks_contract(log: Log) -> bool:
    try:
        check_contract(log, 'the run', ARTICLE.batch_size, ARTICLE.test_len)
    except InputError:
        return True
    return not all(0.0 < record.loss < np.inf for record in log.steps)


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
    by_check = {check: sum(checks[check] for checks in caught)
                for check in (CONTRACT, STATISTICAL, EXACT)
                if any(check in checks for checks in caught)}
    found = {'rung': mistake.check, 'steps': mistake.steps, 'runs': len(runs), 'caught': by_check,
             'interval': _rounded(clopper_pearson(by_check[mistake.check], len(runs)))}
    if mistake.check == STATISTICAL:
        found['looks_like_it'] = sum(
            name == most_like(log, ensemble, _others(logs, seed)) for seed, log in runs.items()
            if not _breaks_contract(log))
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
    return {
        'level': LEVEL, 'runs': len(ensemble), 'leave_one_out': leave_one_out(ensemble),
        'held_out': false_alarms(ensemble, held_out),
        'smallest_effect': smallest_effect(ensemble, held_out),
        'mistakes': {name: mistake_rates(name, logs, ensemble) for name in MISTAKES}}
