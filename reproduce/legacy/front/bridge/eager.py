"""Eager execution."""
import collections.abc
import weakref
from typing import Any, Callable, List

from reproduce.legacy.front.private import EAGER
from reproduce.legacy.front.runtime import load

_api = load(EAGER)
_kept: List[Any] = []  # what the runtime holds without counting it


def _nothing(*args: Any) -> None:
    """What 1.15 sets and today's runtime has no choice in."""


NAMES = {
    'TFE_MIRRORING_NONE': 0, 'TFE_MIRRORING_ALL': 1,
    'TFE_ContextOptionsSetMirroringPolicy': _nothing,
    'TFE_ContextSetThreadLocalMirroringPolicy': _nothing,
    'TFE_ContextGetMirroringPolicy': lambda context: 0,
    'TFE_ContextStartStep': _nothing, 'TFE_ContextEndStep': _nothing,
    'TFE_DeleteCancellationManager': _nothing,
    'TFE_Py_RegisterForwardGradientFunction': _nothing,
    'TFE_Py_TapeSetShouldRecord': _api.TFE_Py_TapeSetShouldRecordBackprop,
}


def TFE_NewContext(options: Any) -> Any:
    """A context, of which the runtime is told."""
    handle = _api.TFE_NewContext(options)
    _api.TFE_Py_SetCEagerContext(handle)
    return handle


def TFE_NewExecutor(is_async: bool) -> Any:
    """An executor."""
    return _api.TFE_NewExecutor(is_async, False, 0)


def TFE_Py_FastPathExecute(handle: Any, device: str, kind: str, name: str, callbacks: Any,
                           *args: Any) -> Any:
    """Run an operation; the runtime takes the device from the context."""
    from tensorflow.python.eager import context
    return _api.TFE_Py_FastPathExecute(context.context(), kind, name, *args)


def TFE_Py_RegisterGradientFunction(function: Callable[..., Any]) -> Any:
    """Let the runtime find gradients by `function`, which knows seven of its arguments."""
    _kept.append(lambda *args: function(*args[:7]))
    return _api.TFE_Py_RegisterGradientFunction(_kept[-1])


def TFE_Py_RegisterExceptionClass(cls: Any) -> Any:
    """Let the runtime raise `cls`, which knows neither payloads nor enumerations."""
    init = cls.__init__

    def taking(self: Any, message: str, code: Any, *payloads: Any) -> None:
        init(self, message, int(code))
    cls.__init__ = taking
    return _api.TFE_Py_RegisterExceptionClass(cls)


class _VSpace:
    """1.15's functions on gradients, with two that today's runtime calls besides."""

    def __init__(self, functions: Any) -> None:
        self._functions = functions

    def __getattr__(self, name: str) -> Any:
        return getattr(self._functions, name)

    def zeros_like_fn(self, tensor: Any) -> Any:
        from tensorflow.python.ops import array_ops
        return array_ops.zeros_like(tensor)

    def ones_like_fn(self, tensor: Any) -> Any:
        from tensorflow.python.ops import array_ops
        return array_ops.ones_like(tensor)


def TFE_Py_RegisterVSpace(functions: Any) -> Any:
    """Let the runtime add gradients by these functions."""
    _kept.append(_VSpace(functions))
    return _api.TFE_Py_RegisterVSpace(_kept[-1])


def TFE_Py_TapeSetRecordOperation(kind: Any, outputs: Any, inputs: Any, backward: Any,
                                  forward: Any = None) -> Any:
    """Record an operation on the tapes."""
    return _api.TFE_Py_TapeSetRecordOperation(kind, outputs, inputs, backward, forward)


def TFE_Py_EncodeArg(argument: Any, ranks_only: bool) -> Any:
    """What of a function's argument decides which trace it takes: equal where one serves both."""
    import numpy as np
    from tensorflow.python.framework import composite_tensor, ops, type_spec

    def encode(value: Any) -> Any:
        if isinstance(value, ops.Tensor):
            shape = value.shape
            known = shape.ndims if ranks_only or shape.dims is None else tuple(
                size.value for size in shape.dims)
            return 'tensor', value.dtype.as_datatype_enum, known
        if isinstance(value, (list, tuple)):
            return (type(value).__name__, *map(encode, value))
        if isinstance(value, collections.abc.Mapping):
            return ('mapping', *((key, encode(value[key])) for key in sorted(value)))
        if isinstance(value, composite_tensor.CompositeTensor):
            return 'composite', value._type_spec
        if isinstance(value, type_spec.TypeSpec):
            return 'spec', value
        if isinstance(value, np.ndarray):
            return 'array', value.dtype.str, value.shape, value.tobytes()
        if value is None or isinstance(value, (bool, int, float, str, bytes)):
            return type(value).__name__, value
        try:
            return 'object', weakref.ref(value)
        except TypeError:
            return 'object', id(value)
    return encode(argument)
