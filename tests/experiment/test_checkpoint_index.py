"""What TensorFlow's reader would die of is refused before it reads."""
from pathlib import Path
from typing import Dict

import bundle
import numpy as np
import pytest
from conftest import GOLDEN

from reproduce.experiment import checkpoint
from reproduce.experiment.checkpoint_index import variables
from reproduce.shared.errors import InputError

VALUES = np.arange(6, dtype='<f4').reshape(2, 3)
DATA, ENTRIES = bundle.values({'v': VALUES.tobytes()})
ENTRY = ENTRIES['v']._replace(shape=VALUES.shape)


def write(folder: Path, entries: Dict[str, bytes], header: bytes = bundle.header(),
          kind: int = 0) -> str:
    """A checkpoint with these entries; its prefix."""
    prefix = str(folder / 'model.ckpt-7')
    items = [(b'', header), *((name.encode(), value) for name, value in entries.items())]
    Path(prefix + '.index').write_bytes(bundle.table(bundle.block(items), kind))
    Path(prefix + '.data-00000-of-00001').write_bytes(DATA)
    return prefix


@pytest.mark.parametrize('prefix', [GOLDEN / 'tf1' / 'seed-1' / 'checkpoint' / 'model.ckpt-500',
                                    GOLDEN / 'checkpoint' / 'model.ckpt-500'])
def test_what_saver_wrote_is_as_it_should_be(prefix: Path) -> None:
    assert variables(str(prefix)) == ['Variable', 'Variable_1', 'rnn/basic_lstm_cell/bias',
                                      'rnn/basic_lstm_cell/kernel']


def test_tensorflow_reads_what_the_tests_write(tmp_path: Path) -> None:
    weights, step = checkpoint.read(write(tmp_path, {'v': bundle.entry_value(ENTRY)}))
    assert step == 7
    np.testing.assert_array_equal(weights['v'], VALUES)


def test_a_string_is_no_variable(tmp_path: Path) -> None:
    """Checkpoints of TensorFlow 2 say in one how their objects hang together."""
    text = bundle.Entry(dtype=7, shape=(), size=9)
    prefix = write(tmp_path, {'graph': bundle.entry_value(text), 'v': bundle.entry_value(ENTRY)})
    assert list(checkpoint.read(prefix).weights) == ['v']


@pytest.mark.parametrize('change, said', [
    ({'shape': (2, 4)}, r"'v' has the shape \[2, 4\] in 24 bytes"),
    ({'shape': (-2, -3)}, 'has the shape'), ({'shape': (1,) * 300}, 'has 300 dimensions'),
    ({'shape': (2**62, 2**62)}, 'has the shape'), ({'dtype': 2}, 'has the shape'),
    ({'dtype': 99, 'shape': (2**40,)}, 'elements in 24 bytes'),
    ({'shard': 1}, 'is to stand where'), ({'offset': 8}, 'is to stand where'),
    ({'offset': -8}, 'is to stand where'), ({'size': 2**63}, 'is to stand where'),
    ({'more': [(7, b'')]}, 'is not as Saver writes it'), ({'crc': 1}, 'is damaged')])
def test_a_wrong_entry_under_a_right_checksum(change: dict, said: str, tmp_path: Path) -> None:
    wrong = bundle.entry_value(ENTRY._replace(**change))
    with pytest.raises(InputError, match=said):
        checkpoint.read(write(tmp_path, {'v': wrong}))


@pytest.mark.parametrize('value, said', [
    (b'\xff' * 9, 'a number in its index has no end'), (b'\x12\x7f', 'is cut short'),
    (b'\x0b', 'is damaged'), (bundle.message([(1, 1), (1, 1)]), 'is not as Saver writes it'),
    (bundle.message([(1, 1), (2, bundle.message([(3, 1)]))]), 'a shape in its index')])
def test_an_entry_that_is_no_message(value: bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=said):
        checkpoint.read(write(tmp_path, {'v': value}))


@pytest.mark.parametrize('header', [bundle.header(shards=0), bundle.header(shards=2**40),
                                    bundle.header(endianness=1), bundle.header(shards=3), b'\x08'])
def test_a_wrong_header(header: bytes, tmp_path: Path) -> None:
    with pytest.raises(InputError, match='is damaged'):
        checkpoint.read(write(tmp_path, {'v': bundle.entry_value(ENTRY)}, header))


def test_blocks_that_are_packed_unsorted_or_too_long(tmp_path: Path) -> None:
    value = bundle.entry_value(ENTRY)
    with pytest.raises(ValueError, match='cut short or packed'):
        variables(write(tmp_path, {'v': value}, kind=1))
    with pytest.raises(ValueError, match='not sorted'):
        variables(write(tmp_path, {'w': value, 'v': value}))
    with pytest.raises(ValueError, match='more than 1048576 bytes'):
        variables(write(tmp_path, {'v' * 2**20: value}))
    with pytest.raises(ValueError, match='no footer'):
        Path(tmp_path, 'model.ckpt-7.index').write_bytes(b'')
        variables(str(tmp_path / 'model.ckpt-7'))
