"""Where the recorded logs stand: `golden/` of the checkout, or its copy in an installed package."""
import glob
import os
from typing import List, Optional

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
    return sorted(glob.glob(os.path.join(golden_dir(), 'ensemble', 'seed-*.log')))


def tf1_log(seed: Optional[int]) -> Optional[str]:
    """The path of real TensorFlow 1.15's whole log of `seed`; None where none was recorded."""
    path = os.path.join(golden_dir(), 'tf1', f'seed-{seed}.log')
    return path if os.path.exists(path) else None
