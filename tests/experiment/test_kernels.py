"""The compiled operations: what they compute, refuse, and how the engine does without them."""
import functools
import hashlib
import importlib.util
import logging
import os
import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import List, Tuple

import lstm_numpy
import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from conftest import ROOT

from reproduce.experiment import kernels
from reproduce.experiment.article import ARTICLE
from reproduce.experiment.fast_rnn import fast_rnn
from reproduce.experiment.graph import build_graph, last_static_output
from reproduce.mnist import Datasets

ANOTHER = 'none (built from another lstm_kernels.c; install the package again)'
LOADED = kernels.load()
needs_kernels = pytest.mark.skipif(
    LOADED is None, reason=f'compiled operations: {kernels.best_build().text}')


def gradients(recurrent: object, batches: List[Tuple[np.ndarray, np.ndarray]]
              ) -> List[List[np.ndarray]]:
    """The initial variables; then, of each batch, their gradients."""
    with tf.Graph().as_default(), tf.Session() as session:
        graph = build_graph(seed=1, recurrent=recurrent)
        variables = tf.global_variables()
        found = tf.gradients(graph.loss, variables)
        session.run(graph.init)
        return [session.run(variables)] + [session.run(found, {graph.x: x, graph.y: y})
                                           for x, y in batches]


def test_gradients_are_as_near_the_mathematics_as_the_article_s_graph_s(
        mnist_data: Datasets, monkeypatch: pytest.MonkeyPatch) -> None:
    batches = [(images.reshape(-1, 28, 28), labels)
               for images, labels in (mnist_data.train.next_batch(128) for _ in range(4))]

    def errors(recurrent: object) -> np.ndarray:
        """The largest of each variable over the batches."""
        start, *found = gradients(recurrent, batches)
        parameters = lstm_numpy.as_parameters(start, ARTICLE.num_input)
        return np.max([lstm_numpy.relative_errors(slopes, lstm_numpy.as_variables(
            lstm_numpy.gradients(parameters, x.astype(float), y, ARTICLE.forget_bias)))
            for slopes, (x, y) in zip(found, batches)], axis=0)

    bound = 2 * errors(last_static_output) + 1e-7  # an ulp or so, should static be in luck
    for switch, chains in (('1', 1), ('1', 3), ('0', 2)):
        monkeypatch.setenv(kernels.SWITCH, switch)
        found = errors(functools.partial(fast_rnn, chains=chains))
        print(f'{kernels.best_build().text}, {chains} chains: {found / bound} of the bound')
        assert (found <= bound).all()


def test_the_switch_chooses_between_two_graphs_of_one_function(
        monkeypatch: pytest.MonkeyPatch) -> None:
    def operations(switch: str) -> List[str]:
        monkeypatch.setenv(kernels.SWITCH, switch)
        with tf.Graph().as_default() as graph:
            build_graph(seed=1, recurrent=functools.partial(fast_rnn, chains=2))
        return [operation.type for operation in graph.get_operations()]

    own, compiled = operations('0'), operations('1')
    assert [own.count(name) for name in ('LstmChain', 'LstmChainGradient')] == [0, 0]
    if LOADED is not None:
        assert [compiled.count(name) for name in ('LstmChain', 'LstmChainGradient')] == [2, 2]
        assert len(compiled) < len(own) / 4


@needs_kernels
def test_a_chain_with_large_and_with_bad_numbers() -> None:
    """Saturated gates stay in their bounds, and what is no number stays none."""
    weights = np.zeros((72, 256), np.float32)  # 64 units, 8 inputs
    weights[64] = 1.0
    x = np.zeros((6, 2, 8), np.float32)
    x[:3, :, 0] = np.array([[1e30], [-np.inf], [np.nan]])
    with tf.Graph().as_default(), tf.Session() as session:
        tape = session.run(LOADED.module.lstm_chain(x=x, weights=weights)).ravel()
    h = tape[-6 * 72:].reshape(6, 72)[:, :64]
    np.testing.assert_allclose(h[0], np.tanh(2.0), rtol=1e-6)
    np.testing.assert_allclose(h[1], 0.0, atol=1e-30)
    assert np.isnan(h[2]).all()


# With the units U = 64 and the inputs 8, the right shapes are [6, 2, 8] and [72, 256], the tape's
# [3, 6 * (6 * 64 + 72)], for each width.
@needs_kernels
@pytest.mark.parametrize('x, weights', [
    ([6, 2, 8], [72, 255]), ([7, 2, 8], [72, 256]), ([6, 2, 7], [72, 256]), ([6, 8], [72, 256]),
    ([6, 2, 8], [72]), ([0, 2, 8], [72, 256]), ([6, 2, 8], [72, 252]), ([6, 2, 0], [64, 256]),
    ([6, 2, 9], [73, 256]), ([6, 2, 8], [0, 0])])
def test_other_shapes_are_refused(x: List[int], weights: List[int]) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        chain = LOADED.module.lstm_chain(x=np.zeros(x, np.float32),
                                         weights=np.zeros(weights, np.float32))
        with pytest.raises(tf.errors.InvalidArgumentError, match='not those of a chain'):
            session.run(chain)


@needs_kernels
@pytest.mark.parametrize('d_h, weights, tape', [
    ([6, 63], [72, 256], [3, 2736]), ([12, 64], [72, 256], [3, 2736]), ([6, 64], [72, 256], [2736]),
    ([6, 64], [72, 256], [3, 2735]), ([6, 64, 1], [72, 256], [3, 2736])])
