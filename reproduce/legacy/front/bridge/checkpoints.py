"""Reading checkpoints."""
import os
from typing import Any, Dict, List, Union

from reproduce.legacy.front.bridge import errors
from reproduce.legacy.front.private import CHECKPOINTS
from reproduce.legacy.front.runtime import load

_Reader = load(CHECKPOINTS).CheckpointReader

# Today's reader raises RuntimeError; 1.15's class is known by the message.
_CODES = (('not found in checkpoint', errors.NOT_FOUND),
          ('Failed to find any matching files for', errors.NOT_FOUND),
          ('Sliced checkpoints are not supported', errors.UNIMPLEMENTED),
          ('Data type not supported', errors.UNIMPLEMENTED),
          ('Failed to get matching files on', errors.INVALID_ARGUMENT),
          ('Unable to open table file', errors.DATA_LOSS))


class CheckpointReader:
    """The variables that a checkpoint holds."""

    def __init__(self, path: Union[str, bytes]) -> None:
        self._reader = _translated(_Reader, os.fsencode(path))

    def get_variable_to_shape_map(self) -> Dict[str, List[int]]:
        """Each variable's shape."""
        return self._reader.get_variable_to_shape_map()

    def get_variable_to_dtype_map(self) -> Dict[str, Any]:
        """Each variable's type."""
        from tensorflow.python.framework import dtypes
        return {name: dtypes.as_dtype(int(number))
                for name, number in self._reader._GetVariableToDataTypeMap().items()}

    def has_tensor(self, name: str) -> bool:
        """Whether it holds a variable of that name."""
        return self._reader._HasTensor(name)

    def get_tensor(self, name: str) -> Any:
        """A variable's value."""
        return _translated(_Reader.CheckpointReader_GetTensor, self._reader, name)

    def debug_string(self) -> bytes:
        """A line a variable."""
        return self._reader.debug_string()


NAMES = {'NewCheckpointReader': CheckpointReader}


def _translated(function: Any, *args: Any) -> Any:
    try:
        return function(*args)
    except RuntimeError as failed:
        message = str(failed)
        code = next((code for text, code in _CODES if text in message), errors.UNKNOWN)
        raise errors.error(code, message) from None
