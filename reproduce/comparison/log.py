"""A printed log: the article's lines, parsed, and what may stand around them."""
import math
import re
from typing import Iterable, List, NamedTuple, Optional, Tuple

from reproduce.comparison.reader import name_of, read_lines
from reproduce.comparison.wrapping import shape
from reproduce.shared.errors import InputError
from reproduce.shared.records import (
    FINISHED,
    TESTING,
    FinalAccuracy,
    Finished,
    PrintedRecord,
    StepRecord,
    format_record,
)

_SHOWN = 80  # characters of a damaged line
_LONGEST = 2000  # characters of a line; the article's longest has 60
_NUMBER = r'-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|nan|inf)'
# Python refuses to convert thousands of digits; no run has a step of more than 18.
# In front of a log's line, a container or a logger may put a prefix, which ends so.
_PREFIX = r'(?P<prefix>(?:.{0,300}?[\s\]|:>])?)'
_STEP = rf'Step (?P<step>\d{{1,18}}), Minibatch Loss= (?P<loss>{_NUMBER}), ' \
        rf'Training Accuracy= (?P<accuracy>{_NUMBER})'
_FINAL = rf'{TESTING} (?P<final>{_NUMBER})'
_LINE = re.compile(f'{_PREFIX}(?:{_STEP}|{_FINAL}|{FINISHED})', re.ASCII)
_MARK = re.compile(rf'\bStep \d+,|Minibatch Loss|Training Accuracy|{TESTING}|{FINISHED}', re.ASCII)


class Log(NamedTuple):
    """A printed log, parsed."""

    steps: Tuple[StepRecord, ...]
    finished: bool  # whether it says that the optimization finished
    test_accuracy: Optional[float]
    skipped: int  # lines that are no part of the log: banners, `Extracting ...`
    step_lines: Tuple[int, ...] = ()  # where each of the steps stands in its file, from 1
    test_line: Optional[int] = None  # where the test accuracy stands
    test_digits: int = 8  # printed behind the test accuracy's decimal point
    prefix: str = ''  # what stands in front of the first line, as a logger puts it there

    @property
    def diverged(self) -> Optional[StepRecord]:
        """The first step whose loss is no number from 0 up; None where all are."""
        return next((step for step in self.steps if not 0.0 <= step.loss < math.inf), None)

    def until(self, step: int) -> 'Log':
        """Its lines up to that of `step`, as of a run that is still going on."""
        kept = sum(record.step <= step for record in self.steps)
        return self.without_end()._replace(steps=self.steps[:kept],
                                           step_lines=self.step_lines[:kept])

    def without_end(self) -> 'Log':
        """Its steps, as of a run that is still going on."""
        return self._replace(finished=False, test_accuracy=None, test_line=None, test_digits=0)


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
      lines: the log's lines, with or without their ends.  A carriage return within a line
        separates what was printed over each other, such as a progress bar.
      name: what errors call the log, such as its path.

    Raises:
      InputError: a line of the log is damaged, in a wrong place, or repeated, or
        there is no step line at all.  The message names the line's number.
    """
    steps: List[StepRecord] = []
    step_lines: List[int] = []
    finished = False
    test_accuracy = test_line = None
    test_digits = skipped = 0
    prefix: Optional[str] = None
    for number, line in enumerate(lines, start=1):
        found = _parse_line(line, prefix, f'{name}:{number}')
        if found is None:
            skipped += 1
            continue
        record, prefix, digits = found
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
            test_accuracy, test_line, test_digits = record.accuracy, number, digits
        else:
            finished = True
    if not steps:
        raise InputError(f"{name}: holds no line 'Step ..., Minibatch Loss= ..., Training "
                         "Accuracy= ...'; give a log that the experiment printed")
    return Log(tuple(steps), finished, test_accuracy, skipped, tuple(step_lines), test_line,
               test_digits, prefix or '')


def has_step_line(lines: Iterable[str]) -> bool:
    """Whether one of `lines` is a whole step line of the article's program."""
    matches = (_match(piece.strip()) for line in lines for piece in line.split('\r')
               if _marked(piece))
    return any(match and match['step'] for match in matches)


def _marked(text: str) -> bool:
    """Whether `text` has words of the article's lines."""
    return bool(_MARK.search(text))


def _match(text: str) -> Optional['re.Match[str]']:
    return _LINE.fullmatch(text) if len(text) <= _LONGEST else None


def read_log(path: str) -> Log:
    """Parse the log at `path`, or on standard input for '-'.

    Raises:
      InputError: as `reader.read_lines` and `parse_log`.
    """
    return parse_log(read_lines(path), name_of(path))


def _parse_line(line: str, prefix: Optional[str],
                place: str) -> Optional[Tuple[PrintedRecord, str, int]]:
    """The record in `line`, the prefix before it, and the digits of a test accuracy.

    None where the line holds none of the program's.  `prefix` is that of the log's first line,
    None before it: all lines of a log have prefixes of one shape.
    """
    found = [piece.strip() for piece in line.split('\r') if _marked(piece)]
    if not found:
        return None
    match = _match(found[0])
    if (len(found) > 1 or not match or _marked(match['prefix'])
            or (prefix is not None and shape(match['prefix']) != shape(prefix))):
        raise InputError(f'{place}: a damaged line, {found[-1][:_SHOWN]!r}; give the log as it '
                         'was printed')
    first = match['prefix'] if prefix is None else prefix
    if match['step']:
        return StepRecord(int(match['step']), float(match['loss']),
                          float(match['accuracy'])), first, 0
    if match['final']:
        _, _, decimals = match['final'].partition('.')
        return FinalAccuracy(float(match['final'])), first, len(decimals)
    return Finished(), first, 0
