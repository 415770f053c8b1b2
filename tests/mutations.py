"""Damage for the fuzzing: changes of bytes, lines and texts, each drawn from a given generator."""
import functools
import gzip
import io
import random
from typing import List, Sequence

MOST = 2**16  # bytes of a mutated case; only the bombs are larger
INTEGERS = (0, 1, 2, 7, 8, 27, 28, 127, 128, 255, 256, 2**15, 2**16, 2**24, 2**31 - 1, 2**31,
            2**32 - 1, 2**32, 2**53, 2**62, 2**63 - 1, 2**63, 2**64 - 1)
NUMBERS = (*(str(number) for number in INTEGERS), '-1', '-0', '1e400', '-1e400', '1e-400', 'nan',
           '-nan', 'inf', '-inf', 'NaN', 'Infinity', '0.1', '1.', '.5', '1e', '0x10', '1_000',
           '٣', '１２', '1' * 400, '0.' + '3' * 400, '9' * 5000, '0' * 5000 + '1')
_ENCODINGS = ('utf-8', 'utf-8-sig', 'utf-16', 'utf-16-le', 'utf-16-be', 'utf-32', 'gbk', 'latin-1',
              'utf-7', 'cp037')


def mutated(data: bytes, draw: random.Random, words: Sequence[bytes] = ()) -> bytes:
    """`data` with one to five changes; `words` may be put in."""
    for _ in range(draw.choice((1, 1, 1, 2, 3, 5))):
        data = _changed(data, draw, words)[:MOST]
    return data


def _changed(data: bytes, draw: random.Random, words: Sequence[bytes]) -> bytes:
    at, end = sorted(draw.randint(0, len(data)) for _ in range(2))
    piece = data[at:min(end, at + draw.choice((1, 4, 16, 256)))]
    how = draw.randrange(10)
    if how == 0:
        return data[:at]
    if how == 1 and at < len(data):
        return data[:at] + bytes([data[at] ^ 1 << draw.randrange(8)]) + data[at + 1:]
    if how == 2:
        return data[:at] + data[at + len(piece):]
    if how == 3:
        return data[:at] + piece * draw.choice((2, 3, 50, 1000)) + data[at:]
    if how == 4:  # splice
        to = draw.randint(0, len(data))
        return data[:to] + piece + data[to + len(piece):]
    if how == 5:
        return data[:at] + draw.getrandbits(8 * len(piece) + 8).to_bytes(len(piece) + 1, 'big') \
            + data[at + len(piece):]
    if how == 6:
        size = draw.choice((1, 2, 4, 8))
        number = (draw.choice(INTEGERS) % 2 ** (8 * size)).to_bytes(
            size, draw.choice(('big', 'little')))
        return data[:at] + number + data[at + size:]
    if how == 7 and words:
        return data[:at] + draw.choice(words) + data[at + draw.choice((0, len(piece))):]
    if how == 8:
        return data + data[at:end]
    return data[end:] + data[:at]


def mutated_lines(lines: List[str], draw: random.Random) -> List[str]:
    """`lines`, some of them gone, repeated, exchanged, or with other numbers."""
    lines = list(lines)
    for _ in range(draw.choice((0, 1, 1, 2, 4))):
        at = draw.randrange(len(lines))
        how = draw.randrange(7)
        if how == 0 and len(lines) > 1:
            del lines[at]
        elif how == 1:
            lines[at:at] = [lines[at]] * draw.choice((1, 2, 100))
        elif how == 2:
            other = draw.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        elif how == 3 and lines[at].split():
            words = lines[at].split(' ')
            words[draw.randrange(len(words))] = draw.choice(NUMBERS) + draw.choice(('', ','))
            lines[at] = ' '.join(words)
        elif how == 4:
            lines[at] = lines[at][:draw.randint(0, len(lines[at]))]
        elif how == 5:
            place = draw.randint(0, len(lines[at]))
            lines[at] = lines[at][:place] + any_text(draw) + lines[at][place:]
        else:
            lines = lines[:at + 1]
    return lines


def any_text(draw: random.Random) -> str:
    """A few characters that are odd in one way or another."""
    return draw.choice((
        '\r', '\n', '\0', '\t', ' ' * 300, '\ufeff', '\u2028', '\x85', '\x1b[31m', '\x1b]0;',
        '\x1b[', '\ud7ff', '\U0001f600', '一看就懂', 'é', '"', '\\', '{', '[' * 50, ']', ',', ':',
        chr(draw.randrange(0x20, 0xd800)), draw.choice(NUMBERS))) * draw.choice((1, 1, 2, 40))


def encoded(text: str, draw: random.Random) -> bytes:
    """`text` in some encoding, the usual one most often, with some kind of line ends."""
    ends = draw.choice(('\n', '\n', '\n', '\r\n', '\r', '\n\r'))
    encoding = draw.choice(_ENCODINGS) if draw.random() < 0.3 else 'utf-8'
    return text.replace('\n', ends).encode(encoding, 'replace')


def zipped(data: bytes, draw: random.Random) -> bytes:
    """`data` as a gzip file; it may be zipped twice, in two members, cut, or followed by more."""
    packed = gzip.compress(data, 1)
    how = draw.randrange(8)
    if how == 0:
        return gzip.compress(packed, 1)
    if how == 1:
        return packed + gzip.compress(data, 1)
    if how == 2:
        return packed[:draw.randint(0, len(packed))]
    if how == 3:
        return packed + bytes(draw.randrange(20))
    if how == 4:
        return mutated(packed, draw)
    return packed


@functools.lru_cache(maxsize=None)
def bomb(start: bytes, piece: bytes, times: int, end: bytes = b'') -> bytes:
    """A small gzip file that unzips to `start`, very many pieces, and `end`."""
    file = io.BytesIO()
    with gzip.GzipFile(fileobj=file, mode='wb', compresslevel=1) as packed:
        packed.write(start)
        for _ in range(times):
            packed.write(piece)
        packed.write(end)
    return file.getvalue()
