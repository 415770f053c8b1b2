"""The folder in which 1.15's Python lies."""
import os
import subprocess
from typing import Optional

from reproduce.shared.errors import InputError

RELEASE = '1.15.5'  # whose Python it is
VARIABLE = 'REPRODUCE_FRONT'
# What has to be there; a site-packages folder with TensorFlow 1.15 has it too.
PACKAGES = ('tensorflow_core', 'tensorflow_estimator', 'keras_applications',
            'keras_preprocessing', 'astor')
GET = 'python -m reproduce.legacy --get'
COST = '110 MB to download, 70 MB on the disk'


def default_folder() -> str:
    """The folder in the user's cache."""
    cache = os.environ.get('XDG_CACHE_HOME') or os.path.join(os.path.expanduser('~'), '.cache')
    return os.path.join(cache, 'reproduce', f'tensorflow-{RELEASE}')


def is_front(folder: str) -> bool:
    """Whether the folder holds 1.15's Python."""
    return all(os.path.isfile(os.path.join(folder, package, '__init__.py'))
               for package in PACKAGES)


def find(named: Optional[str]) -> Optional[str]:
    """The folder that the user has named, or else that of the cache; None where none is there.

    Raises:
      InputError: the folder that was named holds no front end.
    """
    flag = '--front'
    if named is None and os.environ.get(VARIABLE):
        named, flag = os.environ[VARIABLE], VARIABLE
    if named is None:
        folder = default_folder()
        return folder if is_front(folder) else None
    if not is_front(named):
        raise InputError(f"{flag} {named}: does not hold TensorFlow {RELEASE}'s Python; fetch "
                         f'it: {GET} --front {named}')
    return os.path.abspath(named)


def described(named: Optional[str] = None) -> str:
    """One line on whether it is there.

    Raises:
      InputError: the folder that was named holds none.
    """
    folder = find(named)
    if folder is None:
        return f"TensorFlow {RELEASE}'s own Python is not here; {GET} fetches it, once ({COST})"
    return f"TensorFlow {RELEASE}'s own Python, in {folder}"


def needed(named: Optional[str], python: Optional[str] = None) -> str:
    """The same, where nothing works without it; what is installed for `python` will do too.

    Raises:
      InputError: there is none.
    """
    folder = find(named) or (installed_in(python) if python else None)
    if folder is None:
        raise InputError(described(named))
    return folder


def installed_in(python: str) -> Optional[str]:
    """The folder in which that Python has TensorFlow 1.15.5 itself; None where it has not."""
    asked = 'import importlib.util as u; print(u.find_spec("tensorflow_core").origin)'
    try:
        done = subprocess.run([python, '-c', asked], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True)
    except OSError:  # said where the program is to run there
        return None
    folder = os.path.dirname(os.path.dirname(done.stdout.strip()))
    whole = os.path.isdir(os.path.join(folder, f'tensorflow-{RELEASE}.dist-info'))
    return folder if done.returncode == 0 and whole and is_front(folder) else None
