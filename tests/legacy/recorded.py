"""The recordings in golden/legacy/proof."""
import functools
import tarfile
import tempfile
from pathlib import Path

from conftest import GOLDEN

from reproduce.legacy.proof.recording import Recording, read_recording

PROOF = GOLDEN / 'legacy' / 'proof'
SCRIPTS = PROOF / 'scripts'


def unpack(name: str, folder: Path) -> None:
    with tarfile.open(str(PROOF / 'recordings' / f'{name}.tar.gz')) as tar:
        for entry in tar:
            (folder / entry.name).write_bytes(tar.extractfile(entry).read())


@functools.lru_cache(maxsize=None)
def recorded(name: str) -> Recording:
    with tempfile.TemporaryDirectory() as folder:
        unpack(name, Path(folder))
        return read_recording(folder, 0)
