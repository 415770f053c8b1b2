"""Writes the two files of a TensorFlow checkpoint, right or wrong in any part.

The index is a sorted table: blocks of keys and values, each with its CRC-32C, and a footer that
says where they are.  The values are protocol buffers: a header, then one entry a variable.  A
wrong number that a right checksum covers gets further into the reader than a flipped bit.
"""
import struct
from typing import Dict, NamedTuple, Sequence, Tuple, Union

from reproduce.experiment.checkpoint_index import MAGIC, stored_crc

Field = Tuple[int, Union[int, bytes, float]]  # number and value; a float stands for fixed 32 bits


class Entry(NamedTuple):
    """What the index says of a variable."""

    dtype: int = 1  # float32
    shape: Sequence[int] = ()
    shard: int = 0
    offset: int = 0
    size: int = 0
    crc: int = 0  # as it is stored
    more: Sequence[Field] = ()


def varint(number: int) -> bytes:
    """`number`, modulo 2^64, seven bits a byte."""
    number %= 2**64
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes(out + bytes([number]))


def message(fields: Sequence[Field]) -> bytes:
    """A protocol buffer with these fields."""
    out = b''
    for number, value in fields:
        if isinstance(value, bytes):
            out += varint(number << 3 | 2) + varint(len(value)) + value
        elif isinstance(value, float):
            out += varint(number << 3 | 5) + struct.pack('<I', int(value))
        else:
            out += varint(number << 3) + varint(value)
    return out


def header(shards: int = 1, endianness: int = 0, producer: int = 1) -> bytes:
    """The value of the empty key."""
    return message([(1, shards), (2, endianness), (3, message([(1, producer)]))])


def entry_value(entry: Entry) -> bytes:
    """The value of a variable's name."""
    shape = b''.join(message([(2, message([(1, size)]))]) for size in entry.shape)
    return message([(1, entry.dtype), (2, shape), (3, entry.shard), (4, entry.offset),
                    (5, entry.size), (6, float(entry.crc)), *entry.more])


def block(items: Sequence[Tuple[bytes, bytes]]) -> bytes:
    """A block of keys and values, none of which shares its beginning, without its checksum."""
    out, restarts = b'', []
    for key, value in items:
        restarts.append(len(out))
        out += varint(0) + varint(len(key)) + varint(len(value)) + key + value
    restarts = restarts or [0]
    return out + struct.pack(f'<{len(restarts) + 1}I', *restarts, len(restarts))


def table(data_block: bytes, kind: int = 0) -> bytes:
    """An index file with one block, whose checksum is right; `kind` says how it is packed."""
    def sealed(content: bytes, kind: int = 0) -> bytes:
        content += bytes([kind])
        return content + struct.pack('<I', stored_crc(content))

    def handle(offset: int, content: bytes) -> bytes:
        return varint(offset) + varint(len(content))

    out = sealed(data_block, kind)
    meta, meta_at = block([]), len(out)
    out += sealed(meta)
    index, index_at = block([(b'~', handle(0, data_block))]), len(out)
    out += sealed(index)
    return out + (handle(meta_at, meta) + handle(index_at, index)).ljust(40, b'\0') \
        + struct.pack('<Q', MAGIC)


def values(arrays: Dict[str, bytes]) -> Tuple[bytes, Dict[str, Entry]]:
    """The data file of `arrays`, and what there is to say of each but its shape."""
    data, entries = b'', {}
    for name, content in sorted(arrays.items()):
        entries[name] = Entry(offset=len(data), size=len(content), crc=stored_crc(content))
        data += content
    return data, entries
