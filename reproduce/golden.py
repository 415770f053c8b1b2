"""Where the recorded logs stand: `golden/` of the checkout, or its copy in an installed package."""
import glob
import os
from typing import List, Optional

from reproduce.log import Log, read_log

_PACKAGE = os.path.dirname(os.path.abspath(__file__))


def golden_dir() -> str:
    """The folder, relative where it is below the current folder."""
    installed = os.path.join(_PACKAGE, 'references')  # as setup.py puts it
    absolute = installed if os.path.isdir(installed) else os.path.join(
        os.path.dirname(_PACKAGE), 'golden')
    relative = os.path.relpath(absolute)
    return absolute if relative.startswith(os.pardir) else relative


def article_log() -> str:
    """The path of the log that the article printed."""
    return os.path.join(golden_dir(), 'article.log')


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
    return [log for log in logs if log.steps[:len(without.steps)] != without.steps]


def held_out_logs() -> List[str]:
    """The same for runs of further seeds, by which the comparison with the ensemble is tested."""
    return _logs('held-out')


def mistake_logs(mistake: str) -> List[str]:
    """The paths of the runs with a deliberate mistake."""
    return _logs('power', mistake)


def _logs(*folders: str) -> List[str]:
    return sorted(glob.glob(os.path.join(golden_dir(), *folders, 'seed-*.log')))


def power_file() -> str:
    """The path of what the statistical rung was measured to see."""
    return os.path.join(golden_dir(), 'power.json')


def recorded_log(seed: Optional[int]) -> Optional[str]:
    """The path of a whole log of `seed`; None where none was recorded.

    It is real TensorFlow 1.15's, or else this package's own in the ensemble.
    """
    if seed is None:
        return None
    paths = (os.path.join(golden_dir(), 'tf1', f'seed-{seed}.log'),
             os.path.join(golden_dir(), 'ensemble', f'seed-{seed:04d}.log'))
    return next((path for path in paths if os.path.exists(path)), None)


def short_tf1_log(seed: int) -> str:
    """The path of real TensorFlow 1.15's log of the first 400 steps of `seed`."""
    return os.path.join(golden_dir(), 'tf1', 'short', f'seed-{seed}.log')
