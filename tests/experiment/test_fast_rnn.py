"""The fast engine against the mathematics, at sizes that divide nothing evenly."""
import dataclasses
import functools

import lstm_numpy
import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from reproduce.experiment.article import ARTICLE
from reproduce.experiment.fast_rnn import fast_rnn
from reproduce.experiment.graph import build_graph


@pytest.mark.parametrize('batch, timesteps, num_hidden, chains', [
    (7, 5, 3, 2), (1, 4, 8, 2), (2, 1, 5, 3), (33, 9, 17, 4), (16, 2, 1, 1)])
def test_loss_and_gradients_are_those_of_the_mathematics(batch: int, timesteps: int,
                                                         num_hidden: int, chains: int) -> None:
    article = dataclasses.replace(ARTICLE, timesteps=timesteps, num_input=6,
                                  num_hidden=num_hidden, forget_bias=0.6)
    x = np.sin(np.arange(batch * timesteps * 6) ** 1.1).reshape(batch, timesteps, 6)
    labels = np.eye(10)[np.arange(batch) * 7 % 10]
    with tf.Graph().as_default(), tf.Session() as session:
        graph = build_graph(article, seed=3, recurrent=functools.partial(fast_rnn, chains=chains))
        variables = tf.global_variables()
        session.run(graph.init)
        p = lstm_numpy.as_parameters(session.run(variables), article.num_input)
        loss, *found = session.run([graph.loss, *tf.gradients(graph.loss, variables)],
                                   {graph.x: x, graph.y: labels})
    logits = lstm_numpy.forward(p, x, article.forget_bias)['logits']
    exact = lstm_numpy.as_variables(lstm_numpy.gradients(p, x, labels, article.forget_bias))
    # A sum of so many terms, so many times over, and the functions of the gates, 3 ulp each.
    bound = timesteps * (num_hidden + 6 + 12) * 2.0 ** -24
    print(f'{np.divide(lstm_numpy.relative_errors(found, exact), bound)} of the bound')
    assert loss == pytest.approx(lstm_numpy.cross_entropy(logits, labels), rel=bound)
    assert max(lstm_numpy.relative_errors(found, exact)) < bound


def test_the_seeds_are_those_of_the_static_engine() -> None:
    with tf.Graph().as_default() as graph:
        build_graph(seed=1, recurrent=functools.partial(fast_rnn, chains=2))
    assert [op.get_attr('seed2') for op in graph.get_operations()
            if op.type.startswith('Random')] == [5, 14, 49]
