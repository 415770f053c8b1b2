import gzip
import io
import logging
import shutil
import urllib.error
from pathlib import Path
from typing import IO, List

import numpy as np
import pytest
from conftest import MNIST, idx_bytes

from reproduce.mnist import download
from reproduce.shared.errors import InputError

NAMES = ('train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz',
         't10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz')


class Mirrors:
    """Stands in for the network: `bad` is what the mirror of that name answers."""

    def __init__(self, bad: object) -> None:
        self.bad = bad
        self.asked: List[str] = []

    def __call__(self, url: str) -> IO[bytes]:
        self.asked.append(url)
        content = (MNIST / url.rsplit('/', 1)[1]).read_bytes()
        if url.startswith('https://bad/'):
            if isinstance(self.bad, Exception):
                raise self.bad
            content = self.bad(content)
        return io.BytesIO(content)


def test_every_mirror_is_https() -> None:
    assert download.MIRRORS
    assert all(mirror.startswith('https://') and mirror.endswith('/')
               for mirror in download.MIRRORS)


def test_what_is_there_is_left_alone(tmp_path: Path) -> None:
    raw = gzip.decompress((MNIST / NAMES[1]).read_bytes())
    shutil.copy(str(MNIST / NAMES[0]), str(tmp_path))
    (tmp_path / NAMES[1][:-3]).write_bytes(raw)
    network = Mirrors(None)
    download.fetch_missing(str(tmp_path), ['https://good/'], network)
    assert network.asked == ['https://good/' + name for name in NAMES[2:]]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [NAMES[0], NAMES[1][:-3], *NAMES[2:]])
    assert (tmp_path / NAMES[1][:-3]).read_bytes() == raw
    assert (tmp_path / NAMES[3]).read_bytes() == (MNIST / NAMES[3]).read_bytes()


@pytest.mark.parametrize('name', ['train-labels-idx1-ubyte', 'train-labels.idx1-ubyte',
                                  'emnist-digits-test-labels-idx1-ubyte.gz'])
def test_nothing_is_fetched_into_another_data_set(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(idx_bytes(np.zeros(10, np.uint8)))
    network = Mirrors(None)
    with pytest.raises(InputError, match=f'holds {name}, which is not of MNIST'):
        download.fetch_missing(str(tmp_path), ['https://good/'], network)
    assert network.asked == []
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize('bad', [
    urllib.error.URLError('no route'), ConnectionResetError('reset'),
    urllib.error.HTTPError('https://bad/', 403, 'Forbidden', None, None),
    lambda content: content[:-100], lambda content: b'<html>moved</html>', lambda content: b'',
    lambda content: gzip.compress(idx_bytes(np.zeros(10, np.uint8))),
    lambda content: content + bytes(40 * 2**20)],
    ids=['unreachable', 'reset', 'forbidden', 'cut', 'html', 'empty', 'other', 'oversized'])
def test_a_bad_mirror_is_passed_over(tmp_path: Path, bad: object,
                                     caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / 'new' / 'folder'
    with caplog.at_level(logging.WARNING):
        download.fetch_missing(str(folder), ['https://bad/', 'https://good/'], Mirrors(bad))
    assert sorted(path.name for path in folder.iterdir()) == sorted(NAMES)
    for name in NAMES:
        assert (folder / name).read_bytes() == (MNIST / name).read_bytes()
    warned = [r.getMessage() for r in caplog.records if 'trying the next' in r.getMessage()]
    assert len(warned) == 4


def test_no_mirror_left(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=NAMES[0] + ': no mirror gave it'):
        download.fetch_missing(str(tmp_path), ['https://bad/'], Mirrors(OSError('down')))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / 'file').write_bytes(b'')
    with pytest.raises(InputError, match='cannot be made a folder'):
        download.fetch_missing(str(tmp_path / 'file' / 'below'), ['https://good/'], Mirrors(None))
