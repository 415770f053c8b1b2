"""The log: its records, and the article's line format, written and parsed."""
import re
from typing import Iterable, List, NamedTuple, Optional, Tuple, Union

from reproduce.errors import InputError


class Updated(NamedTuple):
    """A step is done that the article's program neither measures nor prints."""

    step: int


class StepRecord(NamedTuple):
    """What a step line says, measured after the step's update on the step's batch."""

    step: int
    loss: float  # mean cross entropy, nats
    accuracy: float  # share of right answers


class Finished(NamedTuple):
    """All training steps are done."""


class FinalAccuracy(NamedTuple):
    """What the last line says."""

    accuracy: float  # share of right answers on the first test images, float32


PrintedRecord = Union[StepRecord, Finished, FinalAccuracy]
Record = Union[Updated, PrintedRecord]

_FINISHED = 'Optimization Finished!'
_TESTING = 'Testing Accuracy:'
_SHOWN = 80  # characters of a damaged line
_NUMBER = r'-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|nan|inf)'
# Python refuses to convert thousands of digits; no run has a step of more than 18.
_STEP_LINE = re.compile(
    rf'Step (\d{{1,18}}), Minibatch Loss= ({_NUMBER}), Training Accuracy= ({_NUMBER})', re.ASCII)
_TEST_LINE = re.compile(rf'{_TESTING} ({_NUMBER})', re.ASCII)


def format_record(record: PrintedRecord) -> str:
    """The line, without its end, that the article's program prints for `record`."""
    if isinstance(record, StepRecord):
        return 'Step {}, Minibatch Loss= {:.4f}, Training Accuracy= {:.3f}'.format(*record)
    if isinstance(record, FinalAccuracy):
        return f'{_TESTING} {record.accuracy!s}'  # as print() does it
    return _FINISHED


class Log(NamedTuple):
    """A printed log, parsed."""

    steps: Tuple[StepRecord, ...]
    finished: bool  # whether it says that the optimization finished
    test_accuracy: Optional[float]
    skipped: int  # lines that are no part of the log: banners, `Extracting ...`
    step_lines: Tuple[int, ...] = ()  # where each of the steps stands in its file, from 1
    test_line: Optional[int] = None  # where the test accuracy stands

    def until(self, step: int) -> 'Log':
        """Its lines up to that of `step`, as of a run that is still going on."""
        kept = sum(record.step <= step for record in self.steps)
        return self._replace(steps=self.steps[:kept], step_lines=self.step_lines[:kept],
                             finished=False, test_accuracy=None, test_line=None)


def format_log(log: Log) -> str:
    """The lines of `log` as the article's program prints them; skipped lines are gone."""
    records: List[PrintedRecord] = list(log.steps)
    if log.finished:
        records.append(Finished())
    if log.test_accuracy is not None:
        records.append(FinalAccuracy(log.test_accuracy))
    return ''.join(format_record(record) + '\n' for record in records)


def parse_log(lines: Iterable[str], name: str) -> Log:
    """Parse a printed log; lines that are not the program's own are skipped.

    Args:
      lines: the log's lines, with or without their ends.
      name: what errors call the log, such as its path.

    Raises:
      InputError: a line of the log is damaged, in a wrong place, or repeated, or
        there is no step line at all.  The message names the line's number.
    """
    steps: List[StepRecord] = []
    step_lines: List[int] = []
    finished = False
    test_accuracy = test_line = None
    skipped = 0
    for number, line in enumerate(lines, start=1):
        record = _parse_line(line.strip(), f'{name}:{number}')
        if record is None:
            skipped += 1
            continue
        if test_accuracy is not None or (finished and not isinstance(record, FinalAccuracy)):
            raise InputError(f'{name}:{number}: stands after the end of the log; give one run '
                             'a file')
        if isinstance(record, StepRecord):
            if steps and record.step <= steps[-1].step:
                raise InputError(f'{name}:{number}: step {record.step} stands after step '
                                 f'{steps[-1].step}; give one run a file, in its order')
            steps.append(record)
            step_lines.append(number)
        elif isinstance(record, FinalAccuracy):
            test_accuracy, test_line = record.accuracy, number
        else:
            finished = True
    if not steps:
        raise InputError(f"{name}: holds no line 'Step ..., Minibatch Loss= ..., Training "
                         "Accuracy= ...'; give a log that the experiment printed")
    return Log(tuple(steps), finished, test_accuracy, skipped, tuple(step_lines), test_line)


def read_log(path: str) -> Log:
    """Parse the log in the file at `path`, UTF-8 with or without a byte order mark.

    Raises:
      InputError: as `parse_log`, or the file cannot be read.
    """
    try:
        with open(path, encoding='utf-8-sig') as file:
            return parse_log(file, path)
    except OSError as error:
        raise InputError(f'{path}: cannot be read ({error.strerror}); name a log file') from error
    except UnicodeDecodeError as error:
        raise InputError(f'{path}: is not text in UTF-8; name a log file') from error


def _parse_line(line: str, place: str) -> Optional[PrintedRecord]:
    """The record in `line`, or None where the line is not one of the program's."""
    match = _STEP_LINE.fullmatch(line)
    if match:
        return StepRecord(int(match.group(1)), float(match.group(2)), float(match.group(3)))
    match = _TEST_LINE.fullmatch(line)
    if match:
        return FinalAccuracy(float(match.group(1)))
    if line == _FINISHED:
        return Finished()
    if any(mark in line for mark in ('Minibatch Loss', 'Training Accuracy', _TESTING, _FINISHED)):
        raise InputError(f'{place}: a damaged line, {line[:_SHOWN]!r}; give the log as it was '
                         'printed')
    return None
