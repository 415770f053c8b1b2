"""Greyscale pictures as PNG files."""
import base64
import struct
import zlib

import numpy as np


def png(pixels: np.ndarray) -> bytes:
    """The PNG file of uint8 `pixels` [rows, columns], 0 for black.

    Source: Portable Network Graphics, third edition, W3C 2025.
    """
    rows, columns = pixels.shape
    head = struct.pack('>2I5B', columns, rows, 8, 0, 0, 0, 0)  # 8 bits of grey, not interlaced
    lines = b''.join(b'\0' + row.tobytes() for row in pixels)  # each unfiltered
    return b'\x89PNG\r\n\x1a\n' + b''.join(
        _chunk(kind, data) for kind, data in ((b'IHDR', head), (b'IDAT', zlib.compress(lines, 9)),
                                              (b'IEND', b'')))


def data_uri(pixels: np.ndarray) -> str:
    """The same as an address that holds the picture itself."""
    return 'data:image/png;base64,' + base64.b64encode(png(pixels)).decode()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
