import gzip
import hashlib
import os
from pathlib import Path
from typing import Callable

import numpy as np
import pytest
from conftest import ROOT, idx_bytes, peak_of, write_idx

from reproduce.mnist.idx import IMAGES_MAGIC, content_sha256, read_idx
from reproduce.shared.errors import InputError

VALID = idx_bytes(np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4))


@pytest.mark.parametrize('zipped', [True, False])
@pytest.mark.parametrize('damage, words', [
    (lambda valid: valid[:-1], 'ends after 23 of the 24 bytes'),
    (lambda valid: valid + b'x', 'goes on past the 24 bytes'),
    (lambda valid: valid[:9], 'ends within its header'),
    (lambda valid: b'', 'ends within its header'),
    (lambda valid: b'\0\0\x08\x01' + valid[4:], 'starts with the magic number 2049'),
    (lambda valid: valid[:4] + b'\xff' * 12 + valid[16:], 'is the most that is read'),
    (lambda valid: valid[:4] + b'\0\0\0\x03' + valid[8:], 'ends after 24 of the 36 bytes')])
def test_each_damage_has_its_own_words(folder: Path, zipped: bool,
                                       damage: Callable[[bytes], bytes], words: str) -> None:
    path = write_idx(folder / 'damaged', damage(VALID), zipped)
    with pytest.raises(InputError, match=words):
        read_idx(path, IMAGES_MAGIC)


def test_a_gzip_cut_short(folder: Path) -> None:
    path = folder / 'short.gz'
    path.write_bytes(gzip.compress(VALID)[:-9])
    with pytest.raises(InputError, match='cut short|ends after'):
        read_idx(str(path), IMAGES_MAGIC)


def test_a_missing_file_and_a_folder(folder: Path) -> None:
    with pytest.raises(InputError, match='no such file.*--download'):
        read_idx(str(folder / 'nowhere'), IMAGES_MAGIC)
    with pytest.raises(InputError, match='is no regular file'):
        read_idx(str(folder), IMAGES_MAGIC)


def test_a_gzip_that_expands_without_end_is_not_expanded(folder: Path) -> None:
    """In a process of its own: the most that this one ever held says nothing of one call."""
    bomb = folder / 'bomb.gz'
    with gzip.open(str(bomb), 'wb', compresslevel=1) as stream:
        stream.write(VALID)
        for _ in range(64):
            stream.write(bytes(2**24))  # one GiB of zeros

    def peak(path: Path) -> int:
        lines, peak = peak_of(['-c', (
            'import sys; from reproduce.mnist.idx import read_idx\n'
            'try: read_idx(sys.argv[1], 2051)\n'
            'except ValueError as error: print(error)'), str(path)], cwd=str(ROOT))
        assert ('goes on past the 24 bytes' in lines[0]) == (path == bomb)
        return peak

    assert peak(bomb) - peak(folder / 'nowhere') < 2**24
    os.remove(str(bomb))


def test_the_digest_is_that_of_the_uncompressed_file(folder: Path) -> None:
    array = read_idx(write_idx(folder / 'digest', VALID, True), IMAGES_MAGIC)
    assert content_sha256(array, IMAGES_MAGIC) == hashlib.sha256(VALID).hexdigest()
