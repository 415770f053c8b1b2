"""The index of a checkpoint, checked before TensorFlow reads it.

TensorFlow takes on trust what the index says: a type, shape or entry that cannot be ends the
process, with a stack trace in place of an error (2.21.0).  The format, as Saver writes it on
1.x and 2.x alike, is a sorted table.  Its blocks hold keys and values, each key without what it
shares with the one before; after the entries come the places where a key is whole, and a CRC-32C.
A footer says where the block is that names the other blocks.  The values are protocol buffers:
under the empty key what holds for all, then one entry a variable.
"""
import os
import struct
from typing import Dict, Iterator, List, NamedTuple, Tuple, Union

MAGIC = 0xdb4775248b80fb57
_FOOTER = 48  # bytes
_MOST_BYTES = 2**20  # of an index; a variable takes about 60
_MOST_SHARDS = 99999  # the digits in a data file's name
_MOST_DIMENSIONS = 254
_POLYNOMIAL = 0x82f63b78  # CRC-32C's, its bits in reverse
# Bytes of an element, by TensorFlow's numbers of the types that weights and counters have.
_ITEM_SIZES = {1: 4, 2: 8, 3: 4, 4: 1, 5: 2, 6: 1, 8: 8, 9: 8, 10: 1, 14: 2, 17: 2, 18: 16, 19: 2,
               22: 4, 23: 8}


class Entry(NamedTuple):
    """What the index says of a variable."""

    dtype: int  # TensorFlow's number for it
    shape: Tuple[int, ...]
    shard: int  # which of the data files holds it
    offset: int  # where it begins there
    size: int  # bytes


def variables(prefix: str) -> List[str]:
    """The names of the variables, of all types but strings, in the checkpoint `prefix`.

    Raises:
      ValueError: the index is damaged, or does not fit the data files.
      OSError: a file cannot be read.
    """
    with open(prefix + '.index', 'rb') as file:
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise ValueError(f'its index holds more than {_MOST_BYTES} bytes')
    (key, value), *items = _items(data)
    if key:
        raise ValueError('its index has no header')
    shards = _shards(value)
    room = [os.path.getsize(f'{prefix}.data-{shard:05}-of-{shards:05}') for shard in range(shards)]
    names = []
    for key, value in items:
        entry, name = _entry(value), key.decode()
        if not entry.shard < shards or entry.offset + entry.size > room[entry.shard]:
            raise ValueError(f'{name!r} is to stand where its data file has ended')
        elements = 1
        for size in entry.shape:
            elements *= size
        if entry.dtype in _ITEM_SIZES:
            names.append(name)
            if elements * _ITEM_SIZES[entry.dtype] != entry.size:
                raise ValueError(f'{name!r} has the shape {list(entry.shape)} in {entry.size} '
                                 'bytes')
        elif elements > entry.size:
            raise ValueError(f'{name!r} has {elements} elements in {entry.size} bytes')
    return names


def stored_crc(data: bytes) -> int:
    """The CRC-32C of `data`, rotated and shifted as the files hold it."""
    crc = 0xffffffff
    for byte in data:
        crc = _CRCS[(crc ^ byte) & 0xff] ^ crc >> 8
    crc ^= 0xffffffff
    return ((crc >> 15 | crc << 17) + 0xa282ead8) & 0xffffffff


def _crcs() -> List[int]:
    """The CRC-32C of each byte, its bits in reverse, without the inversions."""
    table = []
    for crc in range(256):
        for _ in range(8):
            crc = crc >> 1 ^ (_POLYNOMIAL if crc & 1 else 0)
        table.append(crc)
    return table


_CRCS = _crcs()


def _items(data: bytes) -> List[Tuple[bytes, bytes]]:
    """All keys and values of the table in `data`, in the keys' order."""
    if len(data) < _FOOTER or struct.unpack_from('<Q', data, len(data) - 8)[0] != MAGIC:
        raise ValueError('its index has no footer')
    at = len(data) - _FOOTER
    for _ in range(2):  # a block that is never used, then the one that names the others
        offset, size, at = _handle(data, at)
    items = []
    for _, handle in _block(data, offset, size):
        offset, size, end = _handle(handle, 0)
        if end != len(handle):
            raise ValueError('a block of its index is named wrong')
        items += _block(data, offset, size)
    keys = [key for key, _ in items]
    if not items or any(key >= following for key, following in zip(keys, keys[1:])):
        raise ValueError('its index is empty or not sorted')
    return items


