"""What is wrapped around the lines of any printed log: banners, progress bars, prefixes."""
import re
from typing import Callable, Iterable, List, NamedTuple, Tuple

from reproduce.shared.records import counted

_DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)'
_MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)'
# What changes from line to line within prefixes of one shape; blanks may fill a number up.
_VARYING = re.compile(rf'\s*\d+|\b(?:{_DAY}|{_MONTH}|AM|PM)\b')

_CLOCK = r'\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?(?: ?[AP]M)?(?:Z|[+-]\d\d:?\d\d| UTC)?'
_TIME = (rf'(?:{_DAY} {_MONTH} +\d+ {_CLOCK} (?:19|20)\d\d|{_MONTH} +\d+ {_CLOCK}'
         rf'|(?:\d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{1,4}}[T ])?{_CLOCK})\b')
_LEVEL = (r'\[?(?:DEBUG|INFO|WARN(?:ING)?|ERROR|CRITICAL)\b\]?'
          r'(?::[\w.]+:| in [\w.]+:|\s*\| \S+:\S+:\d+ -|:|\s*[-|:](?=\s|$))?')
# A container or a launcher says where a line comes from, a logger when, and how grave it is.
_SOURCE = re.compile(r'[\w./-]*[A-Za-z][\w./-]* *\||\[(?:rank|worker|pod)[\w ./-]*\]:?|>+(?= |$)'
                     r'|\[\d+,\d+\]<std(?:out|err)>:|\(\S+ pid=\d+(?:, ip=[\d.]+)?\)', re.ASCII)
_LOGGER = re.compile(
    rf'[IWEF]\d{{4}} {_TIME} +\d+ [^\s\]]+\]'
    rf'|[\[(]?{_TIME}[\])]?(?:\s*[-|]?\s*(?:[\w.]+\s*[-|]?\s*)?{_LEVEL}'
    r'| [\w.-]+ [\w./-]+\[\d+\]:| std(?:out|err) [FP])?(?:\s*[-|>:]+(?=\s|$))?'
    rf'|{_LEVEL}|\[ *\d+(?:\.\d+)? ?m?s\]', re.ASCII)
# What TensorFlow, Python, a terminal's recorder, a notebook or a progress bar adds to a log.
_BANNER = re.compile(
    r'\d{4}-\d\d-\d\d [\d:.]+: [IWEF] \S+:\d+\] |[IWEF]\d{4} [\d:.]+ +\d+ \S+\.(?:cc|h):\d+\] '
    r'|[IWEF] (?:tensorflow|external)/\S+:\d+\] |To enable the following instructions: '
    r'|WARNING: All log messages before absl|WARNING:tensorflow:|Instructions for updating:'
    r'|The TensorFlow contrib module will not |For more information, please see:'
    r'|  \* https://github\.com/tensorflow/|If you depend on functionality not listed there'
    r'|\S+:\d+: \w*Warning: |Script (?:started|done) on |In \[\d*\]:'
    r'|(?:[^|]{0,80}: )?\s*\d{1,3}%\|[^|]*\| *\d|\[[#=>. -]{10,}\] *\d+/\d+ ')
_LONGEST = 300  # characters that are looked at; on long blanks the patterns would take minutes


class Unwrapped(NamedTuple):
    """A printed log without what is wrapped around its lines."""

    lines: List[Tuple[int, str]]  # each with its number in the log, from 1
    skipped: int = 0  # lines of banners and progress bars
    prefix: str = ''  # what stood in front of the first line, and so of each


def remarks(name: str, skipped: int, prefix: str, lines: int) -> List[str]:
    """What was taken away of the log called `name`, a line each."""
    said = []
    if skipped:
        are = 'is' if skipped == 1 else 'are'
        said.append(f'{name}: {counted(skipped, "line")} {are} no part of the log, and skipped')
    if prefix:
        said.append(f'{name}: the prefix of each line, such as {prefix!r}, is taken away '
                    f'({counted(lines, "line")})')
    return said


def shape(prefix: str) -> str:
    """What is the same in the prefixes of all lines that one logger printed."""
    return _VARYING.sub('0', prefix)


def unwrapped(lines: Iterable[str]) -> Unwrapped:
    """The log in `lines`, as its program printed it.

    A prefix is what every line begins with, in one shape: a time, a level, a container's name.
    Numbers of any other kind are the program's own.
    """
    seen = [(number, _on_screen(line)) for number, line in enumerate(lines, start=1)]
    found, prefix = _without_banners(seen), ''
    for pattern, kind in ((_SOURCE, str), (_LOGGER, shape)):
        taken = _prefixes([line for _, line in found if line], pattern, kind)
        if taken:
            prefix += taken[0]
            rest = iter(taken)
            found = _without_banners([(number, line[len(next(rest)):] if line else line)
                                      for number, line in found])
    return Unwrapped(found, len(seen) - len(found), prefix)


def _on_screen(line: str) -> str:
    """What is left to see of a line in which a carriage return began anew, without its end."""
    pieces = [piece for piece in line.rstrip('\n').split('\r') if piece]
    return pieces[-1].rstrip() if pieces else ''


def _without_banners(lines: List[Tuple[int, str]]) -> List[Tuple[int, str]]:
    kept, above = [], ''
    for number, line in lines:
        if _BANNER.match(line[:_LONGEST]) or _belongs_to(above, line):
            above = line or ' '
        else:
            above = ''
            kept.append((number, line))
    return kept


def _belongs_to(banner: str, line: str) -> bool:
    """Whether `line` goes on with what the `banner` above it says."""
    if not line:
        return banner.startswith(('WARNING:tensorflow:', 'If you depend on'))
    return banner.startswith('Instructions for updating:') or (
        'Warning: ' in banner and line.startswith('  '))


def _prefixes(lines: List[str], pattern: 're.Pattern[str]',
              kind: Callable[[str], str]) -> List[str]:
    """What `pattern` finds at the beginning of each line, if on all it is of one `kind`."""
    found = [pattern.match(line[:_LONGEST]) for line in lines]
    if not all(found) or len({kind(match[0]) for match in found}) != 1:
        return []
    prefixes = [match[0] for match in found]
    apart = all(line[len(prefix):][:1] in (' ', '') for line, prefix in zip(lines, prefixes))
    return [prefix + ' ' * apart for prefix in prefixes]
