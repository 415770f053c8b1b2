"""The cell and its gradients against float64 NumPy, on fixed weights without any symmetry."""
import dataclasses
import functools
from typing import Dict, Iterator, List, NamedTuple, Tuple

import lstm_numpy
import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from lstm_numpy import GATES, Parameters

from reproduce.experiment.article import ARTICLE
from reproduce.experiment.fast_rnn import fast_rnn
from reproduce.experiment.graph import ArticleGraph, build_graph, last_static_output
from reproduce.experiment.rnn import BasicLSTMCell, static_rnn

SMALL = dataclasses.replace(ARTICLE, timesteps=5, num_input=3, num_hidden=4, num_classes=6,
                            forget_bias=0.7, learning_rate=0.5)
BATCH = 7
VARIABLES = ('Variable', 'Variable_1', 'rnn/basic_lstm_cell/kernel', 'rnn/basic_lstm_cell/bias')


def wave(shape: Tuple[int, ...], pitch: float) -> np.ndarray:
    """Values in [-1, 1] that repeat nowhere: no random numbers, no symmetry."""
    return np.sin(pitch * np.arange(1, np.prod(shape) + 1) ** 1.1).reshape(shape)


def example_parameters() -> Parameters:
    hidden, features = SMALL.num_hidden, SMALL.num_input
    return Parameters(
        w_x={gate: wave((features, hidden), 0.31 + 0.17 * n) for n, gate in enumerate(GATES)},
        w_h={gate: wave((hidden, hidden), 0.23 + 0.19 * n) for n, gate in enumerate(GATES)},
        b={gate: wave((hidden,), 0.41 + 0.13 * n) for n, gate in enumerate(GATES)},
        out_w=wave((hidden, SMALL.num_classes), 0.37), out_b=wave((SMALL.num_classes,), 0.53))


def as_variables(p: Parameters) -> Dict[str, np.ndarray]:
    """`p` by the variables' names."""
    return dict(zip(VARIABLES, lstm_numpy.as_variables(p)))


X = wave((BATCH, SMALL.timesteps, SMALL.num_input), 0.29)
LABELS = np.eye(SMALL.num_classes)[[0, 5, 2, 2, 1, 4, 3]]


class Small(NamedTuple):
    """A small experiment, open."""

    session: tf.Session
    graph: ArticleGraph
    variables: Dict[str, tf.Variable]
    gradients: Dict[str, tf.Tensor]


@pytest.fixture(scope='module', params=[0, 1, 3], ids=['static', 'fast', 'fast, 3 chains'])
def small(request: pytest.FixtureRequest
          ) -> Iterator[Small]:
    recurrent = (functools.partial(fast_rnn, chains=request.param) if request.param
                 else last_static_output)
    with tf.Graph().as_default():
        graph = build_graph(SMALL, recurrent=recurrent)
        variables = {v.op.name: v for v in tf.global_variables()}
        gradients = tf.gradients(graph.loss, list(variables.values()))
        with tf.Session() as session:
            yield Small(session, graph, variables, dict(zip(variables, gradients)))


def load(session: tf.Session, variables: Dict[str, tf.Variable], p: Parameters) -> None:
    for name, value in as_variables(p).items():
        variables[name].load(value.astype(np.float32), session)


def assert_close(found: np.ndarray, expected: np.ndarray) -> None:
    np.testing.assert_allclose(found, expected, rtol=2e-5, atol=2e-6)


def test_the_witness_gradients_are_the_slopes_of_its_loss() -> None:
    p = example_parameters()
    gradients = lstm_numpy.gradients(p, X, LABELS, SMALL.forget_bias)

    def loss() -> float:
        return lstm_numpy.cross_entropy(
            lstm_numpy.forward(p, X, SMALL.forget_bias)['logits'], LABELS)

    places: List[Tuple[np.ndarray, np.ndarray]] = [(p.out_w, gradients.out_w),
                                                   (p.out_b, gradients.out_b)]
    for gate in GATES:
        places += [(p.w_x[gate], gradients.w_x[gate]), (p.w_h[gate], gradients.w_h[gate]),
                   (p.b[gate], gradients.b[gate])]
    for values, slopes in places:
        for index in np.ndindex(values.shape):
            value = values[index]
            values[index] = value + 1e-6
            above = loss()
            values[index] = value - 1e-6
            below = loss()
            values[index] = value
            assert slopes[index] == pytest.approx((above - below) / 2e-6, rel=1e-5, abs=1e-8)


