"""How often the comparison is right: false alarms, and mistakes that it catches.

Run as `python -m reproduce.power` it makes what runs with deliberate mistakes are missing in
`golden/power`, works out from all recorded runs what the rungs say of them, and writes
`golden/power.json`.  It goes on where it was stopped.
"""
import argparse
import os
import sys
from typing import List, Optional

from reproduce import cli
from reproduce.mistakes import MISTAKES
from reproduce.progress import ProgressBar
from reproduce.seeded import printed_log
from reproduce.sweep import connect, keep, log_path, missing_seeds, outcomes

SEEDS = tuple(range(161, 169))  # of the runs with a mistake; none is the ensemble's


def parse_args(argv: Optional[List[str]]) -> argparse.Namespace:
    """The flags."""
    parser = cli.Parser(prog='python -m reproduce.power', description=(
        'Measure how often the comparison is right, into golden/power.json.'))
    parser.add_argument('--workers', type=cli.whole_number(1), metavar='N',
                        default=cli.available_cores(),
                        help='processes for the runs that are missing')
    return parser.parse_args(argv)


def mistaken_log(key: tuple) -> str:
    """The log of the run with the mistake and the seed that `key` names."""
    name, seed = key
    return printed_log(seed, MISTAKES[name].article(), MISTAKES[name].change)


def make_missing_runs(folder: str, workers: int) -> None:
    """Make the runs with mistakes that have no log in `folder` yet.

    Raises:
      InputError: the folder cannot be written, or holds something else's logs.
      RuntimeError: a run failed.
    """
    keys = []
    for name, mistake in MISTAKES.items():
        os.makedirs(os.path.join(folder, name), exist_ok=True)
        keys += [(name, seed) for seed in missing_seeds(os.path.join(folder, name), SEEDS,
                                                        mistake.article())]
    if not keys:
        return
    keys.sort(key=lambda key: MISTAKES[key[0]].steps)  # what goes wrong goes wrong soon
    bar = ProgressBar(len(keys), sys.stderr)
    with connect(workers, scheduler=None) as client:
        for done, outcome in enumerate(outcomes(client, mistaken_log, keys), start=1):
            name, seed = outcome.key
            if outcome.error:
                raise RuntimeError(f'{name}, seed {seed}: {outcome.error}') from outcome.error
            keep(outcome, log_path(os.path.join(folder, name), seed))
            bar.update(done)
    bar.clear()