def test_other_shapes_of_the_way_back_are_refused(d_h: List[int], weights: List[int],
                                                  tape: List[int]) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        gradient = LOADED.module.lstm_chain_gradient(
            d_h=np.zeros(d_h, np.float32), weights=np.zeros(weights, np.float32),
            tape=np.zeros(tape, np.float32))
        with pytest.raises(tf.errors.InvalidArgumentError, match='not those of a chain'):
            session.run(gradient)


@needs_kernels
def test_a_batch_of_no_images_is_none() -> None:
    for chains in (1, 2):
        with tf.Graph().as_default(), tf.Session() as session:
            graph = build_graph(seed=1, recurrent=functools.partial(fast_rnn, chains=chains))
            session.run(graph.init)
            assert session.run(graph.prediction, {
                graph.x: np.zeros((0, 28, 28)), graph.y: np.zeros((0, 10))}).shape == (0, 10)


@needs_kernels
@pytest.mark.parametrize('damage', [
    lambda content: content[:5000], lambda content: b'', lambda content: b'no library',
    lambda content: content[:9000] + b'\xff' * 100 + content[9100:]])
def test_a_damaged_build_is_done_without(damage: object, tmp_path: Path,
                                         monkeypatch: pytest.MonkeyPatch,
                                         caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / 'damaged.so'
    path.write_bytes(damage(Path(kernels.best_build().path).read_bytes()))
    monkeypatch.setattr(importlib.util, 'find_spec', lambda name: ModuleSpec(
        name, None, origin=str(path)))
    with caplog.at_level(logging.DEBUG, 'reproduce'):
        assert kernels.load() is None
    said = f'none ({path}: is damaged; install the package again)'
    assert [record.getMessage() for record in caplog.records] == [
        f"TensorFlow's own operations are used; compiled ones: {said}"]
    assert kernels.best_build().text == said


def test_the_build_here_is_of_the_source_here() -> None:
    assert kernels.best_build().text != ANOTHER


@needs_kernels
def test_a_build_from_another_source_is_done_without(tmp_path: Path,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / 'lstm_kernels.c'
    monkeypatch.setattr(kernels, '_SOURCE', str(source))
    assert kernels.load() is not None  # installed packages come without the source
    source.write_bytes((ROOT / 'reproduce' / 'experiment' / 'lstm_kernels.c').read_bytes())
    assert kernels.load() is not None
    source.write_bytes(source.read_bytes() + b'\n')
    assert kernels.load() is None
    assert kernels.in_use() == kernels.best_build().text == ANOTHER


@needs_kernels
def test_a_build_that_does_not_fit_this_tensorflow_is_done_without(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As one for a TensorFlow whose C interface has other names."""
    path = tmp_path / 'other.so'
    path.write_bytes(Path(kernels.best_build().path).read_bytes()[:-32].replace(
        b'TF_AllocateOutput', b'TF_AllocateOutpuX'))
    path.write_bytes(path.read_bytes() + hashlib.sha256(path.read_bytes()).digest())
    build = kernels.best_build()._replace(path=str(path))
    monkeypatch.setattr(kernels, 'best_build', lambda: build)
    assert kernels.load() is None
    assert 'TF_AllocateOutpuX' in kernels.in_use()


@pytest.mark.parametrize('flags, expected', [
    (['avx2', 'fma', 'avx512f'], ['AVX-512', 'AVX2', 'plain']),
    (['avx2', 'fma'], ['AVX2', 'plain']), (['avx', 'avx2'], ['plain'])])
def test_the_widest_vectors_that_the_processor_has_are_used(
        flags: List[str], expected: List[str], monkeypatch: pytest.MonkeyPatch) -> None:
    built = {vectors.module for vectors in kernels.VECTORS
             if importlib.util.find_spec(vectors.module)}
    monkeypatch.delenv(kernels.SWITCH, raising=False)
    monkeypatch.setattr(kernels, 'processor', lambda: ' '.join(['A Processor', *flags]))
    usable = [vectors.name for vectors in kernels.VECTORS
              if vectors.name in expected and vectors.module in built]
    assert kernels.best_build().text == (usable or ['not built'])[0]


# Limits the processor to the flags given, and runs these tests and its neighbours' there.
EACH_WIDTH = '''
import sys
import pytest
from reproduce.experiment import kernels
kernels.processor = lambda: sys.argv[1]
print('build:', kernels.best_build().text)
sys.exit(pytest.main(sys.argv[2:]))
'''


@needs_kernels
@pytest.mark.full
@pytest.mark.parametrize('vectors', kernels.VECTORS, ids=lambda vectors: vectors.name)
def test_each_width_passes(vectors: kernels.Vectors) -> None:
    if not set(vectors.needed) <= set(kernels.processor().split()):
        pytest.skip(f'this processor has no {vectors.name}')
    files = [str(Path(__file__).with_name(f'test_{name}.py'))
             for name in ('kernels', 'fast_rnn', 'rnn')]
    done = subprocess.run([sys.executable, '-c', EACH_WIDTH, ' '.join(vectors.needed), '-q', '-rs',
                           *files], stdout=subprocess.PIPE, text=True, cwd=str(ROOT),
                          env=dict(os.environ, **{kernels.SWITCH: '1'}))
    assert done.returncode == 0, done.stdout
    assert f'build: {vectors.name}\n' in done.stdout
    assert 'skipped' not in done.stdout, done.stdout
