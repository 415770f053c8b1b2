"""What a printed log has to keep, whatever it says: the contract of the article's lines."""
from reproduce.errors import InputError
from reproduce.log import Log


def check_contract(log: Log, name: str, batch_size: int, test_len: int) -> None:
    """Check that `log` is the whole log of a run.

    Args:
      log: the log.
      name: what errors call it, such as its path.
      batch_size: images an update: each training accuracy is a share of so many.
      test_len: images behind the test accuracy.

    Raises:
      InputError: the log stops before its end, or an accuracy is no share of so
        many images.  The message names the line's number.
    """
    if not log.finished or log.test_accuracy is None:
        raise InputError(f"{name}:{log.step_lines[-1]}: the log stops after step "
                         f'{log.steps[-1].step}, before its end; give the log of a finished run')
    for record, line in zip(log.steps, log.step_lines):
        if not _is_share(record.accuracy, batch_size, digits=3):
            raise InputError(f'{name}:{line}: the training accuracy {record.accuracy:.3f} is no '
                             f'share of {batch_size} images; give the --batch-size of the run, '
                             'or the log as it was printed')
    if not _is_share(log.test_accuracy, test_len, digits=7):
        raise InputError(f'{name}:{log.test_line}: the test accuracy {log.test_accuracy} is no '
                         f'share of {test_len} images; give the --test-len of the run, or the '
                         'log as it was printed')


def _is_share(accuracy: float, images: int, digits: int) -> bool:
    """Whether `accuracy` is some number of right answers of `images`, rounded to `digits`."""
    if not 0.0 <= accuracy <= 1.0:  # nan among them
        return False
    # The printed program divides in float32 and rounds once more.
    share = round(accuracy * images) / images
    return abs(accuracy - share) < 0.51 * 10 ** -digits
