"""The runs that are still to be made, each with its log file; made and kept one by one."""
import os
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterable, List, NamedTuple, TextIO

from reproduce.comparison.log import read_log
from reproduce.experiment.article import Article
from reproduce.shared.errors import InputError
from reproduce.shared.files import replacing
from reproduce.shared.progress import ProgressBar
from reproduce.sweep import origins
from reproduce.sweep.cluster import Outcome, outcomes

if TYPE_CHECKING:
    from distributed import Client


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
    """Enter what the run of `outcome` was made on, and write its log to `path`."""
    origins.enter(os.path.dirname(path), os.path.basename(path), outcome.log,
                  outcome.circumstances)
    with replacing(path) as temporary, open(temporary, 'w', newline='') as file:
        file.write(outcome.log)


class Job(NamedTuple):
    """A run that is to be made."""

    key: Any  # what says which run it is
    path: str  # where its log is to stand
    steps: int  # updates


def sweep(client: 'Client', run: Callable[[Any], str], jobs: List[Job],
          progress: TextIO) -> Dict[Any, BaseException]:
    """Write the logs that `run` returns for the keys of `jobs`; return which failed, with why.

    Raises:
      RunError: a log cannot be written.
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
