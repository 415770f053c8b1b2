"""Fetching what a data folder lacks of MNIST."""
import http.client
import logging
import os
import shutil
import urllib.request
from typing import IO, Callable, Sequence

from reproduce.mnist.idx import content_sha256, read_idx
from reproduce.mnist.source import FILES, IdxFile
from reproduce.shared.errors import InputError
from reproduce.shared.files import check_writable, replacing

# TensorFlow 1.x's own source first, then those of other frameworks.
MIRRORS = ('https://storage.googleapis.com/cvdf-datasets/mnist/',
           'https://ossci-datasets.s3.amazonaws.com/mnist/',
           'https://raw.githubusercontent.com/fgnt/mnist/master/')

_MAX_DOWNLOAD = 32 * 2**20  # bytes; the largest of the four gzip files has 9.9 MB
_TIMEOUT = 30  # seconds without an answer

_logger = logging.getLogger(__name__)


def _open_url(url: str) -> IO[bytes]:
    return urllib.request.urlopen(url, timeout=_TIMEOUT)


def fetch_missing(folder: str, mirrors: Sequence[str] = MIRRORS,
                  open_url: Callable[[str], IO[bytes]] = _open_url) -> None:
    """Fetch each file of MNIST that `folder` lacks; leave alone what is there.

    A mirror that does not answer, or whose file has not MNIST's digest, is passed
    over for the next.  Each file is written whole or not at all.

    Raises:
      InputError: the folder cannot be written or holds another data set, or no mirror
        gave a file.
    """
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise InputError(f'{folder}: cannot be made a folder ({error.strerror}); name another with '
                         '--data-dir') from error
    missing = [file for file in FILES if not os.path.exists(file.path(folder))]
    if missing:
        _check_no_other_data_set(folder)
        check_writable(folder, '--data-dir')
    for file in missing:
        _fetch(file, folder, mirrors, open_url)


def _check_no_other_data_set(folder: str) -> None:
    """Check that what `folder` has of the four files is MNIST's."""
    for file in FILES:
        path = file.path(folder)
        other = (os.path.basename(path) if os.path.exists(path) and content_sha256(
            read_idx(path, file.magic), file.magic) != file.sha256 else file.misnamed(folder))
        if other:
            raise InputError(f'{folder}: holds {other}, which is not of MNIST; name another folder '
                             'for the download with --data-dir')


def _fetch(file: IdxFile, folder: str, mirrors: Sequence[str],
           open_url: Callable[[str], IO[bytes]]) -> None:
    target = os.path.join(folder, file.name)
    with replacing(target) as temporary:
        for mirror in mirrors:
            try:
                with open_url(mirror + file.name) as answer:
                    _save(answer, temporary)
                if content_sha256(read_idx(temporary, file.magic), file.magic) == file.sha256:
                    return
                _logger.warning('%s%s: not the file of MNIST; trying the next mirror',
                                mirror, file.name)
            except (OSError, http.client.HTTPException, InputError) as error:
                _logger.warning('%s%s: %s; trying the next mirror', mirror, file.name, error)
        raise InputError(f'{target}: no mirror gave it; copy the file there by hand, or try again '
                         'later')


def _save(answer: IO[bytes], path: str) -> None:
    with open(path, 'wb') as out:
        shutil.copyfileobj(_Limited(answer), out)


class _Limited:
    """A stream that refuses to give more than the largest file of MNIST needs."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._left = _MAX_DOWNLOAD

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise OSError(f'sends more than {_MAX_DOWNLOAD} bytes')
        return data
