"""Dropped names are back, behave as they did, and replace nothing that is there."""
import importlib.util
import re
import subprocess
import sys
from typing import List

import pytest
from conftest import ROOT

from reproduce.legacy.names.table import DROPPED, MODULES, NARROWED


def run(code: str, *needed: str) -> List[str]:
    """What a program prints, in a process of its own in which the names are back."""
    for package in needed:
        pytest.importorskip(package)
    done = subprocess.run(
        [sys.executable, '-W', 'ignore', '-c',
         'from reproduce.legacy.names.install import install\ninstall()\n' + code],
        cwd=str(ROOT), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_each_name_says_since_when_it_is_gone() -> None:
    said = [gone for _, gone, *_ in (*DROPPED, *NARROWED)] + [gone for gone, _ in MODULES.values()]
    assert all(re.fullmatch(r'[A-Za-z-]+ \d+(\.\d+)?', gone) for gone in said)
    names = [one.name for one in DROPPED]
    assert len(names) == len(set(names))


def test_python() -> None:
    assert run('''
import base64, collections, fractions, inspect, time
import os, platform, threading, unittest
assert time.clock() >= 0.0
assert isinstance([], collections.Iterable) and isinstance({}, collections.Mapping)
print(fractions.gcd(12, 18), base64.encodestring(b'a'), base64.decodestring(b'YQ=='))
print(inspect.getargspec(lambda a, b=1, *c, **d: 0))
print(os.errno.ENOENT, platform.dist(), threading.current_thread().isAlive())
unittest.TestCase().assertEquals(1, 1)
import imp, xml.etree.cElementTree as tree
print(imp.new_module('m').__name__, tree.fromstring('<a/>').tag)
print(open('setup.py', 'rU').readline())
import json
print(json.loads('[1]', encoding='utf-8'))
''') == ["6 b'YQ==\\n' b'a'",
         "ArgSpec(args=['a', 'b'], varargs='c', keywords='d', defaults=(1,))",
         "2 ('', '', '') True", 'm a', '"""What to install."""', '', '[1]']


def test_numpy() -> None:
    assert run('''
import numpy as np
assert np.testing.assert_allclose(1, 1) is None and np.int is int and np.float is float
print(np.array([1], np.bool).dtype, np.asscalar(np.array([3])), np.rank(np.zeros([2, 2])))
print(np.array([[1], [2, 3]]).dtype, np.asfarray([1]).dtype, np.cast['int32'](1.5).dtype)
print(np.product([2, 3]), np.Inf, np.reshape(np.arange(4), newshape=[2, 2]).shape)
''') == ['bool 3 2', 'object float64 int32', '6 inf (2, 2)']


def test_a_name_that_is_there_is_not_replaced() -> None:
    """NumPy 2 has bool again, and uses it itself."""
    assert run('''
import numpy
before = numpy.__dict__.get('bool')
install()
assert before is None or numpy.bool is before
import numpy.testing
numpy.testing.assert_array_equal([True], numpy.array([1], bool))
print('well')
''') == ['well']


def test_scipy_and_pillow() -> None:
    assert run('''
import os, tempfile
import numpy as np
from scipy.misc import imread, imresize, imsave
from scipy.sparse.linalg.eigen.arpack import eigsh
import scipy, scipy.signal, scipy.ndimage.filters
from PIL import Image
picture = (np.arange(6 * 4 * 3) * 3).reshape(6, 4, 3).astype(np.uint8)
path = os.path.join(tempfile.mkdtemp(), 'a.png')
imsave(path, picture)
assert (imread(path) == picture).all()
print(imread(path, flatten=True).dtype, imread(path, mode='L').shape)
print(imresize(picture, 50).shape, imresize(picture, 2.0).shape, imresize(picture, (3, 5)).shape)
print(Image.ANTIALIAS == Image.LANCZOS, scipy.zeros(2), scipy.signal.hann(3))
print(scipy.ndimage.filters.gaussian_filter(np.zeros(3), 1.0).shape)
''', 'scipy', 'PIL') == ['float32 (6, 4)', '(3, 2, 3) (12, 8, 3) (3, 5, 3)',
                         'True [0. 0.] [0. 1. 0.]', '(3,)']


def test_scikit_learn() -> None:
    assert run('''
import numpy as np
from sklearn.cross_validation import KFold, StratifiedKFold, train_test_split
from sklearn.externals import joblib
from sklearn.preprocessing import Imputer
from sklearn.utils.linear_assignment_ import linear_assignment
print([test.tolist() for _, test in KFold(4, n_folds=2)], len(StratifiedKFold([0, 0, 1, 1], 2)))
print(len(train_test_split(np.arange(8), random_state=0)), hasattr(joblib, 'dump'))
print(Imputer().fit_transform([[1.0], [np.nan]]).ravel())
print(linear_assignment(np.array([[1, 0], [0, 1]])).tolist())
''', 'sklearn') == ['[[0, 1], [2, 3]] 2', '2 True', '[1. 1.]', '[[0, 1], [1, 0]]']


def test_networkx() -> None:
    assert run('''
import networkx as nx, numpy as np
graph = nx.from_numpy_matrix(np.array([[0, 1, 0], [1, 0, 0], [0, 0, 0]]))
print(graph.node[0], len(list(nx.connected_component_subgraphs(graph))))
print(type(nx.to_numpy_matrix(graph)).__name__, nx.to_scipy_sparse_matrix(graph).shape)
''', 'networkx', 'scipy') == ['{} 2', 'matrix (3, 3)']


def test_matplotlib() -> None:
    assert run('''
import matplotlib
matplotlib.use('Agg', warn=False)
import matplotlib.pyplot as plt
plt.hold(True)
counts, _, _ = plt.hist([1, 1, 2], bins=2, normed=True)
print(counts, plt.cm.spectral.name, matplotlib.cm.get_cmap('gray').name)
''', 'matplotlib') == ['[1.33333333 0.66666667] nipy_spectral gray']


def test_a_module_keeps_its_own_loader() -> None:
    assert run('import collections, csv, fractions\nimport fractions as f\n'
               'print(type(f.__loader__).__name__, f.__spec__.loader is f.__loader__)'
               ) == ['SourceFileLoader True']


def test_what_was_never_there_is_no_better_found() -> None:
    assert importlib.util.find_spec('reproduce')
    assert run('''
try:
    import numpy.no_such_module
except ImportError as error:
    print(error)
''') == ["No module named 'numpy.no_such_module'"]
