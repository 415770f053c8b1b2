"""The dropped names: one line each, with what dropped it and what behaves alike.

A name is `module:attribute`.  What behaves alike is today's name, or a function that makes it.  A
name that is still there is never replaced.
"""
from typing import Any, Callable, Dict, NamedTuple, Tuple, Union

from reproduce.legacy.names import graphs, images, learning, numbers, standard


class Dropped(NamedTuple):
    """A name that is gone."""

    name: str
    gone: str  # since when
    instead: Union[str, Callable[[], Any]]


class Narrowed(NamedTuple):
    """A function that is still there and takes less than it did."""

    name: str
    gone: str  # since when
    what: str  # it does not take any more
    widened: Callable[[Any], Any]  # from the function to one that takes it


def _dropped(module: str, gone: str, **instead: Any) -> Tuple[Dropped, ...]:
    return tuple(Dropped(f'{module}:{name}', gone, today) for name, today in instead.items())


_ABC = ('Awaitable', 'Callable', 'Container', 'Coroutine', 'Generator', 'Hashable', 'ItemsView',
        'Iterable', 'Iterator', 'KeysView', 'Mapping', 'MappingView', 'MutableMapping',
        'MutableSequence', 'MutableSet', 'Reversible', 'Sequence', 'Set', 'Sized', 'ValuesView')
_ASSERTIONS = {'assert_': 'True', 'assertEquals': 'Equal', 'assertNotEquals': 'NotEqual',
               'assertAlmostEquals': 'AlmostEqual', 'assertNotAlmostEquals': 'NotAlmostEqual',
               'assertRegexpMatches': 'Regex', 'assertRaisesRegexp': 'RaisesRegex'}
_NUMPY_RENAMED = {
    'Inf': 'inf', 'Infinity': 'inf', 'infty': 'inf', 'PINF': 'inf', 'NaN': 'nan', 'NAN': 'nan',
    'float_': 'float64', 'complex_': 'complex128', 'string_': 'bytes_', 'unicode_': 'str_',
    'product': 'prod', 'cumproduct': 'cumprod', 'alltrue': 'all', 'sometrue': 'any',
    'row_stack': 'vstack', 'in1d': 'isin', 'trapz': 'trapezoid', 'round_': 'round',
    'float96': 'longdouble', 'float128': 'longdouble', 'singlecomplex': 'complex64',
    'mat': 'asmatrix', 'cfloat': 'complex128', 'longfloat': 'longdouble', 'bool8': 'bool_',
    'object0': 'object_', 'int0': 'intp', 'uint0': 'uintp', 'str0': 'str_', 'bytes0': 'bytes_',
    'void0': 'void'}
_WINDOWS = ('barthann', 'bartlett', 'blackman', 'blackmanharris', 'bohman', 'boxcar', 'chebwin',
            'cosine', 'flattop', 'gaussian', 'general_gaussian', 'hamming', 'hann', 'kaiser',
            'nuttall', 'parzen', 'triang', 'tukey')

DROPPED: Tuple[Dropped, ...] = (
    *_dropped('time', 'Python 3.8', clock='time:process_time'),
    *_dropped('collections', 'Python 3.10', **{name: f'collections.abc:{name}' for name in _ABC}),
    *_dropped('fractions', 'Python 3.9', gcd='math:gcd'),
    *_dropped('base64', 'Python 3.9', encodestring='base64:encodebytes',
              decodestring='base64:decodebytes'),
    *_dropped('cgi', 'Python 3.8', escape=standard.cgi_escape),
    *_dropped('html.parser', 'Python 3.9', **{'HTMLParser.unescape': standard.unescape}),
    *_dropped('inspect', 'Python 3.11', ArgSpec=lambda: standard.ArgSpec,
              getargspec=standard.getargspec),
    *_dropped('locale', 'Python 3.12', format='locale:format_string'),
    *_dropped('os', 'Python 3.7', errno=standard.errno),
    *_dropped('platform', 'Python 3.8', linux_distribution=standard.no_distribution,
              dist=standard.no_distribution),
    *_dropped('sys', 'Python 3.9', setcheckinterval=standard.nothing),
    *_dropped('threading', 'Python 3.9', **{'Thread.isAlive': 'threading:Thread.is_alive'}),
    *_dropped('unittest.case', 'Python 3.12', **{
        f'TestCase.{name}': f'unittest.case:TestCase.assert{today}'
        for name, today in _ASSERTIONS.items()}),
    *_dropped('numpy', 'NumPy 1.18', rank='numpy:ndim'),
    *_dropped('numpy', 'NumPy 1.23', asscalar=numbers.asscalar, alen=numbers.alen),
    *_dropped('numpy', 'NumPy 1.24', **{name: (lambda kind=kind: kind) for name, kind in (
        ('bool', bool), ('int', int), ('float', float), ('complex', complex), ('object', object),
        ('str', str), ('long', int), ('unicode', str))}),
    *_dropped('numpy', 'NumPy 2.0', **{name: f'numpy:{today}'
                                       for name, today in _NUMPY_RENAMED.items()}),
    *_dropped('numpy', 'NumPy 2.0', asfarray=numbers.asfarray, cast=numbers.cast,
              msort=numbers.msort),
    *_dropped('scipy', 'SciPy 1.12', **{name: f'numpy:{name}' for name in numbers.OF_SCIPY}),
    *_dropped('scipy.integrate', 'SciPy 1.14', trapz='scipy.integrate:trapezoid',
              cumtrapz='scipy.integrate:cumulative_trapezoid', simps='scipy.integrate:simpson'),
    *_dropped('scipy.misc', 'SciPy 1.3', imread=images.imread, imresize=images.imresize,
              imsave=images.imsave, toimage=images.toimage, bytescale=images.bytescale,
              comb='scipy.special:comb', factorial='scipy.special:factorial',
              logsumexp='scipy.special:logsumexp'),
    *_dropped('scipy.signal', 'SciPy 1.13', **{
        name: f'scipy.signal.windows:{name}' for name in _WINDOWS}),
    *_dropped('PIL.Image', 'Pillow 10', ANTIALIAS='PIL.Image:LANCZOS', LINEAR='PIL.Image:BILINEAR',
              CUBIC='PIL.Image:BICUBIC'),
    *_dropped('PIL.ImageFont', 'Pillow 10', **{'FreeTypeFont.getsize': images.font_getsize}),
    *_dropped('PIL.ImageDraw', 'Pillow 10', **{'ImageDraw.textsize': images.draw_textsize}),
    *_dropped('sklearn.preprocessing', 'scikit-learn 0.22', Imputer=learning.imputer),
    *_dropped('networkx', 'networkx 2.4', **{
        'Graph.node': graphs.node, 'connected_component_subgraphs': graphs.component_subgraphs}),
    *_dropped('networkx', 'networkx 3.0', from_numpy_matrix='networkx:from_numpy_array',
              to_numpy_matrix=graphs.to_numpy_matrix, info=graphs.info,
              from_scipy_sparse_matrix='networkx:from_scipy_sparse_array',
              to_scipy_sparse_matrix=graphs.to_scipy_sparse_matrix),
    *_dropped('matplotlib.pyplot', 'matplotlib 3.0', hold=standard.nothing,
              ishold=standard.nothing),
    *_dropped('matplotlib.cm', 'matplotlib 2.2', spectral='matplotlib.cm:nipy_spectral'),
    *_dropped('matplotlib.cm', 'matplotlib 3.9', get_cmap='matplotlib.pyplot:get_cmap'),
)

