"""Where the recorded logs stand: `golden/` of the checkout, or its copy in an installed package."""
import glob
import os
import re
from typing import List, Optional, Tuple

from reproduce.comparison.exact import MOST_ROUNDED, compare_exactly
from reproduce.comparison.log import Log, read_log
from reproduce.shared.files import shown_path

_HERE = os.path.dirname(os.path.abspath(__file__))
_OF_CHECKOUT = os.path.join(os.path.dirname(os.path.dirname(_HERE)), 'golden')
# In a checkout this is a link to golden/, by which setup.py takes the logs along.
_INSTALLED = os.path.join(_HERE, 'references')


def in_checkout() -> bool:
    """Whether this is the project's folder, with all that was recorded."""
    return os.path.exists(os.path.join(_OF_CHECKOUT, 'article.log'))


def folder() -> str:
    """The folder, relative where it is below the current folder."""
    return shown_path(_OF_CHECKOUT if in_checkout() else _INSTALLED)


def article_log() -> str:
    """The path of the log that the article printed."""
    return os.path.join(folder(), 'article.log')


def article_steps() -> List[int]:
    """The steps of which the article prints a line."""
    return [record.step for record in read_log(article_log()).steps]


def ensemble_logs() -> List[str]:
    """The paths of the seeded runs with the article's settings, in the order of their seeds."""
    return _logs('ensemble')


def ensemble(without: Optional[Log] = None) -> List[Log]:
    """The logs of those runs, but for the one that is or begins as `without`.

    For that would be to compare a run with itself.
    """
    logs = [read_log(path) for path in ensemble_logs()]
    if without is None:
        return logs
    lines = without.until(without.steps[-1].step)
    return [log for log in logs if not _begins_as(log, lines)]


def right_log(run: Log) -> Optional[str]:
    """The path of the recorded right run that `run` is, or begins; None where it is none."""
    return next((path for path in ensemble_logs() + held_out_logs()
                 if _begins_as(read_log(path), run)), None)


def _begins_as(log: Log, run: Log) -> bool:
    """Whether `log` is, as far as `run` goes, the log of the same run."""
    last = run.steps[-1].step
    if run.test_accuracy is None or last < log.steps[-1].step:  # a test accuracy is the last step's
        run, log = run.without_end(), log.until(last)
    return compare_exactly(run, log, MOST_ROUNDED).same


def held_out_logs() -> List[str]:
    """The same for runs of further seeds, by which the comparison with the ensemble is tested."""
    return _logs('held-out')


def mistake_logs(mistake: str) -> List[str]:
    """The paths of the runs with a deliberate mistake."""
    return _logs('power', mistake)


def _logs(*folders: str) -> List[str]:
    return sorted(glob.glob(os.path.join(glob.escape(folder()), *folders, 'seed-*.log')))


def seed_of(path: str) -> int:
    """The seed of a recorded run, which the name of its log says."""
    return int(re.search(r'seed-(-?\d+)\.log$', path)[1])


def power_file() -> str:
    """The path of what the statistical comparison was measured to see."""
    return os.path.join(folder(), 'power.json')


def recorded_run(seed: Optional[int], steps: Optional[int]) -> Optional[Tuple[str, Log]]:
    """The path and the log of a run of `steps` with `seed`; None where none was recorded.

    It is real TensorFlow 1.15's, or else this package's own in the ensemble.  Where a longer run
    was recorded, it is that one's beginning, without an end.  None for `steps` are the article's.
    """
    steps = article_steps()[-1] if steps is None else steps
    if seed is None or steps < 1:
        return None
    for path in (short_tf1_log(seed), os.path.join(folder(), 'tf1', f'seed-{seed}.log'),
                 os.path.join(folder(), 'ensemble', f'seed-{seed:04d}.log')):
        if os.path.exists(path):
            log = read_log(path)
            if steps <= log.steps[-1].step:
                return path, log if steps == log.steps[-1].step else log.until(steps)
    return None


def of_tensorflow_1(path: str) -> bool:
    """Whether the log at `path` is one that real TensorFlow 1.15 printed."""
    return os.path.dirname(path) in (os.path.join(folder(), 'tf1'),
                                     os.path.dirname(short_tf1_log(0)))


def short_tf1_log(seed: int) -> str:
    """The path of real TensorFlow 1.15's log of the first 400 steps of `seed`."""
    return os.path.join(folder(), 'tf1', 'short', f'seed-{seed}.log')
