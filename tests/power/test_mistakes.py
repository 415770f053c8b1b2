"""Each deliberate mistake is the mistake that its name says, and no other."""
import dataclasses
import json
from typing import Iterator

import numpy as np
import pytest
from conftest import seeded_mnist
from lstm_numpy import Parameters, forward

from reproduce.comparison.log import Log, parse_log
from reproduce.comparison.mistakes import MISTAKES
from reproduce.experiment.article import ARTICLE, Article
from reproduce.experiment.experiment import Experiment, open_experiment
from reproduce.power import mistakes
from reproduce.sweep.one_run import circumstances, printed_log

TIMESTEPS, FEATURES = 4, 196  # of 784 pixels: short graphs are built sooner
SMALL = dataclasses.replace(ARTICLE, training_steps=3, batch_size=8, num_hidden=4, test_len=16,
                            display_step=1, timesteps=TIMESTEPS, num_input=FEATURES)
BATCH_SIZE = SMALL.batch_size


@pytest.fixture
def experiment() -> Iterator[Experiment]:
    experiment = open_experiment(SMALL, 161, seeded_mnist(161), 'static')
    with experiment.network.session:
        yield experiment


def log_with(mistake: str, article: Article = SMALL) -> Log:
    """What a small run with the mistake prints."""
    article = dataclasses.replace(article, **mistakes.NUMBERS.get(mistake, {}))
    change = mistakes.CHANGES.get(mistake)
    return parse_log(printed_log(161, article, change).splitlines(), mistake)


@pytest.fixture(scope='module')
def right() -> Log:
    return parse_log(printed_log(161, SMALL).splitlines(), 'right')


def with_learning_rate(rate: float) -> Log:
    return parse_log(printed_log(161, dataclasses.replace(SMALL, learning_rate=rate))
                     .splitlines(), f'learning rate {rate}')


def moved(experiment: Experiment) -> np.ndarray:
    """By how much one update changes each of the output weights."""
    before = experiment.network.weights()['Variable']
    network = experiment.network._replace(article=dataclasses.replace(SMALL, training_steps=1))
    list(experiment._replace(network=network).records())
    return experiment.network.weights()['Variable'] - before


def test_momentum_adds_nine_tenths_of_the_update_before(experiment: Experiment) -> None:
    batch = experiment.data.train.examples(np.zeros(BATCH_SIZE, int))
    one_batch = experiment._replace(next_batch=lambda batch_size: batch)
    plain = moved(one_batch)
    with_momentum = mistakes.momentum(one_batch)
    first, second = moved(with_momentum), moved(with_momentum)
    # The gradient on the same batch hardly changes from one small update to the next.
    np.testing.assert_allclose(first, plain, rtol=0.1, atol=1e-6)
    np.testing.assert_allclose(second, 1.9 * plain, rtol=0.1, atol=1e-6)


def test_adam_moves_each_weight_by_the_learning_rate(experiment: Experiment) -> None:
    # Its first step is the rate times the gradient's sign.
    np.testing.assert_allclose(np.abs(moved(mistakes.adam(experiment))), 0.001, rtol=1e-2)


def test_the_summed_loss_is_that_of_the_batch(right: Log) -> None:
    summed, faster = log_with('sum-for-mean'), with_learning_rate(
        BATCH_SIZE * ARTICLE.learning_rate)
    for record, expected in zip(summed.steps, faster.steps):
        assert record.loss == pytest.approx(BATCH_SIZE * expected.loss, abs=1e-3)
        assert record.accuracy == expected.accuracy


def test_the_loss_before_the_update_is_that_of_the_weights_before(right: Log) -> None:
    early = log_with('loss-before-update')
    assert early.steps[0].loss == with_learning_rate(1e-12).steps[0].loss != right.steps[0].loss
    assert early.test_accuracy == right.test_accuracy  # it trains as it should
    assert [r.accuracy for r in early.steps] == [r.accuracy for r in right.steps]


def test_swapped_gates_are_a_cell_that_reads_them_in_another_order(
        experiment: Experiment) -> None:
    before = experiment.network.weights()
    mistakes.swapped_gates(experiment)
    images, _ = experiment.data.test.examples(np.arange(5))
    x = images.reshape(5, TIMESTEPS, FEATURES)
    _, graph, session = experiment.network
    logits = session.run(graph.logits, {graph.x: x})
    columns = dict(zip(('input', 'forget', 'candidate', 'output'),  # as the wrong cell takes them
                       np.split(before['rnn/basic_lstm_cell/kernel'], 4, axis=1)))
    zeros = {gate: np.zeros(SMALL.num_hidden) for gate in columns}
    expected = forward(Parameters(
        {gate: kernel[:FEATURES] for gate, kernel in columns.items()},
        {gate: kernel[FEATURES:] for gate, kernel in columns.items()},
        zeros, before['Variable'], before['Variable_1']), x, SMALL.forget_bias)
    np.testing.assert_allclose(logits, expected['logits'], atol=1e-5)


def test_small_output_weights(experiment: Experiment) -> None:
    before = experiment.network.weights()
    mistakes.small_output_weights(experiment)
    after = experiment.network.weights()
    np.testing.assert_allclose(after.pop('Variable'), 0.1 * before.pop('Variable'), rtol=1e-6)
    for name in after:
        np.testing.assert_array_equal(after[name], before[name])


def test_without_shuffling_the_images_come_as_in_the_files(experiment: Experiment) -> None:
    next_batch = mistakes.no_shuffling(experiment).next_batch
    expected, _ = experiment.data.train.examples(np.arange(3 * BATCH_SIZE))
    np.testing.assert_array_equal(
        np.concatenate([next_batch(BATCH_SIZE)[0] for _ in range(3)]), expected)


def test_raw_images_are_255_times_as_bright(experiment: Experiment) -> None:
    raw = mistakes.raw_images(experiment).data
    np.testing.assert_allclose(raw.test.images / 255, experiment.data.test.images, atol=1e-6)
    rows = raw.train.next_rows(BATCH_SIZE)
    assert rows.tolist() == experiment.data.train.next_rows(BATCH_SIZE).tolist()


def test_every_mistake_changes_something() -> None:
    assert sorted([*mistakes.CHANGES, *mistakes.NUMBERS]) == sorted(MISTAKES)
    for name in mistakes.NUMBERS:
        assert mistakes.article_with(name) != dataclasses.replace(
            ARTICLE, training_steps=MISTAKES[name].steps), name


def test_circumstances_can_be_stored() -> None:
    found = json.loads(json.dumps(circumstances()))
    assert found['engine'] == 'fast'
    assert found['tensorflow'].split('.')[0].isdigit()