def test_logits_and_loss(small: Small) -> None:
    session, graph, variables, _ = small
    p = example_parameters()
    load(session, variables, p)
    logits, loss = session.run([graph.logits, graph.loss], {graph.x: X, graph.y: LABELS})
    expected = lstm_numpy.forward(p, X, SMALL.forget_bias)['logits']
    assert_close(logits, expected)
    assert_close(loss, lstm_numpy.cross_entropy(expected, LABELS))


def test_every_gradient(small: Small) -> None:
    session, graph, variables, gradients = small
    p = example_parameters()
    load(session, variables, p)
    expected = as_variables(lstm_numpy.gradients(p, X, LABELS, SMALL.forget_bias))
    found = session.run(gradients, {graph.x: X, graph.y: LABELS})
    assert sorted(found) == sorted(expected)
    for name in expected:
        assert_close(found[name], expected[name])


def test_one_update_is_plain_gradient_descent(small: Small) -> None:
    session, graph, variables, _ = small
    p = example_parameters()
    load(session, variables, p)
    before = as_variables(p)
    slopes = as_variables(lstm_numpy.gradients(p, X, LABELS, SMALL.forget_bias))
    session.run(graph.train_op, {graph.x: X, graph.y: LABELS})
    for name, value in session.run(variables).items():
        assert_close(value, before[name] - SMALL.learning_rate * slopes[name])


@pytest.mark.parametrize('mistake', [
    {'gates': ('forget', 'output')}, {'gates': ('input', 'candidate')},
    {'gates': ('input', 'forget')}, {'gates': ('input', 'output')},
    {'gates': ('candidate', 'forget')}, {'gates': ('candidate', 'output')},
    {'forget_bias': 0.0}, {'exchanged': True}])
def test_a_mistake_would_be_seen(small: Small, mistake: dict) -> None:
    """The comparison above has the power to tell the usual mistakes from the cell."""
    session, graph, variables, _ = small
    p = example_parameters()
    load(session, variables, p)
    if 'gates' in mistake:
        one, other = mistake['gates']
        swap = {one: other, other: one}
        p = p._replace(**{field: {gate: getattr(p, field)[swap.get(gate, gate)]
                                  for gate in GATES} for field in ('w_x', 'w_h', 'b')})
    result = lstm_numpy.forward(p, X, mistake.get('forget_bias', SMALL.forget_bias))
    output = result['c'] if mistake.get('exchanged') else result['h']
    logits = session.run(graph.logits, {graph.x: X})
    assert np.abs(logits - (output @ p.out_w + p.out_b)).max() > 0.01


def test_the_output_is_h_and_the_state_is_c_and_h() -> None:
    p = example_parameters()
    expected = lstm_numpy.forward(p, X, SMALL.forget_bias)
    with tf.Graph().as_default():
        rows = [tf.constant(X[:, t], tf.float32) for t in range(SMALL.timesteps)]
        outputs, state = static_rnn(BasicLSTMCell(SMALL.num_hidden, SMALL.forget_bias), rows)
        variables = {v.op.name: v for v in tf.global_variables()}
        with tf.Session() as session:
            for name, variable in variables.items():
                variable.load(as_variables(p)[name].astype(np.float32), session)
            outputs_run, c, h = session.run([outputs, state.c, state.h])
    assert len(outputs_run) == SMALL.timesteps
    for output, step in zip(outputs_run, expected['steps']):
        assert_close(output, step['h'])
    np.testing.assert_array_equal(outputs_run[-1], h)
    assert_close(c, expected['c'])
    assert np.abs(c - h).max() > 0.01
    assert state._fields == ('c', 'h')
