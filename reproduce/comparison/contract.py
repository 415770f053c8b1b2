"""What a printed log has to keep, whatever it says: the contract of the article's lines."""
import functools
import math
from typing import Optional

from reproduce.comparison.log import Log
from reproduce.shared.errors import InputError
from reproduce.shared.records import FINISHED

_CHANCE = 2.0 ** -10  # that accuracies are shares of another number of images by chance
_LARGEST_BATCH = 999  # images; the three digits of a training accuracy tell no more apart
_ADVICE = 'give the log as it was printed, or, with a REFERENCE, the --batch-size of the run'
_EXACT_DIGITS = 7  # float32's
_FEWEST_DIGITS = 3  # of a test accuracy that was rounded; with fewer, it may have been cut short


def check_contract(log: Log, name: str, batch_size: int, test_len: int) -> None:
    """Check that `log` is the whole log of a run.

    Args:
      log: the log.
      name: what errors call it, such as its path.
      batch_size: images an update: each training accuracy is a share of so many.
      test_len: images behind the test accuracy.

    Raises:
      InputError: the log stops before its end, an accuracy is no share of so many
        images, or all of them show another batch size.  The message names the line's
        number.
    """
    if log.test_accuracy is None:
        raise InputError(f'{name}:{log.step_lines[-1]}: the log stops after step '
                         f'{log.steps[-1].step}, before its end; give the log of a finished run')
    if not log.finished:
        raise InputError(f"{name}:{log.test_line}: the line '{FINISHED}' is missing before the "
                         'test accuracy; give the log as it was printed')
    other = other_batch_size(log, batch_size)
    if other:
        raise InputError(f'{name}:{log.step_lines[0]}: all {len(log.steps)} training accuracies '
                         f'are shares of {other} images, not {batch_size}; {_ADVICE}')
    for record, line in zip(log.steps, log.step_lines):
        if not _is_share(record.accuracy, batch_size, digits=3):
            raise InputError(f'{name}:{line}: the training accuracy {record.accuracy:.3f} is no '
                             f'share of {batch_size} images; {_ADVICE}')
    if not _is_share(log.test_accuracy, test_len, test_decimals(log)):
        raise InputError(f'{name}:{log.test_line}: the test accuracy {log.test_accuracy} is no '
                         f'share of {test_len} images; give the --test-len of the run, or the '
                         'log as it was printed')


def test_decimals(log: Log) -> int:
    """How many decimals of the test accuracy of `log` are to be believed.

    NumPy prints a float32 with as many digits as tell it apart, and before 1.14 with six.
    """
    if log.test_digits < _FEWEST_DIGITS:
        return _EXACT_DIGITS
    return min(log.test_digits, _EXACT_DIGITS)


def other_batch_size(log: Log, batch_size: int) -> Optional[int]:
    """The number of images that all training accuracies are shares of, where not `batch_size`.

    It is the smallest such number, and None where it can be chance.  Of accuracies that are
    shares of `batch_size` images, each is one of half as many with the probability 1/2.  Of
    those that are not, each is a share of n images with the probability n / 1000.
    """
    telling = [record.accuracy for record in log.steps if record.accuracy not in (0.0, 1.0)]
    foreign = [accuracy for accuracy in telling if not _is_share(accuracy, batch_size, digits=3)]
    if not foreign:
        common = functools.reduce(math.gcd, [round(accuracy * batch_size) for accuracy in telling],
                                  batch_size)
        chance = 2.0 ** -len(telling) if common > 1 and batch_size <= _LARGEST_BATCH else 1.0
        return batch_size // common if chance <= _CHANCE else None
    return next((images for images in range(1, _LARGEST_BATCH + 1)
                 if images * (images / 1000) ** len(foreign) <= _CHANCE
                 and all(_is_share(accuracy, images, digits=3) for accuracy in telling)), None)


def _is_share(accuracy: float, images: int, digits: int) -> bool:
    """Whether `accuracy` is some number of right answers of `images`, rounded to `digits`."""
    if not 0.0 <= accuracy <= 1.0:  # nan among them
        return False
    # The printed program divides in float32 and rounds once more.
    return equal_to_digits(accuracy, round(accuracy * images) / images, digits)


def equal_to_digits(number: float, other: float, digits: int) -> bool:
    """Whether one of the two numbers may be the other, rounded to so many digits."""
    return abs(number - other) < 0.51 * 10 ** -digits
