"""That the benchmark's contenders do the same work, and that its arithmetic is right.

No times are tested.
"""
import dataclasses
import importlib.util
import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, Callable, List

import lstm_numpy
import numpy as np
import pytest
from conftest import GOLDEN, ROOT

from reproduce.bench import __main__ as bench
from reproduce.bench import engines, report, rounds, work
from reproduce.bench.growth import SIZES, grown
from reproduce.bench.worker import ENGINES, PEERS, contender_class
from reproduce.experiment import kernels
from reproduce.experiment.article import ARTICLE
from reproduce.mnist import Datasets

SMALL = dataclasses.replace(ARTICLE, batch_size=20, num_hidden=12, forget_bias=0.7)


def trainers() -> List[Any]:
    """All contenders that train, those that are not installed as skipped."""
    return ['fast', 'uncompiled', pytest.param('static', marks=pytest.mark.full)] + [
        pytest.param(name, marks=[
            pytest.mark.skipif(not importlib.util.find_spec(name), reason='peers are an extra'),
            *([pytest.mark.full] if name == 'keras' else [])]) for name in PEERS]


def apart_from_tensorflow(name: str, function: Callable[..., work.Weights],
                          *arguments: Any) -> work.Weights:
    """What `function` returns for contender `name`, worked out in a new process for a peer.

    PyTorch with Triton aborts in a process that has TensorFlow: each brings an LLVM.
    """
    if name not in PEERS:
        return function(name, *arguments)
    with ProcessPoolExecutor(1, multiprocessing.get_context('spawn')) as process:
        return process.submit(function, name, *arguments).result()


def gradients(name: str, batch: work.Batch) -> work.Weights:
    return work.gradients(contender_class(name), SMALL, batch)


def trained(name: str, weights: work.Weights, batches: List[work.Batch]) -> work.Weights:
    contender = contender_class(name)(SMALL, weights)
    contender.train(batches)
    return contender.weights()


def expected_gradients(weights: work.Weights, batch: work.Batch) -> work.Weights:
    """Those of the float64 NumPy LSTM, in the benchmark's layout."""
    found = lstm_numpy.gradients(lstm_numpy.as_parameters(weights, SMALL.num_input),
                                 batch[0].astype(float), batch[1], SMALL.forget_bias)
    return work.Weights(*lstm_numpy.as_variables(found))


@pytest.mark.parametrize('name', trainers())
def test_a_contenders_gradients_are_those_of_the_mathematics(name: str,
                                                             mnist_data: Datasets) -> None:
    batch = next(work.batches(SMALL, mnist_data.train))
    found = apart_from_tensorflow(name, gradients, batch)
    expected = expected_gradients(work.initial_weights(SMALL), batch)
    assert work.largest_difference(found, expected) < bench.TOLERANCE


@pytest.mark.full
@pytest.mark.parametrize('name', [*trainers()[:2], *trainers()[3:-1]])  # all but the slowest
def test_a_contender_makes_one_update_a_batch(name: str, mnist_data: Datasets) -> None:
    batches = work.batches(SMALL, mnist_data.train)
    three = [next(batches) for _ in range(3)]
    at_once = apart_from_tensorflow(name, trained, work.initial_weights(SMALL), three)
    weights = work.initial_weights(SMALL)
    for batch in three:
        weights = apart_from_tensorflow(name, trained, weights, [batch])
    for found, expected in zip(at_once, weights):
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)
    assert np.abs(weights.kernel - work.initial_weights(SMALL).kernel).max() > 1e-5


def test_gradients_of_other_work_differ_by_more_than_the_tolerance(mnist_data: Datasets) -> None:
    batch = next(work.batches(SMALL, mnist_data.train))
    found = work.gradients(contender_class('fast'), SMALL, batch)
    without_forget_bias = work.gradients(contender_class('fast'),
                                         dataclasses.replace(SMALL, forget_bias=0.0), batch)
    assert work.largest_difference(without_forget_bias, found) > 100 * bench.TOLERANCE


def test_the_limit_makes_every_product_of_a_step() -> None:
    limit = contender_class('limit')(SMALL, work.initial_weights(SMALL))
    limit.train([(np.empty(0), np.empty(0))])
    graph = limit._products.graph
    products = [op for op in graph.get_operations() if op.type == 'MatMul']
    columns = [op.outputs[0].shape.as_list() for op in products]
    images = sum(shape[1] for shape in columns if shape[0] == 48 and shape[1] != 41)
    assert images == 28 * SMALL.batch_size  # each timestep's gates, for every image
    assert columns.count([48, 41]) * 27 == 28 * sum(
        shape[0] == SMALL.num_hidden for shape in columns)
    assert limit.weights() is None
    depths = [op.inputs[0].shape.as_list()[1] for op in products]
    assert engines.multiply_adds(SMALL) == sum(
        rows * width * depth for (rows, width), depth in zip(columns, depths))


@pytest.mark.skipif(kernels.best_build().path is None, reason=kernels.best_build().text)
def test_the_peak_makes_as_many_multiply_adds() -> None:
    peak = contender_class('peak')(SMALL, work.initial_weights(SMALL))
    vectors = kernels.best_build().vectors
    sums = 4 * vectors.height
    # Sum number n begins as n, and a round makes it a half and 1.
    assert [peak._loop(count, 0.5) for count in (0, 1, 200)] == [
        sum(range(sums)), sum(range(sums)) / 2 + sums, 2 * sums]
    counts: List[int] = []
    peak._loop = lambda count, factor: counts.append(count)
    peak.train([(np.empty(0), np.empty(0))] * 1000)
    assert sum(counts) * sums * vectors.width == pytest.approx(
        1000 * engines.multiply_adds(SMALL), rel=1e-3)


