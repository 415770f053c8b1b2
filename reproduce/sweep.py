"""Many seeds: one run of the experiment each, one log file each, on Dask's scheduler.

Run as `python -m reproduce.sweep --seeds 1-128 --out DIR`.  A stopped sweep goes on where it
was: seeds whose log is there are not run again.
"""
import argparse
import contextlib
import dataclasses
import functools
import logging
import os
import sys
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    Hashable,
    Iterable,
    Iterator,
    List,
    NamedTuple,
    Optional,
    TextIO,
    Tuple,
)

from reproduce import cli, manifest
from reproduce.article import ARTICLE, Article
from reproduce.errors import InputError
from reproduce.files import check_writable, replacing
from reproduce.log import read_log
from reproduce.progress import ProgressBar
from reproduce.seeded import circumstances, printed_log

if TYPE_CHECKING:
    from distributed import Client


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
    parser.add_argument('--workers', type=cli.whole_number(1), metavar='N',
                        default=cli.available_cores(),
                        help='processes on this machine, each with one thread')
    parser.add_argument('--scheduler', metavar='tcp://HOST:PORT',
                        help="a running Dask scheduler, whose workers have this package "
                             "installed, in place of this machine's processes")
    return parser.parse_args(argv)


def seed_list(text: str) -> List[int]:
    """The seeds that `text` lists, such as '1-3,8', in order and each once."""
    seeds = set()
    for part in text.split(','):
        first, dash, last = part.partition('-')
        if not first.isdigit() or (dash and not last.isdigit()):
            raise argparse.ArgumentTypeError(f'{text!r} is not a list such as 1-128 or 1,5,9-12')
        seeds.update(range(int(first), int(last or first) + 1))
    if not seeds:
        raise argparse.ArgumentTypeError(f'{text!r} lists no seed')
    return sorted(seeds)


class Outcome(NamedTuple):
    """How a run ended."""

    key: Hashable  # of the run
    log: Optional[str]  # the printed log, or None where the run failed
    circumstances: Optional[Dict[str, str]]  # what it ran on
    error: Optional[BaseException]


def outcomes(client: 'Client', run: Callable[[Any], str],
             keys: Iterable[Hashable]) -> Iterator[Outcome]:
    """Call `run` with each of `keys` on the workers of `client`; yield what they return.

    The outcomes come as the runs end.  A run whose worker dies is done again on another; Dask
    gives it up after its setting `distributed.scheduler.allowed-failures`, three deaths by
    default.
    """
    from distributed import as_completed
    futures = {client.submit(_run_here, run, key, pure=False): key for key in keys}
    for future in as_completed(futures):
        error = future.exception()
        log, here = (None, None) if error else future.result()
        yield Outcome(futures[future], log, here, error)
        future.release()  # the scheduler need not keep the log


def _run_here(run: Callable[[Any], str], key: Hashable) -> Tuple[str, Dict[str, str]]:
    """On a worker: the run's log, and what it ran on."""
    return run(key), circumstances()


def log_path(folder: str, seed: int) -> str:
    """Where the log of `seed` stands in `folder`."""
    return os.path.join(folder, f'seed-{seed:04d}.log')


def missing_seeds(folder: str, seeds: Iterable[int], article: Article) -> List[int]:
    """Those of `seeds` that have no log in `folder`.

    Raises:
      InputError: a log there is not one of a finished run of `article`.
    """
    wanted = [step for step in range(1, article.training_steps + 1) if article.measured(step)]
    missing = []
    for seed in seeds:
        path = log_path(folder, seed)
        if not os.path.exists(path):
            missing.append(seed)
            continue
        log = read_log(path)
        if [record.step for record in log.steps] != wanted or log.test_accuracy is None:
            raise InputError(f'{path}: is not the log of a finished run of '
                             f'{article.training_steps} steps; move it away, or name another '
                             'folder')
    return missing


def keep(outcome: Outcome, path: str) -> None:
    """Write the log of `outcome` to `path`, and what it ran on to the manifest beside it."""
    with replacing(path) as temporary, open(temporary, 'w') as file:
        file.write(outcome.log)
    manifest.enter(os.path.dirname(path), os.path.basename(path), outcome.circumstances)


class Job(NamedTuple):
    """A run that is to be made."""

    key: Any  # what says which run it is
    path: str  # where its log is to stand
    steps: int  # updates


def sweep(client: 'Client', run: Callable[[Any], str], jobs: List[Job],
          progress: TextIO) -> Dict[Any, BaseException]:
    """Write the logs that `run` returns for the keys of `jobs`; return which failed, with why.

    Raises:
      InputError: a log cannot be written.
    """
    by_key = {job.key: job for job in jobs}
    bar = ProgressBar(sum(job.steps for job in jobs), progress)
    done = 0
    failed = {}
    for outcome in outcomes(client, run, by_key):
        job = by_key[outcome.key]
        if outcome.error:
            failed[job.key] = outcome.error
        else:
            keep(outcome, job.path)
        done += job.steps
        bar.update(done)
    bar.clear()
    return failed


@contextlib.contextmanager
def connect(workers: int, scheduler: Optional[str]) -> Iterator['Client']:
    """A client of the scheduler at that address, or of a cluster of `workers` processes here.

    Raises:
      InputError: Dask is not installed, or the scheduler does not answer.
    """
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise InputError('a sweep needs Dask; run pip install -e ".[sweep]"') from error
    logging.getLogger('distributed').setLevel(logging.CRITICAL)  # what matters is reported here
    if scheduler:
        try:
            client = Client(scheduler, timeout=10)
        except (OSError, ValueError) as error:
            raise InputError(f'--scheduler {scheduler}: does not answer ({error}); start one '
                             'there with dask scheduler') from error
        with client:
            yield client
    else:
        with LocalCluster(n_workers=workers, threads_per_worker=1, processes=True,
                          memory_limit=None, dashboard_address=':0',
                          silence_logs=logging.CRITICAL) as cluster, \
                Client(cluster) as client:
            yield client


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
    manifest.read(args.out)  # a damaged one is to be known before the hours, not after
    failed: Dict[int, BaseException] = {}
    if missing:
        with connect(args.workers, args.scheduler) as client:
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
    # Workers look functions up by their module's name, which here is __main__.
    from reproduce.sweep import main as importable_main
    sys.exit(importable_main())
