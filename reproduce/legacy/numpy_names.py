"""The names of NumPy that scripts of the time use, put back in this process."""
from typing import Any

# Aliases of Python's types, gone since NumPy 1.24, and others, gone since 2.0.
_PYTHONS = {'bool': bool, 'int': int, 'float': float, 'complex': complex, 'object': object,
            'str': str, 'long': int, 'unicode': str}
_RENAMED = {'Inf': 'inf', 'Infinity': 'inf', 'infty': 'inf', 'NaN': 'nan', 'NAN': 'nan',
            'PINF': 'inf', 'bool8': 'bool_', 'mat': 'asmatrix',
            'float_': 'float64', 'complex_': 'complex128', 'string_': 'bytes_',
            'unicode_': 'str_', 'product': 'prod', 'cumproduct': 'cumprod', 'alltrue': 'all',
            'sometrue': 'any', 'row_stack': 'vstack', 'in1d': 'isin', 'trapz': 'trapezoid',
            'round_': 'round', 'float96': 'longdouble', 'float128': 'longdouble',
            'singlecomplex': 'complex64', 'cfloat': 'complex128', 'longfloat': 'longdouble'}


def install() -> None:
    """Put the names back, and let numbers print as they did.

    `np.bool` and `np.long`, NumPy's own types again since 2.0, stay NumPy's, which uses them.
    """
    import numpy as np
    for name, value in _PYTHONS.items():
        if name not in vars(np):
            setattr(np, name, value)
    for name, today in _RENAMED.items():
        if name not in vars(np) and hasattr(np, today):
            setattr(np, name, getattr(np, today))
    if not hasattr(np, 'asscalar'):  # gone since 1.23
        np.asscalar = lambda array: np.asarray(array).item()
    np.reshape = _reshape(np.reshape)
    if int(np.__version__.split('.')[0]) >= 2:
        np.set_printoptions(legacy='1.25')  # a float32 in a list prints as 0.5


def _reshape(function: Any) -> Any:
    """np.reshape, which takes `newshape` still."""
    def reshape(a: Any, shape: Any = None, order: str = 'C', newshape: Any = None) -> Any:
        return function(a, newshape if shape is None else shape, order)
    return reshape
