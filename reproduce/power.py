"""How often the comparison is right: false alarms, and mistakes that it catches.

Run as `python -m reproduce.power` it makes what runs with deliberate mistakes are missing in
`golden/power`, works out from all recorded runs what the rungs say of them, and writes
`golden/power.json`.  It goes on where it was stopped.
"""
import argparse
import json
import os
import sys
from typing import Any, Dict, List, Optional, Sequence, Tuple

import numpy as np

from reproduce import cli, golden
from reproduce.article import ARTICLE
from reproduce.contract import check_contract
from reproduce.errors import InputError
from reproduce.exact import compare_exactly
from reproduce.files import check_writable, replacing
from reproduce.intervals import clopper_pearson
from reproduce.likeness import most_like
from reproduce.log import Log, read_log
from reproduce.mistakes import CONTRACT, EXACT, EXACT_STEPS, MISTAKES, STATISTICAL
from reproduce.seeded import printed_log
from reproduce.statistical import Curves, at_learning_rate, combined_p, curves, plausibility
from reproduce.sweep import Job, connect, log_path, missing_seeds, sweep
from reproduce.verdict import LEVEL, MOST_ROUNDED, too_few

SEEDS = tuple(range(161, 169))  # of the runs with a mistake; none is the ensemble's
_SLOWER = (0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6)
_FASTER = (1.05, 1.1, 1.15, 1.2, 1.25, 1.3, 1.4, 1.6)


def parse_args(argv: Optional[List[str]]) -> argparse.Namespace:
    """The flags."""
    parser = cli.Parser(prog='python -m reproduce.power', description=(
        'Measure how often the comparison is right, into golden/power.json.'))
    parser.add_argument('--workers', type=cli.whole_number(1), metavar='N',
                        default=cli.available_cores(),
                        help='processes for the runs that are missing')
    return parser.parse_args(argv)


def mistaken_log(key: Tuple[str, int]) -> str:
    """The log of the run with the mistake and the seed that `key` names."""
    name, seed = key
    return printed_log(seed, MISTAKES[name].article(), MISTAKES[name].change)


def make_missing_runs(folder: str, workers: int) -> None:
    """Make the runs with mistakes that have no log in `folder` yet.

    Raises:
      InputError: the folder cannot be written, or holds something else's logs.
      RuntimeError: a run failed.
    """
    jobs = []
    for name, mistake in MISTAKES.items():
        own_folder = os.path.join(folder, name)
        os.makedirs(own_folder, exist_ok=True)
        jobs += [Job((name, seed), log_path(own_folder, seed), mistake.steps)
                 for seed in missing_seeds(own_folder, SEEDS, mistake.article())]
    if not jobs:
        return
    with connect(workers, scheduler=None) as client:
        failed = sweep(client, mistaken_log, jobs, sys.stderr)
    if failed:
        (name, seed), error = next(iter(failed.items()))
        raise RuntimeError(f'{len(failed)} of {len(jobs)} runs failed, the first {name}, seed '
                           f'{seed}: {error}') from error


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
    """Which rungs call the run of `seed` different; those that can't be asked are left out."""
    reference = read_log(golden.short_tf1_log(seed))
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
    """How often each rung catches the mistake called `name`.

    Args:
      name: the mistake.
      logs: by mistake and seed, the logs of the runs with it.
      ensemble: logs of right runs.
    """
    mistake, runs = MISTAKES[name], logs[name]
    caught = [catches(log, seed, ensemble) for seed, log in runs.items()]
    by_rung = {rung: sum(rungs[rung] for rungs in caught) for rung in (CONTRACT, STATISTICAL, EXACT)
               if any(rung in rungs for rungs in caught)}
    found = {'rung': mistake.rung, 'steps': mistake.steps, 'runs': len(runs), 'caught': by_rung,
             'interval': _rounded(clopper_pearson(by_rung[mistake.rung], len(runs)))}
    if mistake.rung == STATISTICAL:
        found['looks_like_it'] = sum(
            name == most_like(log, ensemble, _others(logs, seed)) for seed, log in runs.items()
            if not _breaks_contract(log))
    return found


def _others(logs: Dict[str, Dict[int, Log]], seed: int) -> Dict[str, List[Log]]:
    """The runs that the statistical rung is to tell apart, but those of `seed`."""
    return {name: [log for other, log in runs.items() if other != seed]
            for name, runs in logs.items() if MISTAKES[name].rung == STATISTICAL}


def recorded_mistakes() -> Dict[str, Dict[int, Log]]:
    """By mistake and seed, the logs in `golden/power`."""
    return {name: dict(zip(SEEDS, [read_log(path) for path in golden.mistake_logs(name)]))
            for name in MISTAKES}


def measure() -> Dict[str, Any]:
    """What `golden/power.json` holds, from the logs in `golden`.

    Raises:
      InputError: there are too few runs.
    """
    ensemble = golden.ensemble()
    held_out = [read_log(path) for path in golden.held_out_logs()]
    problem = too_few(len(ensemble)) or (
        None if held_out else f'{golden.golden_dir()}/held-out holds no runs; run python -m '
        f'reproduce.sweep --seeds 129-160 --out {golden.golden_dir()}/held-out')
    if problem:
        raise InputError(problem)
    logs = recorded_mistakes()
    return {
        'level': LEVEL, 'runs': len(ensemble), 'leave_one_out': leave_one_out(ensemble),
        'held_out': false_alarms(ensemble, held_out),
        'smallest_effect': smallest_effect(ensemble, held_out),
        'mistakes': {name: mistake_rates(name, logs, ensemble) for name in MISTAKES}}


def run(args: argparse.Namespace) -> int:
    """Make what is missing, measure, and write."""
    check_writable(golden.golden_dir(), 'golden')
    make_missing_runs(os.path.join(golden.golden_dir(), 'power'), args.workers)
    found = measure()
    with replacing(golden.power_file()) as temporary, open(temporary, 'w') as file:
        json.dump(found, file, indent=1)
        file.write('\n')
    print(f'written to {golden.power_file()}', file=sys.stderr)
    return cli.EXIT_FINE


def main(argv: Optional[List[str]] = None) -> int:
    """The command; returns its exit code."""
    return cli.run_command(run, parse_args(argv))


if __name__ == '__main__':
    # Workers look functions up by their module's name, which here is __main__.
    from reproduce.power import main as importable_main
    sys.exit(importable_main())
