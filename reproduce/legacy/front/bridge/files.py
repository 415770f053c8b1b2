"""Files: 1.15's functions on streams, by today's stream objects."""
from typing import Any

from reproduce.legacy.front.private import FILES
from reproduce.legacy.front.runtime import load

_api = load(FILES)


class FileStatistics:
    """What Stat fills."""

    length = 0
    mtime_nsec = 0
    is_directory = False


def Stat(path: bytes, statistics: FileStatistics) -> None:
    """Fill `statistics` with what is known of the file at `path`."""
    found = _api.Stat(path)
    for name in ('length', 'mtime_nsec', 'is_directory'):
        setattr(statistics, name, getattr(found, name))


def IsDirectory(path: bytes, status: Any = None) -> bool:
    """Whether there is a folder at `path`; a failure is no folder."""
    try:
        return _api.IsDirectory(path)
    except Exception:  # of any of the runtime's classes
        return False


class CreateBufferedInputStream:
    """A file that is read."""

    def __init__(self, path: bytes, size: int) -> None:
        self.stream = _api.BufferedInputStream(path, size)

    def Seek(self, offset: int) -> None:
        """Go to `offset`."""
        self.stream.seek(offset)

    def Tell(self) -> int:
        """Where it is."""
        return self.stream.tell()

    def ReadLineAsString(self) -> bytes:
        """The next line."""
        return self.stream.readline()


def ReadFromStream(opened: CreateBufferedInputStream, size: int) -> bytes:
    """The next `size` bytes."""
    return opened.stream.read(size)


class CreateWritableFile:
    """A file that is written."""

    def __init__(self, path: bytes, mode: bytes) -> None:
        self.file = _api.WritableFile(path, mode)

    def Flush(self) -> None:
        """Hand what is buffered to the system."""
        self.file.flush()

    def Close(self) -> None:
        """Close it."""
        self.file.close()


def AppendToFile(data: bytes, opened: CreateWritableFile) -> None:
    """Write `data`."""
    opened.file.append(data)


def TellFile(opened: CreateWritableFile) -> int:
    """Where it is."""
    return opened.file.tell()
