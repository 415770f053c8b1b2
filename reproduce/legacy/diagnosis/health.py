"""Whether this environment can run TensorFlow 1.x scripts; TensorFlow is not imported for it."""
import os
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import List, NamedTuple, Optional

from reproduce.environment import processor
from reproduce.errors import InputError
from reproduce.mnist.idx import content_sha256, read_idx
from reproduce.mnist.source import FILES

TENSORFLOWS = ('tensorflow', 'tensorflow-cpu', 'tensorflow-gpu', 'tf-nightly')
OLDEST = (2, 16)  # of the versions that the runner was tried on


class Finding(NamedTuple):
    """One part of the environment."""

    part: str
    text: str
    mend: Optional[str] = None  # None where all is well


def examine(data_dir: str) -> List[Finding]:
    """Look at all parts that a script needs; `data_dir` has MNIST's files."""
    tensorflow = _version(*TENSORFLOWS)
    return [Finding('Python', '.'.join(str(part) for part in sys.version_info[:3])),
            _tensorflow(tensorflow), _tf_keras(tensorflow), _numpy(),
            Finding('processor', processor()), _onednn(), _data(data_dir)]


def _version(*names: str) -> Optional[str]:
    """The version of the first of these packages that is installed."""
    for name in names:
        try:
            return version(name)
        except PackageNotFoundError:
            continue
    return None


def _tensorflow(found: Optional[str]) -> Finding:
    if found is None:
        return Finding('TensorFlow', 'not installed',
                       'pip install "tensorflow==2.21.*" "tf_keras==2.21.*"')
    if found.startswith('1.'):
        return Finding('TensorFlow', f'{found}, the real one: python SCRIPT runs the script')
    if tuple(int(part) for part in found.split('.')[:2]) < OLDEST:
        return Finding('TensorFlow', f'{found}, older than any that was tried',
                       'pip install "tensorflow==2.21.*" "tf_keras==2.21.*"')
    return Finding('TensorFlow', found)


def _tf_keras(tensorflow: Optional[str]) -> Finding:
    found = _version('tf_keras')
    if tensorflow is None or tensorflow.startswith('1.'):
        return Finding('tf_keras', found or 'not installed, and not needed')
    minor = '.'.join(tensorflow.split('.')[:2])
    mend = f'pip install "tf_keras=={minor}.*"'
    if found is None:
        return Finding('tf_keras', "not installed; 1.x's cells and layers are there", mend)
    if found.split('.')[:2] != minor.split('.'):
        return Finding('tf_keras', f'{found} does not fit TensorFlow {minor}', mend)
    return Finding('tf_keras', f"{found}, of TensorFlow's minor version")


def _numpy() -> Finding:
    found = _version('numpy')
    return Finding('NumPy', found) if found else Finding('NumPy', 'not installed',
                                                         'pip install numpy')


def _onednn() -> Finding:
    if os.environ.get('TF_ENABLE_ONEDNN_OPTS', '1') in ('0', 'false'):
        return Finding('oneDNN', 'off, since TF_ENABLE_ONEDNN_OPTS says so')
    return Finding('oneDNN', 'on: last digits may differ from TensorFlow 1.x; '
                             'TF_ENABLE_ONEDNN_OPTS=0 switches it off')


def _data(folder: str) -> Finding:
    for file in FILES:
        try:
            same = content_sha256(read_idx(file.path(folder), file.magic),
                                  file.magic) == file.sha256
        except InputError as error:
            return Finding('MNIST', str(error), f'put an intact {file.name} into {folder}')
        if not same:
            return Finding('MNIST', f'{file.name} in {folder} has another digest than MNIST',
                           f'put the original into {folder}')
    return Finding('MNIST', f'four files in {folder}, their digests as they should be')
