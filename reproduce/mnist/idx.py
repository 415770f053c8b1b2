"""The IDX file format, gzip or raw, read without trusting the file.

An IDX file is big-endian: two zero bytes, a type (8: unsigned bytes), the number
of dimensions, each dimension as 32 bits, then the elements row by row.
"""
import gzip
import hashlib
import os
import zlib
from typing import IO, List

import numpy as np

from reproduce.shared.errors import InputError

IMAGES_MAGIC = 2051  # unsigned bytes, three dimensions: images, rows, columns
LABELS_MAGIC = 2049  # unsigned bytes, one dimension

# A header may announce petabytes.  MNIST's largest file holds 47 MB.
MAX_BYTES = 256 * 2**20

_KIND = {IMAGES_MAGIC: 'images', LABELS_MAGIC: 'labels'}
_FIX = 'put an intact copy there, or delete it and run again with --download'


def read_idx(path: str, magic: int) -> np.ndarray:
    """The array in the IDX file at `path`, gzip or raw (told by its first bytes).

    Args:
      path: the file.
      magic: the magic number that the content has to start with.

    Returns:
      uint8, read-only, of the shape that the header announces.

    Raises:
      InputError: the file is missing, truncated, corrupt, of another kind, or
        longer than its header announces.
    """
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            raise InputError(f'{path}: is no regular file; {_FIX}')
        with open(path, 'rb') as file:
            is_gzip = file.read(2) == b'\x1f\x8b'
            file.seek(0)
            stream = gzip.GzipFile(fileobj=file) if is_gzip else file
            return _read_array(stream, path, magic)
    except FileNotFoundError as error:
        raise InputError(f'{path}: no such file; name a folder that holds it with --data-dir, '
                         'or add --download') from error
    except EOFError as error:
        raise InputError(f'{path}: the gzip stream is cut short; {_FIX}') from error
    except (OSError, zlib.error) as error:
        raise InputError(f'{path}: cannot be read ({error}); {_FIX}') from error


def content_sha256(array: np.ndarray, magic: int) -> str:
    """The SHA-256, in hex, of the uncompressed IDX file that holds `array`."""
    digest = hashlib.sha256(np.array((magic,) + array.shape, '>u4').tobytes())
    digest.update(array)
    return digest.hexdigest()


def _read_array(stream: IO[bytes], path: str, magic: int) -> np.ndarray:
    found, = _read_integers(stream, 1, path)
    if found != magic:
        raise InputError(f'{path}: starts with the magic number {found}, and an IDX file of '
                         f'{_KIND[magic]} starts with {magic}; {_FIX}')
    shape = _read_integers(stream, magic % 256, path)
    size = 1
    for dimension in shape:  # not NumPy's product: a header can make that overflow
        size *= dimension
    if size > MAX_BYTES:
        raise InputError(f'{path}: its header announces {size} bytes, and {MAX_BYTES} is the '
                         f'most that is read; {_FIX}')
    data = stream.read(size + 1)  # meeting the end also checks gzip's checksum
    if len(data) < size:
        raise InputError(f'{path}: ends after {len(data)} of the {size} bytes that its header '
                         f'announces; {_FIX}')
    if len(data) > size:
        raise InputError(f'{path}: goes on past the {size} bytes that its header announces; '
                         f'{_FIX}')
    return np.frombuffer(data, np.uint8).reshape(shape)


def _read_integers(stream: IO[bytes], count: int, path: str) -> List[int]:
    data = stream.read(4 * count)
    if len(data) < 4 * count:
        raise InputError(f'{path}: ends within its header; {_FIX}')
    return np.frombuffer(data, '>u4').tolist()
