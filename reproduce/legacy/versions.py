"""Whether what is installed can run 1.x's programs; nothing of it is imported."""
from importlib.metadata import PackageNotFoundError, version
from typing import List, NamedTuple, Optional

from reproduce.legacy.front.location import GET, described
from reproduce.shared.errors import InputError

OLDEST = (2, 16)  # of the versions that the front end was tried on
_TENSORFLOWS = ('tensorflow', 'tensorflow-cpu', 'tf-nightly')
_INSTALL = 'pip install "tensorflow==2.21.*"'


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


def installed_tensorflow() -> Optional[str]:
    """Its version, or None."""
    return installed(*_TENSORFLOWS)


def examine_runtime() -> Finding:
    """What there is to say of TensorFlow, whose runtime computes."""
    found = installed_tensorflow()
    if found is None:
        return Finding('runtime', 'TensorFlow is not installed', _INSTALL)
    if found.startswith('1.'):
        return Finding('runtime', f'TensorFlow {found} is 1.x itself', 'python SCRIPT')
    if tuple(int(part) for part in found.split('.')[:2]) < OLDEST:
        return Finding('runtime', f'TensorFlow {found} is older than any that was tried', _INSTALL)
    return Finding('runtime', f'TensorFlow {found}')


def examine_front() -> Finding:
    """What there is to say of TensorFlow 1.15's Python, which builds the graphs."""
    try:
        text, _, fix = described().partition('; ')
        return Finding('front end', text, fix or None)
    except InputError as error:
        return Finding('front end', str(error), GET)


def examine_numpy() -> Finding:
    """What there is to say of NumPy, whose arithmetic programs of the time rest on."""
    found = installed('numpy')
    if found is None:
        return Finding('NumPy', 'is not installed', 'pip install numpy')
    if found.startswith('1.'):
        return Finding('NumPy', found)
    return Finding('NumPy', f'{found}; what Session.run returns calculates as in NumPy 1.x, and '
                            'other numbers do not: pip install "numpy<2", where there is one')


def examine() -> List[Finding]:
    """All of these."""
    return [examine_runtime(), examine_front(), examine_numpy()]


def check_runtime() -> None:
    """Check that TensorFlow's runtime is there.

    Raises:
      InputError: it is not; the message says what to run.
    """
    finding = examine_runtime()
    if finding.fix is not None:
        raise InputError(f'{finding.text}; run: {finding.fix}')
