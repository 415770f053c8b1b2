"""Whether this environment can run TensorFlow 1.x scripts; TensorFlow is not imported for it."""
import os
import sys
from typing import List

from reproduce.legacy.front.location import described, find
from reproduce.legacy.versions import Finding, examine_versions, installed
from reproduce.mnist.idx import content_sha256, read_idx
from reproduce.mnist.source import FILES
from reproduce.shared.environment import processor
from reproduce.shared.errors import InputError


def examine(data_dir: str) -> List[Finding]:
    """Look at all parts that a script needs; `data_dir` has MNIST's files."""
    return [Finding('Python', '.'.join(str(part) for part in sys.version_info[:3])),
            *(examine_versions()[:1] if find(None) else examine_versions()),
            Finding('front end', described()), _numpy(), Finding('processor', processor()),
            _onednn(), _data(data_dir)]


def _numpy() -> Finding:
    found = installed('numpy')
    return Finding('NumPy', found) if found else Finding('NumPy', 'is not installed',
                                                         'pip install numpy')


def _onednn() -> Finding:
    if os.environ.get('TF_ENABLE_ONEDNN_OPTS', '0') in ('0', 'false'):
        return Finding('oneDNN', 'off for these scripts, as on TensorFlow 1.x')
    return Finding('oneDNN', 'on, since TF_ENABLE_ONEDNN_OPTS says so: last digits may differ '
                             'from TensorFlow 1.x')


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
