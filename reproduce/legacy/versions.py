"""Whether the installed TensorFlow and tf_keras can run 1.x's scripts; neither is imported."""
from importlib.metadata import PackageNotFoundError, version
from typing import List, NamedTuple, Optional

from reproduce.shared.errors import InputError

OLDEST = (2, 16)  # of the versions that the runner was tried on
TENSORFLOWS = ('tensorflow', 'tensorflow-cpu', 'tf-nightly')
_INSTALL = 'pip install "tensorflow==2.21.*" "tf_keras==2.21.*"'


class Finding(NamedTuple):
    """One part of the environment."""

    part: str
    text: str
    fix: Optional[str] = None  # None where all is well


def installed(*names: str) -> Optional[str]:
    """The version of the first of these packages that is installed, or None."""
    for name in names:
        try:
            return version(name)
        except PackageNotFoundError:
            continue
    return None


def examine_versions() -> List[Finding]:
    """What there is to say of TensorFlow and of tf_keras."""
    tensorflow, tf_keras = installed(*TENSORFLOWS), installed('tf_keras')
    if tensorflow is None:
        return [Finding('TensorFlow', 'is not installed', _INSTALL)]
    if tensorflow.startswith('1.'):
        return [Finding('TensorFlow', f"{tensorflow} is 1.x itself", 'python SCRIPT')]
    if tuple(int(part) for part in tensorflow.split('.')[:2]) < OLDEST:
        return [Finding('TensorFlow', f'{tensorflow} is older than any that was tried', _INSTALL)]
    minor = '.'.join(tensorflow.split('.')[:2])
    found = [Finding('TensorFlow', tensorflow)]
    fix = f'pip install "tf_keras=={minor}.*"'
    if tf_keras is None:
        return found + [Finding('tf_keras', 'is not installed', fix)]
    if tf_keras.split('.')[:2] != minor.split('.'):
        return found + [Finding('tf_keras', f'{tf_keras} does not fit TensorFlow {minor}', fix)]
    return found + [Finding('tf_keras', f"{tf_keras}, of TensorFlow's minor version")]


def check_versions(with_front: bool = False) -> None:
    """Check that both are there, and fit each other; with the front end, that TensorFlow is.

    Raises:
      InputError: they do not; the message says what to run.
    """
    for finding in examine_versions()[:1 if with_front else None]:
        if finding.fix is not None:
            raise InputError(f'{finding.part} {finding.text}; run: {finding.fix}')
