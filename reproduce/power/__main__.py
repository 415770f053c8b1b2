"""The command `python -m reproduce.power`.

It makes what runs with deliberate mistakes are missing in `golden/power`, works out from all
recorded runs what the comparison says of them, and writes `golden/power.json`.  It goes on where
it was stopped.
"""
import argparse
import json
import os
import sys
from typing import List, Optional

from reproduce.comparison import recorded
from reproduce.comparison.mistakes import MISTAKES
from reproduce.shared import cli
from reproduce.shared.environment import available_cores
from reproduce.shared.errors import InputError, RunError
from reproduce.shared.files import check_writable, replacing
from reproduce.sweep.cluster import connect
from reproduce.sweep.jobs import Job, log_path, missing_seeds, sweep


def parse_args(argv: Optional[List[str]]) -> argparse.Namespace:
    """The flags."""
    parser = cli.Parser(prog='python -m reproduce.power', description=(
        'Measure how often the comparison is right, into golden/power.json.'))
    parser.add_argument('--workers', type=cli.whole_number(1), metavar='N',
                        default=available_cores(),
                        help='processes for the runs that are missing')
    return parser.parse_args(argv)


def make_missing_runs(folder: str, workers: int) -> None:
    """Make the runs with mistakes that have no log in `folder` yet.

    Raises:
      InputError: the folder cannot be written, or holds something else's logs.
      RunError: a run failed.
    """
    from reproduce.power.mistakes import article_with, mistaken_log
    jobs = []
    for name, mistake in MISTAKES.items():
        own_folder = os.path.join(folder, name)
        os.makedirs(own_folder, exist_ok=True)
        jobs += [Job((name, seed), log_path(own_folder, seed), mistake.steps)
                 for seed in missing_seeds(own_folder, mistake.seeds, article_with(name))]
    if not jobs:
        return
    with connect(min(workers, len(jobs)), scheduler=None) as client:
        failed = sweep(client, mistaken_log, jobs, sys.stderr)
    if failed:
        (name, seed), error = next(iter(failed.items()))
        raise RunError(f'{len(failed)} of {len(jobs)} runs failed, the first {name}, seed '
                       f'{seed}: {error}') from error


def run(args: argparse.Namespace) -> int:
    """Make what is missing, measure, and write."""
    if not recorded.in_checkout():
        raise InputError('the measurement needs all recorded runs, which are not installed; run '
                         "it in the project's folder")
    check_writable(recorded.folder(), 'golden')
    make_missing_runs(os.path.join(recorded.folder(), 'power'), args.workers)
    from reproduce.power.rates import measure
    found = measure()
    with replacing(recorded.power_file()) as temporary, open(temporary, 'w') as file:
        json.dump(found, file, indent=1)
        file.write('\n')
    print(f'written to {recorded.power_file()}', file=sys.stderr)
    return cli.EXIT_FINE


def main(argv: Optional[List[str]] = None) -> int:
    """The command; returns its exit code."""
    return cli.run_command(run, parse_args(argv))


if __name__ == '__main__':
    sys.exit(main())
