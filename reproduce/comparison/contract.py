"""What a printed log has to keep, whatever it says: the contract of the article's lines."""
import functools
import math

from reproduce.comparison.log import Log
from reproduce.shared.errors import InputError
from reproduce.shared.records import FINISHED

_TELLING = 10  # accuracies; that so many right answers are even is no chance (1 in 1024)
_MOST_TOLD = 999  # images; the three digits of a training accuracy tell no more apart
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
        images, or all of them show that the batches were smaller.  The message names
        the line's number.
    """
    if log.test_accuracy is None:
        raise InputError(f'{name}:{log.step_lines[-1]}: the log stops after step '
                         f'{log.steps[-1].step}, before its end; give the log of a finished run')
    if not log.finished:
        raise InputError(f"{name}:{log.test_line}: the line '{FINISHED}' is missing before the "
                         'test accuracy; give the log as it was printed')
    for record, line in zip(log.steps, log.step_lines):
        if not _is_share(record.accuracy, batch_size, digits=3):
            raise InputError(f'{name}:{line}: the training accuracy {record.accuracy:.3f} is no '
                             f'share of {batch_size} images; give the --batch-size of the run, '
                             'or the log as it was printed')
    smaller = _smaller_batch(log, batch_size)
    if smaller:
        raise InputError(f'{name}:{log.step_lines[0]}: all {len(log.steps)} training accuracies '
                         f'are shares of {smaller} images too; give the --batch-size of the run')
    if not _is_share(log.test_accuracy, test_len, told_digits(log)):
        raise InputError(f'{name}:{log.test_line}: the test accuracy {log.test_accuracy} is no '
                         f'share of {test_len} images; give the --test-len of the run, or the '
                         'log as it was printed')


def told_digits(log: Log) -> int:
    """How many digits of the test accuracy of `log` are to be believed.

    NumPy prints a float32 with as many digits as tell it apart, and before 1.14 with six.
    """
    if log.test_digits < _FEWEST_DIGITS:
        return _EXACT_DIGITS
    return min(log.test_digits, _EXACT_DIGITS)


def _smaller_batch(log: Log, batch_size: int) -> int:
    """Of how many images fewer than `batch_size` all accuracies are shares too; 0 for none.

    Such a number divides `batch_size`.  An accuracy of 0 or 1 is a share of any number.
    """
    right = [round(record.accuracy * batch_size) for record in log.steps
             if 0.0 < record.accuracy < 1.0]
    common = functools.reduce(math.gcd, right, batch_size)
    telling = len(right) >= _TELLING and batch_size <= _MOST_TOLD and common > 1
    return batch_size // common if telling else 0


def _is_share(accuracy: float, images: int, digits: int) -> bool:
    """Whether `accuracy` is some number of right answers of `images`, rounded to `digits`."""
    if not 0.0 <= accuracy <= 1.0:  # nan among them
        return False
    # The printed program divides in float32 and rounds once more.
    return equal_to_digits(accuracy, round(accuracy * images) / images, digits)


def equal_to_digits(number: float, other: float, digits: int) -> bool:
    """Whether one of the two numbers may be the other, rounded to so many digits."""
    return abs(number - other) < 0.51 * 10 ** -digits
