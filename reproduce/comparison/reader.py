"""The lines of a printed log, from a file or standard input, in the forms that people have them.

That is text in any usual encoding, as it was printed, redirected by PowerShell (UTF-16), zipped
by gzip, recorded from a terminal, or kept in a notebook's output cells.
"""
import gzip
import io
import json
import os
import re
import stat
import sys
import zlib
from typing import IO, Any, Iterator, List

from reproduce.shared.errors import InputError

MOST_BYTES = 16 * 2**20  # unzipped; the article's log has 3 KB
MOST_LINES = 2**20  # and drawings of a progress bar; more would take minutes to look at
_STDIN = 'stdin'
# Colours and the like: ECMA-48's control sequences, and what sets a terminal's title.
_TERMINAL_CODES = re.compile(r'\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)'
                             r'|\x1b[@-Z\\-_]|\x08+')
_ERASED = re.compile(r'\r\x1b\[[0-2]?K|\x1b\[[12]K')  # a line, or what is left of the cursor
# What a web page puts in place of blanks, and between characters, when a log is copied from it.
_COPIED = {0xa0: ' ', 0x200b: None, 0xfeff: None}


def read_lines(path: str) -> List[str]:
    """The lines of the log at `path`, or of standard input for '-'.

    Terminal codes and a web page's odd blanks are gone.  A line's end, and what a carriage return
    separates within it, such as a progress bar, is left to the parser.

    Raises:
      InputError: it cannot be read, is no regular file, or holds more than MOST_BYTES or
        MOST_LINES.
    """
    name = name_of(path)
    data = _read_bytes(path, name)
    text = _decoded(data)
    if _is_notebook(text):
        text = _notebook_output(text, name)
    if text.count('\n') + text.count('\r') > MOST_LINES:
        raise InputError(f'{name}: holds more than {MOST_LINES} lines, which no log does; name a '
                         'log file')
    text = _TERMINAL_CODES.sub('', _ERASED.sub('\r \r', text)).translate(_COPIED)
    lines = text.split('\n' if '\n' in text else '\r')
    return lines if lines[-1] else lines[:-1]


def name_of(path: str) -> str:
    """What errors and reports call the log at `path`."""
    return _STDIN if path == '-' else path


def _read_bytes(path: str, name: str) -> bytes:
    """All of the input, unzipped."""
    try:
        if path == '-':
            if sys.stdin is None:
                raise InputError('-: standard input is closed; name a log file')
            data = _read_bounded(sys.stdin.buffer, name)
        else:
            if not stat.S_ISREG(os.stat(path).st_mode):
                raise InputError(f"{path}: is no regular file; name a log file, or '-' for "
                                 'standard input')
            with open(path, 'rb') as file:
                data = _read_bounded(file, name)
        if data.startswith(b'\x1f\x8b'):
            data = _unzipped(data, name)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f'{name}: cannot be read ({getattr(error, "strerror", None) or error}); '
                         'name a log file') from error
    except ValueError as error:  # a null byte in the path; an InputError is a ValueError too
        if isinstance(error, InputError):
            raise
        raise InputError(f'{path!r}: is no path ({error}); name a log file') from error
    return data


def _read_bounded(file: IO[bytes], name: str) -> bytes:
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise InputError(f'{name}: holds more than {MOST_BYTES // 2**20} MB, which no log does; '
                         'name a log file')
    return data


def _unzipped(data: bytes, name: str) -> bytes:
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
        return _read_bounded(file, name)


def _decoded(data: bytes) -> str:
    """The text of `data`: UTF-16 where it is that, else UTF-8.

    The log's own lines are ASCII.  What is none of UTF-8, such as a line in GBK, becomes
    characters that stand for its bytes, so that other bytes are another text.
    """
    if data.startswith((b'\xff\xfe', b'\xfe\xff')):
        return data.decode('utf-16', 'replace')
    nulls = data[:1000].count(b'\0')
    if nulls > len(data[:1000]) // 4:  # ASCII in UTF-16 without its mark is half null bytes
        return data.decode('utf-16-be' if data.startswith(b'\0') else 'utf-16-le', 'replace')
    return data.decode('utf-8-sig', 'surrogateescape')


def _is_notebook(text: str) -> bool:
    return text.lstrip().startswith('{') and '"nbformat"' in text


def _notebook_output(text: str, name: str) -> str:
    """What the cells of the Jupyter notebook `text` have printed."""
    try:
        notebook = json.loads(text)
        return ''.join(_cell_outputs(notebook))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise InputError(f'{name}: is a damaged notebook; save it again') from error


def _cell_outputs(notebook: Any) -> Iterator[str]:
    sheets = notebook.get('worksheets', [notebook])  # before version 4 the cells were in sheets
    for sheet in sheets:
        for cell in sheet['cells']:
            for output in cell.get('outputs', []):
                text = ''.join(output.get('text', output.get('data', {}).get('text/plain', '')))
                yield text if text.endswith('\n') or not text else text + '\n'
