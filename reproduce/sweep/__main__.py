"""The command `python -m reproduce.sweep`: one run of the experiment for each of many seeds.

A stopped sweep goes on where it was: seeds whose log is there are not run again.
"""
import argparse
import dataclasses
import functools
import os
import re
import sys
from typing import Dict, List, Optional

from reproduce.experiment.article import ARTICLE
from reproduce.shared import cli
from reproduce.shared.environment import available_cores
from reproduce.shared.errors import InputError
from reproduce.shared.files import check_writable
from reproduce.sweep import origins
from reproduce.sweep.cluster import connect
from reproduce.sweep.jobs import Job, log_path, missing_seeds, sweep
from reproduce.sweep.one_run import printed_log

_MOST_SEEDS = 10**6


def parse_args(argv: Optional[List[str]]) -> argparse.Namespace:
    """The flags."""
    parser = cli.Parser(prog='python -m reproduce.sweep',
                        description='Run the experiment once for each of many seeds.')
    parser.add_argument('--seeds', type=seed_list, required=True, metavar='LIST',
                        help='such as 1-128 or 1,5,9-12')
    parser.add_argument('--out', required=True, metavar='DIR',
                        help='folder for the logs, seed-0001.log and so on')
    parser.add_argument('--training-steps', type=cli.whole_number(1), metavar='N',
                        default=ARTICLE.training_steps, help='updates of each run')
    where = parser.add_mutually_exclusive_group()
    where.add_argument('--workers', type=cli.whole_number(1), metavar='N',
                       default=available_cores(),
                       help='processes on this machine, each with one thread')
    where.add_argument('--scheduler', metavar='tcp://HOST:PORT',
                       help="a running Dask scheduler, whose workers have this package "
                            "installed, in place of this machine's processes")
    return parser.parse_args(argv)


def seed_list(text: str) -> List[int]:
    """The seeds that `text` lists, such as '1-3,8', in order and each once."""
    ranges = []
    for part in text.split(','):
        first, dash, last = part.partition('-')
        if not re.fullmatch(r'\d{1,18}', first) or (dash and not re.fullmatch(r'\d{1,18}', last)):
            raise argparse.ArgumentTypeError(f'{text!r} is not a list such as 1-128 or 1,5,9-12')
        seeds = range(int(first), int(last or first) + 1)
        if not seeds:
            raise argparse.ArgumentTypeError(f'{part!r} lists no seed: it ends before it begins')
        ranges.append(seeds)
    if sum(map(len, ranges)) > _MOST_SEEDS:
        raise argparse.ArgumentTypeError(f'{text!r} lists more than {_MOST_SEEDS} seeds')
    return sorted(set().union(*ranges))


def run(args: argparse.Namespace) -> int:
    """Sweep, and say which seeds failed."""
    try:
        os.makedirs(args.out, exist_ok=True)
    except OSError as error:
        raise InputError(f'--out {args.out}: cannot be made ({error.strerror}); name another '
                         'folder') from error
    check_writable(args.out, '--out')
    article = dataclasses.replace(ARTICLE, training_steps=args.training_steps)
    missing = missing_seeds(args.out, args.seeds, article)
    origins.read(args.out)  # a damaged one is to be known before the hours, not after
    failed: Dict[int, BaseException] = {}
    if missing:
        with connect(min(args.workers, len(missing)), args.scheduler) as client:
            failed = sweep(client, functools.partial(printed_log, article=article),
                           [Job(seed, log_path(args.out, seed), article.training_steps)
                            for seed in missing], sys.stderr)
    for seed, error in failed.items():
        print(f'seed {seed} failed: {type(error).__name__}: {error}', file=sys.stderr)
    print(f'{len(args.seeds) - len(failed)} of {len(args.seeds)} logs in {args.out}',
          file=sys.stderr)
    return cli.EXIT_FAILED if failed else cli.EXIT_FINE


def main(argv: Optional[List[str]] = None) -> int:
    """The command; returns its exit code."""
    return cli.run_command(run, parse_args(argv))


if __name__ == '__main__':
    sys.exit(main())