class FakeProcess:
    """A contender whose updates take a known time, more in each further round."""

    def __init__(self, name: str, seconds: float, calls: List[str]) -> None:
        self._name, self._seconds, self._calls = name, seconds, calls
        self.version = 'fake 1'

    def train(self, updates: int) -> dict:
        self._calls.append(self._name)
        rounds_before = self._calls.count(self._name) - 1
        return {'seconds': updates * self._seconds * (1 + rounds_before),
                'memory': 100.0 + rounds_before}

    def gradients(self) -> None:
        return None


def test_rounds_alternate_and_the_first_does_not_count() -> None:
    calls: List[str] = []
    found = rounds.alternate({'a': FakeProcess('a', 1.0, calls),
                              'b': FakeProcess('b', 0.5, calls)}, 3, {'a': 4, 'b': 10})
    assert ''.join(calls) == 'abbaabba'
    assert found['a'].seconds == [2.0, 3.0, 4.0]
    assert found['b'].seconds == [1.0, 1.5, 2.0]
    assert found['a'].memory == 103.0


def test_the_table_gives_medians_of_the_rounds_ratios(
        capsys: pytest.CaptureFixture) -> None:
    weights = work.Weights(*[np.ones(3)] * 4)
    measured = {'fast': rounds.Rounds('x', weights, [0.01, 0.02, 0.04], 500.0),
                'static': rounds.Rounds('x', weights, [0.03, 0.05, 0.06], 600.0)}
    report.print_contenders({name: bench.contender(measured, name) for name in measured})
    assert capsys.readouterr().out.splitlines()[2:4] == [
        '| `--engine fast`, the default, x | 50.0 (25.0 to 100.0) |  | 500 MB |',
        "| `--engine static`, the article's graph | 20.0 (16.7 to 33.3) | "
        '2.50 x (1.50 to 3.00) | 600 MB |']


def test_the_readme_s_table_is_of_the_recorded_measurement() -> None:
    found = json.loads((GOLDEN / 'bench.json').read_text())
    assert set(found['contenders']) == {*ENGINES, *PEERS, rounds.TF1}
    assert bench.verdict(found['contenders']) == 0
    readme = (ROOT / 'README.md').read_text(encoding='utf-8')
    assert report.table(found['contenders']) + '\n' in readme


# Speaks as a contender does until it is asked for more than it has.
DYING = '''#!/bin/sh
{before}
echo '{{"version": "TensorFlow 1"}}'
read updates
{after}
'''


@pytest.mark.parametrize('before, after, said', [
    ('echo no such module >&2; exit 3', '', 'ended with exit code 3: no such module'),
    ('', 'kill -9 $$', 'was ended by signal 9'),
    ('', 'exit 1', 'ended with exit code 1: without a word'),
    ('', 'echo \'{"seconds": 1, "maxrss": 1}\'; exec <&-; sleep 0.2; echo late >&2; exit 4',
     'ended with exit code 4: late')])
def test_a_contender_that_dies_is_named(before: str, after: str, said: str, tmp_path: Path,
                                        monkeypatch: pytest.MonkeyPatch,
                                        capsys: pytest.CaptureFixture) -> None:
    program = tmp_path / 'python'
    program.write_text(DYING.format(before=before, after=after))
    program.chmod(0o755)
    monkeypatch.setattr(bench, '_engines', lambda: [])
    assert bench.main(['--tf1', str(program)]) == 1
    error, = capsys.readouterr().err.splitlines()
    assert error.startswith(f'error: tf1: {said}')


@pytest.mark.parametrize('difference, code', [(None, 0), (1e-6, 0), (1e-3, 1),
                                              (float('nan'), 1)])
def test_other_work_is_an_error(difference: float, code: int,
                                capsys: pytest.CaptureFixture) -> None:
    assert bench.verdict({'odd': {'gradient_difference': difference}}) == code
    assert ('odd' in capsys.readouterr().err) == bool(code)


def test_growth_keeps_an_images_pixels() -> None:
    for varied, values in SIZES:
        for value in values:
            article = grown(varied, value)
            assert article.timesteps * article.num_input == 784
            assert getattr(article, varied) == value


@pytest.mark.full
def test_the_command(run_module: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / 'bench.json'
    done = run_module('reproduce.bench', '--rounds', 2, '--steps', 1, '--json', path)
    assert done.returncode == 0, done.stderr
    found = json.loads(path.read_text())['contenders']
    assert set(found) == {*bench._engines()}
    assert all(len(contender['rates']) == 2 for contender in found.values())
    assert 0.0 < found['fast']['gradient_difference'] < bench.TOLERANCE


@pytest.mark.parametrize('flags, said', [
    (['--tf1', '/no/python'], '--tf1 /no/python: is not a program'),
    (['--threads', '4096'], '--threads 4096: there are'),
    (['--rounds', '0'], '--rounds'),
    (['--json', '/nowhere/b.json'], '--json /nowhere: cannot be written'),
    (['--json', '/'], '--json /: is no regular file')])
def test_impossible_flags(flags: List[str], said: str, run_module: Callable[..., Any]) -> None:
    done = run_module('reproduce.bench', *flags)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