def _handle(data: bytes, at: int) -> Tuple[int, int, int]:
    """Where a block begins, its size, and the place after these two numbers."""
    offset, at = _varint(data, at)
    size, at = _varint(data, at)
    return offset, size, at


def _block(data: bytes, offset: int, size: int) -> List[Tuple[bytes, bytes]]:
    """Keys and values of one block."""
    block = data[offset:offset + size]
    sealed = data[offset:offset + size + 5]
    if len(sealed) != size + 5 or size < 8 or sealed[size] != 0:
        raise ValueError('a block of its index is cut short or packed')
    if struct.unpack('<I', sealed[-4:])[0] != stored_crc(sealed[:-4]):
        raise ValueError('the checksum of its index is wrong')
    count, = struct.unpack_from('<I', block, size - 4)
    end = size - 4 - 4 * count
    if not count or end < 0:
        raise ValueError('a block of its index ends wrong')
    whole = set(struct.unpack_from(f'<{count}I', block, end))
    items, key, at = [], b'', 0
    while at < end:
        start = at
        shared, at = _varint(block, at)
        own, at = _varint(block, at)
        length, at = _varint(block, at)
        if shared > len(key) or at + own + length > end:
            raise ValueError('an entry of its index is cut short')
        if not shared:
            whole.discard(start)
        key = key[:shared] + block[at:at + own]
        items.append((key, block[at + own:at + own + length]))
        at += own + length
    if whole - ({0} if not items else set()):
        raise ValueError('a block of its index ends wrong')
    return items


def _varint(data: bytes, at: int) -> Tuple[int, int]:
    """The number that begins at `at`, seven bits a byte, and the place after it."""
    number = 0
    for place, byte in enumerate(data[at:at + 10]):
        number |= (byte & 127) << 7 * place
        if byte < 128:
            return number, at + place + 1
    raise ValueError('a number in its index has no end')


def _fields(message: bytes) -> Iterator[Tuple[int, Union[int, bytes]]]:
    """The numbers and values of a protocol buffer's fields, which have to be in order."""
    at, last = 0, 0
    while at < len(message):
        tag, at = _varint(message, at)
        number, kind = tag >> 3, tag & 7
        if number < last or kind not in (0, 2, 5):
            raise ValueError('an entry of its index is damaged')
        last = number
        if kind == 0:
            value, at = _varint(message, at)
            yield number, value
            continue
        size, at = (4, at) if kind == 5 else _varint(message, at)
        if at + size > len(message):
            raise ValueError('an entry of its index is cut short')
        yield number, message[at:at + size]
        at += size


def _once(message: bytes, known: Dict[int, type]) -> Dict[int, Union[int, bytes]]:
    """The fields of `message`, each at most once, of the types in `known`."""
    found: Dict[int, Union[int, bytes]] = {}
    for number, value in _fields(message):
        if number in found or not isinstance(value, known.get(number, ())):
            raise ValueError('an entry of its index is not as Saver writes it')
        found[number] = value
    return found


def _shards(header: bytes) -> int:
    """How many data files there are, by the header."""
    fields = _once(header, {1: int, 2: int, 3: bytes})
    _once(fields.get(3, b''), {1: int, 2: int})
    shards = fields.get(1, 0)
    if not 1 <= shards <= _MOST_SHARDS or fields.get(2, 0):
        raise ValueError('the header of its index is wrong')
    return shards


def _entry(value: bytes) -> Entry:
    fields = _once(value, {1: int, 2: bytes, 3: int, 4: int, 5: int, 6: bytes})
    shape = []
    for number, dimension in _fields(fields.get(2, b'')):
        if number != 2 or not isinstance(dimension, bytes):
            raise ValueError('a shape in its index is damaged')
        shape.append(_once(dimension, {1: int}).get(1, 0))
    if len(shape) > _MOST_DIMENSIONS:
        raise ValueError(f'a shape in its index has {len(shape)} dimensions')
    return Entry(fields.get(1, 0), tuple(shape), *(fields.get(number, 0) for number in (3, 4, 5)))
