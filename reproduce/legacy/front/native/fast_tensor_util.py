"""1.15's `fast_tensor_util`: appends an array's elements to a TensorProto."""
from typing import Any, Callable

import numpy as np


def _appending(field: str, convert: Callable[[Any], Any] = lambda array: array
               ) -> Callable[[Any, Any], None]:
    def append(proto: Any, array: Any) -> None:
        getattr(proto, field).extend(convert(array).reshape(-1).tolist())
    return append


def _pairs(part: Any) -> Callable[[Any], Any]:
    """Real and imaginary parts by turns."""
    return lambda array: np.ascontiguousarray(array).reshape(-1).view(part)


AppendFloat16ArrayToTensorProto = AppendBFloat16ArrayToTensorProto = _appending('half_val')
AppendFloat32ArrayToTensorProto = _appending('float_val')
AppendFloat64ArrayToTensorProto = _appending('double_val')
AppendInt8ArrayToTensorProto = AppendInt16ArrayToTensorProto = _appending('int_val')
AppendUInt8ArrayToTensorProto = AppendUInt16ArrayToTensorProto = _appending('int_val')
AppendInt32ArrayToTensorProto = _appending('int_val')
AppendInt64ArrayToTensorProto = _appending('int64_val')
AppendUInt32ArrayToTensorProto = _appending('uint32_val')
AppendUInt64ArrayToTensorProto = _appending('uint64_val')
AppendBoolArrayToTensorProto = _appending('bool_val')
AppendComplex64ArrayToTensorProto = _appending('scomplex_val', _pairs(np.float32))
AppendComplex128ArrayToTensorProto = _appending('dcomplex_val', _pairs(np.float64))


def AppendObjectArrayToTensorProto(proto: Any, array: Any) -> None:  # noqa: N802, 1.15's name
    """Append texts."""
    from tensorflow.python.util import compat
    proto.string_val.extend(compat.as_bytes(text)
                            for text in np.asarray(array, dtype=object).reshape(-1).tolist())
