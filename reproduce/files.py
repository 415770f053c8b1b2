"""Writing files whole or not at all."""
import contextlib
import os
import tempfile
from typing import Iterator

from reproduce.errors import InputError


def check_writable(folder: str, flag: str) -> None:
    """Check that files can be made in `folder`, before the hours that fill them.

    Raises:
      InputError: they cannot; the message begins with `flag`.
    """
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise InputError(f'{flag} {folder}: cannot be written ({error.strerror}); name a folder '
                         'that exists and is writable') from error


@contextlib.contextmanager
def replacing(path: str) -> Iterator[str]:
    """A temporary path beside `path`, renamed to it when the block succeeds.

    The temporary name keeps the ending of `path`, by which some libraries choose
    a format.  Whatever stood at `path` stays until the rename.

    Raises:
      InputError: the folder cannot be written.
    """
    folder, name = os.path.split(os.path.abspath(path))
    try:
        handle, temporary = tempfile.mkstemp(prefix='.', suffix='-' + name, dir=folder)
    except OSError as error:
        raise InputError(f'{path}: cannot be written ({error.strerror}); name a folder that '
                         'exists and is writable') from error
    os.close(handle)
    try:
        yield temporary
        os.chmod(temporary, 0o666 & ~_umask())  # mkstemp's 0600 is for secrets
        os.replace(temporary, path)
    except OSError as error:
        raise InputError(f'{path}: cannot be written ({error.strerror or error}); check the '
                         'disk and the name') from error
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.remove(temporary)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
