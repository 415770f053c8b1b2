"""Any printed log against the log that it should equal: text as text, numbers to their digits."""
import itertools
import math
import re
from decimal import Decimal
from typing import Iterable, List, NamedTuple, Optional, Tuple

from reproduce.comparison.wrapping import unwrapped

_SHOWN = 60  # characters of a line in a message
_FEWEST_DIGITS = 3  # behind the point of a rounded number; with fewer, it may have been cut short
# A number stands alone: `conv2d_1` and `0x7f` are names.  A minus after a digit or a letter, as
# in 2016-08-01, is a dash.
_NUMBER = re.compile(
    r'((?<![\w.])[-+]?(?:\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?'
    r'|nan|inf)(?!\w))', re.ASCII | re.IGNORECASE)
# NumPy pads the numbers of an array to one width, which one digit more of one number changes.
_PADDING = re.compile(r'(?<=\[) +| +(?=\])|(?<= ) +')


class TextDifference(NamedTuple):
    """A line of the log that is not the reference's."""

    line: int  # from 1; the reference's where the log has ended
    found: Optional[str]  # None where the log has ended
    expected: Optional[str]  # None where the reference has ended
    numbers: Tuple[Tuple[str, str], ...]  # (found, expected), as printed, where the text is equal

    def __str__(self) -> str:
        """Where the difference is, and what it is."""
        place = f'line {self.line}: '
        if self.found is None:
            return f'{place}missing; the reference has {_shown(self.expected)}'
        if self.expected is None:
            return f'{place}{_shown(self.found)} stands after the end of the reference'
        if not self.numbers:
            return f'{place}{_shown(self.found)} in place of {_shown(self.expected)}'
        found, expected = self.numbers[0]
        more = len(self.numbers) - 1
        also = f', and {more} more of its numbers' if more else ''
        return f'{place}{found} in place of {expected}{also}, in {_shown(self.found)}'


class TextComparison(NamedTuple):
    """A log beside its reference."""

    differences: Tuple[TextDifference, ...]  # in the order of the lines
    compared: int  # lines of the longer of the two
    largest: float  # the largest difference of two numbers, as a share of the reference's

    @property
    def same(self) -> bool:
        """Whether the log says what the reference does."""
        return not self.differences


def compare_text(lines: Iterable[str], reference_lines: Iterable[str],
                 rtol: float = 0.0) -> TextComparison:
    """Compare two printed logs, aligned by line, without what `wrapping` takes away of each.

    Args:
      lines: the log's lines, with or without their ends; space at a line's end, and empty
        lines at the log's end, count for nothing.
      reference_lines: what they should be.
      rtol: by what share of the reference's a number with a decimal point may differ; one unit
        of its last printed digit is then allowed besides, as a rounding boundary needs.  A
        whole number, such as a step, and the text around the numbers have to be equal.

    Returns:
      The comparison.  Numbers are equal when their values are, so 0.50 is 0.5, and nan is nan;
      or when one is the other, rounded to its own digits.
    """
    differences: List[TextDifference] = []
    largest = 0.0
    compared = 0
    for (line, found), (number, expected) in itertools.zip_longest(
            _printed(lines), _printed(reference_lines), fillvalue=(None, None)):
        compared += 1
        if found == expected:
            continue
        numbers: Tuple[Tuple[str, str], ...] = ()
        if found is not None and expected is not None:
            # Text, number, text, number ... text: where the texts are equal, numbers pair up.
            parts, expected_parts = _NUMBER.split(found), _NUMBER.split(expected)
            if _same_text(parts, expected_parts):
                pairs = list(zip(parts[1::2], expected_parts[1::2]))
                largest = max([largest] + [_share(*pair) for pair in pairs])
                numbers = tuple(pair for pair in pairs if not _equal(*pair, rtol))
                if not numbers:
                    continue
        differences.append(TextDifference(line or number, found, expected, numbers))
    return TextComparison(tuple(differences), compared, largest)


def _printed(lines: Iterable[str]) -> List[Tuple[int, str]]:
    """The program's own lines, up to the last that says something."""
    printed = unwrapped(lines).lines
    while printed and not printed[-1][1]:
        printed.pop()
    return printed


def _same_text(parts: List[str], expected: List[str]) -> bool:
    """Whether the texts are equal, but for padding where numbers have other lengths."""
    texts, expected_texts = parts[::2], expected[::2]
    if texts == expected_texts:
        return True
    if [len(number) for number in parts[1::2]] == [len(number) for number in expected[1::2]]:
        return False
    return [_PADDING.sub('', text) for text in texts] == [
        _PADDING.sub('', text) for text in expected_texts]


def _equal(found: str, expected: str, rtol: float) -> bool:
    value, wanted = Decimal(found), Decimal(expected)
    if value.is_nan() or wanted.is_nan():
        return value.is_nan() and wanted.is_nan()
    if value == wanted or _rounded_alike(value, wanted):
        return True
    whole = _is_whole(found) and _is_whole(expected)
    if not rtol or whole or math.isinf(float(found)) or math.isinf(float(expected)):
        return False
    digit = max(_last_digit(value), _last_digit(wanted))
    return abs(float(found) - float(expected)) <= rtol * abs(float(expected)) + digit


def _rounded_alike(value: Decimal, wanted: Decimal) -> bool:
    """Whether one of the two is the other in fewer digits, as an older NumPy prints it."""
    if not (value.is_finite() and wanted.is_finite()):
        return False
    fewer, more = sorted((-value.as_tuple().exponent, -wanted.as_tuple().exponent))
    return _FEWEST_DIGITS <= fewer < more and abs(value - wanted) <= Decimal(f'0.51e-{fewer}')


def _last_digit(value: Decimal) -> float:
    """One unit of the last digit of the finite `value`."""
    return float(f'1e{value.as_tuple().exponent}')


def _is_whole(number: str) -> bool:
    return number.lstrip('+-').isdigit()


def _share(found: str, expected: str) -> float:
    """By what share of `expected` the number `found` differs."""
    value, wanted = float(found), float(expected)
    if value == wanted or (value != value and wanted != wanted):
        return 0.0
    share = abs(value - wanted) / abs(wanted) if wanted else float('inf')
    return share if share == share else float('inf')


def _shown(line: Optional[str]) -> str:
    text = line or ''
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN - 3] + '...')
