"""What NumPy has changed."""
import functools
import operator
from typing import Any


def _product_of_tensors(array_ops: Any) -> None:
    """Until 1.20 np.prod of a list with a tensor multiplied in the graph."""
    array_ops.np = _NumPy(array_ops.np, array_ops.ops.Tensor)


class _NumPy:
    """NumPy, whose `prod` multiplies what holds a tensor one by one."""

    def __init__(self, numpy: Any, tensor: type) -> None:
        self._numpy, self._tensor = numpy, tensor

    def __getattr__(self, name: str) -> Any:
        return getattr(self._numpy, name)

    def prod(self, factors: Any, *args: Any, **kwargs: Any) -> Any:
        """The product."""
        if not args and not kwargs and isinstance(factors, (list, tuple)) and any(
                isinstance(factor, self._tensor) for factor in factors):
            return functools.reduce(operator.mul, factors)
        return self._numpy.prod(factors, *args, **kwargs)


def _with_tobytes(source: bytes) -> bytes:
    """NumPy 2.3 dropped the other name of the method."""
    return source.replace(b'.tostring()', b'.tobytes()')


AFTER = {'tensorflow.python.ops.array_ops': _product_of_tensors}
SOURCES = dict.fromkeys((
    'tensorflow.python.framework.tensor_util',
    'tensorflow.contrib.learn.python.learn.preprocessing.text'), _with_tobytes)
