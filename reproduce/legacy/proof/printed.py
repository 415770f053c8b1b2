"""Printed lines without what no two runs have in common: times, dates and durations."""
import re
from typing import List, Sequence, Tuple

_NUMBER = r'\d+(?:\.\d*)?(?:e[-+]?\d+)?'
_UNIT = (r'(?:s|secs?|seconds?|ms|milliseconds?|us|microseconds?|min|mins|minutes?|h|hrs?|hours?)')
_TIMES = re.compile('|'.join((
    r'\d{4}[-/]\d{1,2}[-/]\d{1,2}(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)?',
    r'(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\w*,? +\w+ +\d+ +\d{1,2}:\d{2}:\d{2}(?: \d{4})?',
    r'\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?',
    rf'{_NUMBER} ?{_UNIT}\b(?:/\w+)?',  # 3.2 sec/batch
    rf'{_NUMBER} ?\w+/{_UNIT}\b',  # 120 examples/sec
    rf'\b(?:time|elapsed|took|duration|seconds?|secs?|speed)\b[^\w\n]{{0,4}}{_NUMBER}')),
    re.IGNORECASE)


def without_times(lines: Sequence[str], reference: Sequence[str],
                  ignore: Sequence[str] = ()) -> Tuple[List[str], List[str]]:
    """Both, without what matches `ignore`, and alike where nothing but times tells two apart.

    Args:
      lines: printed here.
      reference: printed there; line stands beside line.
      ignore: regular expressions.
    """
    found, expected = ([_without(line, ignore) for line in one] for one in (lines, reference))
    for number, (line, other) in enumerate(zip(found, expected)):
        if line != other and _TIMES.sub('', line) == _TIMES.sub('', other):
            found[number] = other
    return found, expected


def _without(line: str, ignore: Sequence[str]) -> str:
    for pattern in ignore:
        line = re.sub(pattern, '', line)
    return line
