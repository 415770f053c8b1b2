"""The fast engine against the static one, at sizes that divide nothing evenly."""
import dataclasses
import functools

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from reproduce.experiment.article import ARTICLE
from reproduce.experiment.fast_rnn import fast_rnn
from reproduce.experiment.graph import build_graph, last_static_output


def after_an_update(article: object, recurrent: object, x: np.ndarray,
                    labels: np.ndarray) -> dict:
    """Loss before an update, and the variables after it."""
    with tf.Graph().as_default():
        graph = build_graph(article, seed=3, recurrent=recurrent)
        variables = {v.op.name: v for v in tf.global_variables()}
        with tf.Session() as session:
            session.run(graph.init)
            loss = session.run(graph.loss, {graph.x: x, graph.y: labels})
            session.run(graph.train_op, {graph.x: x, graph.y: labels})
            return dict(session.run(variables), loss=loss)


@pytest.mark.parametrize('batch, timesteps, num_hidden, chains', [
    (7, 5, 3, 2), (1, 4, 8, 2), (2, 1, 5, 3), (33, 9, 17, 4), (16, 2, 1, 1)])
def test_loss_and_update_are_those_of_the_static_engine(batch: int, timesteps: int,
                                                        num_hidden: int, chains: int) -> None:
    article = dataclasses.replace(ARTICLE, timesteps=timesteps, num_input=6,
                                  num_hidden=num_hidden, learning_rate=0.3, forget_bias=0.6)
    x = np.sin(np.arange(batch * timesteps * 6) ** 1.1).reshape(batch, timesteps, 6)
    labels = np.eye(10)[np.arange(batch) * 7 % 10]
    expected = after_an_update(article, last_static_output, x, labels)
    found = after_an_update(article, functools.partial(fast_rnn, chains=chains), x, labels)
    assert sorted(found) == sorted(expected)
    for name in expected:
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-5, atol=1e-6)


def test_the_seeds_are_those_of_the_static_engine() -> None:
    with tf.Graph().as_default() as graph:
        build_graph(seed=1, recurrent=functools.partial(fast_rnn, chains=2))
    assert [op.get_attr('seed2') for op in graph.get_operations()
            if op.type.startswith('Random')] == [5, 14, 49]
