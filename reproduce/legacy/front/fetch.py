"""Fetching TensorFlow 1.15's own Python: its official wheel, and four that it needs."""
import contextlib
import errno
import hashlib
import os
import posixpath
import shutil
import subprocess
import sys
import tempfile
import zipfile
from typing import Callable, Dict, Iterator, List

from reproduce.legacy.front.location import COST, PACKAGES, RELEASE, is_front
from reproduce.shared.errors import InputError

# Each with the SHA-256 of its wheel.
WHEELS: Dict[str, str] = {
    f'tensorflow=={RELEASE}':
        '29831dda98d668067de75403b2fca0d06a2f026ef6f217fa2ca873c20b4ee4d3',
    'tensorflow-estimator==1.15.1':
        '8853bfb7c3c96fbdc80b3d66c37a10af6ccbcd235dc87474764270c02a0f86b9',
    'keras-applications==1.0.8':
        'df4323692b8c1174af821bf906f1e442e63fa7589bf0f1230a0b6bdc5a810c95',
    'keras-preprocessing==1.1.2':
        '7b82029b130ff61cc99b55f3bd27427df4838576838c5b2f65940e4fcec99a7b',
    'astor==0.8.1':
        '070a54e890cefb5b3739d19f30f5a5ec840ffc9c50ffa7d23cc9fc1a38ebbfc5'}
# Whatever Python runs this: the wheel is for 3.7, and only its Python files are taken.
_PIP = ('-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--python-version', '3.7',
        '--implementation', 'cp', '--abi', 'cp37m', '--platform', 'manylinux2010_x86_64',
        '--disable-pip-version-check')


def fetch(folder: str, tell: Callable[[str], None]) -> None:
    """Bring 1.15's Python into `folder`, whole or not at all.

    Args:
      folder: has it afterwards; made where it is not there.
      tell: called with a line before each part.

    Raises:
      InputError: it could not be fetched, or not written.
    """
    folder = os.path.abspath(folder)
    if is_front(folder):
        tell(f"{folder}: holds TensorFlow {RELEASE}'s Python already")
        return
    if os.path.isdir(folder) and os.listdir(folder):
        raise InputError(f'--front {folder}: holds other files; name a new or an empty folder')
    with _told(folder), _beside(folder) as work:
        tell(f"pip downloads TensorFlow {RELEASE}'s wheel and {len(WHEELS) - 1} small ones "
             f'({COST})')
        wheels, unpacked = os.path.join(work, 'wheels'), os.path.join(work, 'unpacked')
        _download(wheels)
        tell('the SHA-256 of each is compared, and the Python files are unpacked')
        for wheel in _checked(wheels):
            _unpack(wheel, unpacked)
        os.replace(unpacked, folder)
    tell('they are compiled once, by an import')
    _compile(folder)
    tell(f'{folder}: done; TensorFlow 1.x scripts run with it from now on')


def _compile(folder: str) -> None:
    """Keep the bytecode of what every import needs; without it an import takes four times longer.

    Where that fails the next import says why.
    """
    environment = {name: value for name, value in os.environ.items()
                   if name != 'PYTHONDONTWRITEBYTECODE'}
    subprocess.run([sys.executable, '-c', 'import sys; from reproduce.legacy.front import start; '
                    'start.install(sys.argv[1])', folder], env=environment,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@contextlib.contextmanager
def _told(folder: str) -> Iterator[None]:
    """Make one line of what the file system refuses."""
    try:
        yield
    except OSError as error:
        fix = ('make room, or name another folder by --front DIR' if error.errno == errno.ENOSPC
               else 'name a folder that can be written by --front DIR')
        raise InputError(f'{folder}: cannot be written ({error.strerror}); {fix}') from error


@contextlib.contextmanager
def _beside(folder: str) -> Iterator[str]:
    """A temporary folder on the same disk, gone afterwards."""
    above = os.path.dirname(folder)
    os.makedirs(above, exist_ok=True)
    work = tempfile.mkdtemp(prefix=f'.{os.path.basename(folder)}-', dir=above)
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _download(wheels: str) -> None:
    done = subprocess.run([sys.executable, *_PIP, '--dest', wheels, *WHEELS],
                          stdout=sys.stderr, stderr=subprocess.PIPE, text=True)
    if done.returncode == 0:
        return
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    if 'No module named pip' in done.stderr:
        raise InputError('pip is not there; run: python -m ensurepip')
    if os.strerror(errno.ENOSPC) in done.stderr:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    said = next((line for line in reversed(lines) if line.startswith('ERROR')),
                lines[-1] if lines else f'exit code {done.returncode}')
    raise InputError(f'pip could not download the wheels ({said}); see whether '
                     f'`pip download tensorflow` reaches a package index')


def _checked(wheels: str) -> List[str]:
    """The paths of the wheels.

    Raises:
      InputError: one is not what it has to be.
    """
    paths = {}
    for name in sorted(os.listdir(wheels)):
        path = os.path.join(wheels, name)
        with open(path, 'rb') as file:
            paths[hashlib.sha256(file.read()).hexdigest()] = path
    for requirement, digest in WHEELS.items():
        if digest not in paths:
            raise InputError(f'{requirement}: what pip downloaded is another file than the '
                             'official wheel (its SHA-256 is not the known one); use another '
                             'package index')
    return [paths[digest] for digest in WHEELS.values()]


def _unpack(wheel: str, folder: str) -> None:
    """Write the Python files of `wheel`, and the data that they read, below `folder`.

    Raises:
      InputError: a path in it leads elsewhere.
    """
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.startswith('/') or '\\' in name or '..' in name.split('/') or ':' in name:
                raise InputError(f'{os.path.basename(wheel)}: has the path {name!r}, which '
                                 'leaves its folder; nothing was unpacked')
            if _is_needed(name):
                path = os.path.join(folder, *name.split('/'))
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with archive.open(name) as packed, open(path, 'wb') as file:
                    shutil.copyfileobj(packed, file)


def _is_needed(name: str) -> bool:
    inside = name.split('/')[0] in PACKAGES and '/include/' not in name
    return inside and (posixpath.splitext(name)[1] in ('.py', '.csv')
                       or posixpath.basename(name) == 'VERSION')
