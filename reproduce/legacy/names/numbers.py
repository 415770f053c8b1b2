"""What NumPy had, as far as it takes more than today's name."""
import functools
from typing import Any, Callable

OF_SCIPY = ('arange', 'array', 'asarray', 'cos', 'cumsum', 'dot', 'exp', 'eye', 'linspace', 'log',
            'log10', 'mean', 'ones', 'pi', 'sin', 'sqrt', 'sum', 'zeros')


def asscalar() -> Callable[[Any], Any]:
    """The one number of an array, as Python's."""
    return lambda a: a.item()


def alen() -> Callable[[Any], int]:
    """The length of the first axis; of a number, 1."""
    import numpy as np
    return lambda a: len(np.array(a, ndmin=1))


def asfarray() -> Callable[..., Any]:
    """An array of floats, float64 where it was none."""
    import numpy as np

    def asfarray(a: Any, dtype: Any = np.float64) -> Any:
        return np.asarray(a, dtype if np.issubdtype(dtype, np.inexact) else np.float64)
    return asfarray


def cast() -> Any:
    """np.cast[dtype](array)."""
    import numpy as np

    class Cast(dict):
        def __missing__(self, dtype: Any) -> Callable[[Any], Any]:
            return lambda x: np.asarray(x).astype(dtype)
    return Cast()


def msort() -> Callable[[Any], Any]:
    """A copy sorted along the first axis."""
    import numpy as np
    return lambda a: np.sort(a, axis=0)


def ragged(function: Any) -> Any:
    """np.array and np.asarray, which make an array of lists of what has several lengths."""
    @functools.wraps(function)
    def made(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except ValueError as error:
            if 'inhomogeneous' not in str(error) or 'dtype' in kwargs or len(args) > 1:
                raise
            return function(*args, dtype=object, **kwargs)
    return made


def newshape(function: Any) -> Any:
    """np.reshape, which takes `newshape` still."""
    def reshape(a: Any, shape: Any = None, order: str = 'C', newshape: Any = None) -> Any:
        return function(a, newshape if shape is None else shape, order)
    return reshape
