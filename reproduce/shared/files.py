"""Paths as they are shown, and writing files whole or not at all."""
import contextlib
import os
from typing import Iterator

from reproduce.shared.errors import InputError, RunError

_FIX = 'name a folder that exists and is writable'


def shown_path(absolute: str) -> str:
    """`absolute`, relative where it is below the current folder."""
    try:
        relative = os.path.relpath(absolute)
    except (OSError, ValueError):  # the current folder is gone, or on another drive
        return absolute
    return absolute if relative.startswith(os.pardir) else relative


def own_data_dir() -> str:
    """The folder of MNIST in this package; relative where it is below the current folder."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    return shown_path(os.path.join(package, 'mnist'))


def check_writable(folder: str, flag: str, size: int = 0) -> None:
    """Check that files can be made in `folder`, before the hours that fill them.

    Args:
      folder: where they are to be.
      flag: what named it; the message begins with it.
      size: bytes that there has to be room for.

    Raises:
      InputError: they cannot.
    """
    import tempfile
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(size))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise InputError(f'{flag} {folder}: cannot be written ({error.strerror}); {_FIX}'
                         ) from error


@contextlib.contextmanager
def replacing(path: str) -> Iterator[str]:
    """A temporary path beside `path`, renamed to it when the block succeeds.

    The temporary name keeps the ending of `path`, by which some libraries choose
    a format.  Whatever stood at `path` stays until the rename, and what comes
    after it is on the disk by then.

    Raises:
      RunError: it cannot be written.
    """
    folder, name = os.path.split(path)
    # Not by the process's number: two containers on one volume may have the same.
    temporary = os.path.join(folder, f'.{os.urandom(8).hex()}-{name}')
    try:
        open(temporary, 'x').close()
    except OSError as error:
        raise RunError(f'{path}: cannot be written ({error.strerror}); {_FIX}') from error
    try:
        yield temporary
        with open(temporary, 'rb+') as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise RunError(f'{path}: cannot be written ({error.strerror or error}); check the '
                       'disk and the name') from error
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.remove(temporary)
