import pytest

from reproduce.experiment.seeds import get_seed

MAX = 2**31 - 1


# Each row as tf.get_seed answers on TensorFlow 1.15 in a graph of nine operations.
@pytest.mark.parametrize('graph_seed, op_seed, pair', [
    (None, None, (None, None)), (None, 3, (87654321, 3)), (None, 0, (87654321, 0)),
    (1, None, (1, 9)), (1, 3, (1, 3)), (0, 0, (0, MAX)), (0, None, (0, 9)),
    (-7, None, (MAX - 7, 9)), (2**40, None, (2**40 % MAX, 9)), (1, -1, (1, MAX - 1))])
def test_the_pair_is_that_of_tensorflow_1(graph_seed: object, op_seed: object,
                                          pair: tuple) -> None:
    assert get_seed(graph_seed, op_seed, number_of_operations=9) == pair


def test_an_empty_graph_does_not_give_the_unseeded_pair() -> None:
    assert get_seed(0, None, number_of_operations=0) == (0, MAX)