NARROWED: Tuple[Narrowed, ...] = (
    Narrowed('builtins:open', 'Python 3.11', "the mode 'U'", standard.open_with_u),
    Narrowed('json:loads', 'Python 3.9', 'encoding', standard.without('encoding')),
    Narrowed('numpy:array', 'NumPy 1.24', 'lists of several lengths', numbers.ragged),
    Narrowed('numpy:asarray', 'NumPy 1.24', 'lists of several lengths', numbers.ragged),
    Narrowed('numpy:reshape', 'NumPy 2.1', 'newshape', numbers.newshape),
    Narrowed('matplotlib.axes:Axes.hist', 'matplotlib 3.1', 'normed',
             standard.renamed('normed', 'density')),
    Narrowed('matplotlib.pyplot:hist', 'matplotlib 3.1', 'normed',
             standard.renamed('normed', 'density')),
    Narrowed('matplotlib:use', 'matplotlib 3.3', 'warn', standard.without('warn')),
)

# Modules that are gone, and today's.
MODULES: Dict[str, Tuple[str, Union[str, Callable[[], Dict[str, Any]]]]] = {
    'imp': ('Python 3.12', standard.imp),
    'distutils': ('Python 3.12', 'setuptools._distutils'),
    'xml.etree.cElementTree': ('Python 3.9', 'xml.etree.ElementTree'),
    'scipy.misc': ('SciPy 2.0', dict),
    'scipy.sparse.linalg.eigen': ('SciPy 1.8', 'scipy.sparse.linalg'),
    'scipy.sparse.linalg.eigen.arpack': ('SciPy 1.8', 'scipy.sparse.linalg'),
    'scipy.ndimage.filters': ('SciPy 2.0', 'scipy.ndimage'),
    'scipy.ndimage.interpolation': ('SciPy 2.0', 'scipy.ndimage'),
    'scipy.ndimage.measurements': ('SciPy 2.0', 'scipy.ndimage'),
    'scipy.ndimage.morphology': ('SciPy 2.0', 'scipy.ndimage'),
    'scipy.stats.stats': ('SciPy 2.0', 'scipy.stats'),
    'sklearn.externals.joblib': ('scikit-learn 0.23', 'joblib'),
    'sklearn.externals.six': ('scikit-learn 0.23', 'six'),
    'sklearn.cross_validation': ('scikit-learn 0.20', learning.cross_validation),
    'sklearn.grid_search': ('scikit-learn 0.20', 'sklearn.model_selection'),
    'sklearn.learning_curve': ('scikit-learn 0.20', 'sklearn.model_selection'),
    'sklearn.datasets.base': ('scikit-learn 0.24', 'sklearn.datasets'),
    'sklearn.datasets.samples_generator': ('scikit-learn 0.24', 'sklearn.datasets'),
    'sklearn.utils.linear_assignment_': ('scikit-learn 0.23', learning.linear_assignment),
    'mpl_toolkits.axes_grid': ('matplotlib 3.8', 'mpl_toolkits.axes_grid1'),
}
