"""Properties of the IDX reader, for files of any kind."""
import gzip
from pathlib import Path

import numpy as np
import pytest
from conftest import idx_bytes, write_idx

from reproduce.mnist.idx import IMAGES_MAGIC, LABELS_MAGIC, read_idx
from reproduce.shared.errors import InputError

pytest.importorskip('hypothesis', reason='property tests need hypothesis')
from hypothesis import given  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

SMALL_SIDES = st.integers(min_value=0, max_value=7)
VALID = idx_bytes(np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4))


@given(shape=st.tuples(SMALL_SIDES, SMALL_SIDES, SMALL_SIDES), zipped=st.booleans(),
       first=st.integers(0, 255))
def test_what_is_written_is_read(folder: Path, shape: tuple, zipped: bool, first: int) -> None:
    array = ((np.arange(np.prod(shape)) * 37 + first) % 256).astype(np.uint8).reshape(shape)
    found = read_idx(write_idx(folder / 'written', idx_bytes(array), zipped), IMAGES_MAGIC)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, array)


@given(content=st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(folder: Path, content: bytes) -> None:
    path = write_idx(folder / 'any', content, zipped=False)
    try:
        array = read_idx(path, LABELS_MAGIC)
    except InputError as error:
        assert str(error).startswith(path + ': ')
        assert '\n' not in str(error)
    else:
        assert idx_bytes(array) == content


@given(position=st.integers(0, len(gzip.compress(VALID)) - 1), mask=st.integers(1, 255))
def test_a_flipped_bit_in_gzip_changes_nothing_or_is_refused(folder: Path, position: int,
                                                             mask: int) -> None:
    damaged = bytearray(gzip.compress(VALID))
    damaged[position] ^= mask
    path = folder / 'flipped.gz'
    path.write_bytes(damaged)
    try:
        array = read_idx(str(path), IMAGES_MAGIC)
    except InputError as error:
        assert str(path) in str(error)
    else:  # the flip was in a field of gzip's header that says nothing about the content
        assert idx_bytes(array) == VALID
