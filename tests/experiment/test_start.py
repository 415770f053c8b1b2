"""What weights a run can start from."""
import dataclasses
from typing import Dict

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from reproduce.experiment import checkpoint
from reproduce.experiment.article import ARTICLE
from reproduce.experiment.network import open_network
from reproduce.experiment.start import fitting
from reproduce.experiment.variables import BIAS, KERNEL, OUT_BIASES, variable_shapes
from reproduce.shared.errors import InputError

SMALL = dataclasses.replace(ARTICLE, num_hidden=4)


def weights() -> Dict[str, np.ndarray]:
    return {name: np.ones(shape, np.float32) for name, shape in variable_shapes(SMALL).items()}


def test_the_variables_are_those_of_the_graph() -> None:
    with open_network(SMALL).session as session:
        found = {v.op.name: tuple(v.shape.as_list()) for v in tf.trainable_variables()}
        assert session.graph is tf.get_default_graph()
    assert found == variable_shapes(SMALL)


def test_further_variables_are_ignored() -> None:
    more = dict(weights(), global_step=np.int64(7), **{KERNEL + '/Adam': np.zeros(3)})
    assert sorted(fitting(more, SMALL, 'x')) == sorted(variable_shapes(SMALL))


@pytest.mark.parametrize('change, said', [
    ({OUT_BIASES: None}, r'^x: has no Variable_1; '),
    ({BIAS: np.ones(8, np.float32)}, r'^x: holds .*bias with the shape \[8\] in place of \[16\]; '),
    ({BIAS: np.ones(16)}, '^x: holds .*bias as float64 in place of float32; '),
    ({BIAS: np.full(16, np.nan, np.float32)}, '^x: holds .*bias with values that are not finite')])
def test_only_what_differs_is_named(change: dict, said: str) -> None:
    found = {name: value for name, value in {**weights(), **change}.items() if value is not None}
    with pytest.raises(InputError, match=said):
        fitting(found, SMALL, 'x')


def test_a_checkpoint_with_the_names_of_tensorflow_1_1(tmp_path: object) -> None:
    values = weights()
    values['rnn/basic_lstm_cell/weights'] = values.pop(KERNEL)
    values['rnn/basic_lstm_cell/biases'] = values.pop(BIAS)
    with tf.Graph().as_default(), tf.Session() as session:
        for name, value in values.items():
            tf.Variable(value, name=name)
        session.run(tf.global_variables_initializer())
        prefix = tf.train.Saver().save(session, f'{tmp_path}/old.ckpt', 500)
    found, step = checkpoint.read(prefix)
    assert step == 500
    assert sorted(fitting(found, SMALL, prefix)) == sorted(variable_shapes(SMALL))
