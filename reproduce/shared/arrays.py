"""Reading NumPy's .npz files without trusting them."""
import zipfile
from typing import Dict, List

import numpy as np

from reproduce.shared.errors import InputError

MOST_BYTES = 2**28  # unpacked, for a small file can unpack to petabytes; a run's has 5 MB


def read_arrays(path: str, fix: str) -> Dict[str, np.ndarray]:
    """The arrays in the .npz file at `path`, by name; nothing is unpickled.

    Raises:
      InputError: the file cannot be read, holds something else, or more than MOST_BYTES.  The
        message ends with `fix`.
    """
    try:
        with np.errstate(invalid='ignore'), np.load(path, allow_pickle=False) as file:
            _check_members(file.zip.infolist(), path, fix)
            arrays = {name: file[name] for name in file.files}
    except InputError:
        raise
    except OSError as error:
        raise InputError(f'{path}: cannot be read ({error.strerror or error}); {fix}') from error
    except Exception as error:  # of a dozen kinds, by what is damaged
        raise InputError(f'{path}: is damaged or something else; {fix}') from error
    if not all(isinstance(value, np.ndarray) for value in arrays.values()):
        raise InputError(f'{path}: holds other files than arrays; {fix}')
    return arrays


def _check_members(members: List[zipfile.ZipInfo], path: str, fix: str) -> None:
    """Check that what is in the zip file can be unpacked, before it is."""
    size = sum(member.file_size for member in members)
    if size > MOST_BYTES:
        raise InputError(f'{path}: unpacks to {size // 2**20} MB, and {MOST_BYTES // 2**20} is '
                         f'the most that is read; {fix}')
    # NumPy writes no others, and some unpack to gigabytes before their size is looked at.
    if any(member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
           for member in members):
        raise InputError(f'{path}: is packed otherwise than NumPy does it; {fix}')
