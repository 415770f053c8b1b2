"""TFRecord files."""
from typing import Any

from reproduce.legacy.front.bridge.errors import OUT_OF_RANGE, error
from reproduce.legacy.front.private import RECORDS
from reproduce.legacy.front.runtime import load

_api = load(RECORDS)

NAMES = {'RecordWriterOptions_CreateRecordWriterOptions': _api.RecordWriterOptions}


class PyRecordReader_New:  # noqa: N801, 1.15 calls it as a function
    """Reads one record after the other."""

    def __init__(self, path: bytes, offset: int, compression: bytes, status: Any) -> None:
        self._records = _api.RecordIterator(path, compression)
        self._record = b''

    def GetNext(self) -> None:
        """Go to the next record.

        Raises:
          OutOfRangeError: there is none.
        """
        try:
            self._record = next(self._records)
        except StopIteration:
            raise error(OUT_OF_RANGE, 'eof') from None

    def record(self) -> bytes:
        """The record."""
        return self._record

    def Close(self) -> None:
        """Close the file."""
        self._records.close()


class PyRecordWriter_New:  # noqa: N801, 1.15 calls it as a function
    """Writes one record after the other."""

    def __init__(self, path: bytes, options: Any, status: Any) -> None:
        self._writer = _api.RecordWriter(path, options)

    def WriteRecord(self, record: bytes, status: Any) -> None:
        """Write `record`."""
        self._writer.write(record)

    def Flush(self, status: Any) -> None:
        """Hand what is buffered to the system."""
        self._writer.flush()

    def Close(self, status: Any) -> None:
        """Close the file."""
        self._writer.close()
