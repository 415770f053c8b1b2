"""The graph against the node list that TensorFlow 1.15.5 built for the article's program."""
import dataclasses
import functools
import re
from collections import Counter
from typing import Any, Dict, List, Optional, Tuple

import pytest
import tensorflow.compat.v1 as tf

from reproduce.experiment.article import ARTICLE
from reproduce.experiment.graph import build_graph

Nodes = Dict[str, Tuple[str, List[str]]]

# What TensorFlow 2.x's own gradient functions build otherwise than 1.15's, as
# (how the node differs, its name below `gradients/`, with # for a number): how many nodes.
# Every other node is the same; on TensorFlow 1.15 all are.

# The gradient of an addition.  2.x knows the shape of a bias when the graph is built, and
# sums the gradient over a constant axis, where 1.15 works the axis out in the graph; it
# passes the gradient of the other operand, whose shape is the sum's, on as it is.
ADDITION = (
    ('missing', 'BroadcastGradientArgs'), ('missing', 'Sum_#'), ('missing', 'Reshape_#'),
    ('extra', 'Sum/reduction_indices'), ('type', 'Shape_#'), ('inputs', 'Sum'),
    ('inputs', 'Reshape'), ('inputs', 'tuple/group_deps'),
    ('inputs', 'tuple/control_dependency'), ('inputs', 'tuple/control_dependency_#'))
ADDITIONS = {'add_grad': 1, 'rnn/basic_lstm_cell/Add_grad': 1, 'rnn/basic_lstm_cell/Add_#_grad': 27}

# The gradient of the mean divides by the number of summed elements.  2.x gathers the summed
# axes' sizes; 1.15 divides the input's size by the output's.
MEAN = Counter({('missing', 'Mean_grad/' + name): 1
                for name in ('Const_#', 'Maximum', 'Maximum/y', 'Prod_#', 'Shape_#', 'floordiv')})
MEAN.update({('extra', 'Mean_grad/' + name): 1
             for name in ('GatherV2', 'GatherV2/axis', 'Size', 'add', 'mod')})
MEAN.update({('inputs', 'Mean_grad/' + name): 1 for name in ('Cast', 'Prod')})

# The gradient that everything starts from is the scalar one.  2.x fills it under its own
# name; 1.15 fills it from a constant of that name.
START = Counter({('missing', 'Fill'): 1, ('type', 'grad_ys_#'): 1, ('extra', 'grad_ys_#/Const'): 1,
                 ('inputs', 'Mean_grad/Reshape'): 1})

# The gradient of a reshape.  2.x writes the shape [-1, 10] or [-1] as a constant where one
# dimension alone is unknown; 1.15 takes the shape in the graph.
RESHAPE = Counter()
for _name in ('Reshape_grad', 'Reshape_#_grad'):
    _path = 'softmax_cross_entropy_with_logits/' + _name
    RESHAPE.update({('missing', _path + '/Shape'): 1, ('inputs', _path + '/Reshape'): 1,
                    ('extra', _path + '/Reshape/shape'): 1})

EXPECTED = MEAN + START + RESHAPE
for _path, _count in ADDITIONS.items():
    EXPECTED.update({(kind, _path + '/' + name): _count for kind, name in ADDITION})


@functools.lru_cache(maxsize=None)
def build(seed: Optional[int] = 1, **changes: Any) -> Tuple[Nodes, tf.Graph]:
    with tf.Graph().as_default() as graph:
        build_graph(dataclasses.replace(ARTICLE, **changes), seed)
    return {node.name: (node.op, list(node.input)) for node in graph.as_graph_def().node}, graph


def differences(found: Nodes, recorded: Nodes) -> List[Tuple[str, str]]:
    """How the nodes `found` differ from those `recorded`: [(kind, name)]."""
    result = [('missing', name) for name in recorded if name not in found]
    for name, (op, inputs) in found.items():
        if name not in recorded:
            result.append(('extra', name))
        elif op.replace('AddV2', 'Add') != recorded[name][0].replace('AddV2', 'Add'):
            result.append(('type', name))
        elif inputs != recorded[name][1]:
            result.append(('inputs', name))
    return result


@pytest.fixture(scope='module')
def recorded(recorded_graph: list) -> Nodes:
    return {name: (op, inputs) for name, op, inputs in recorded_graph}


def test_every_forward_variable_initializer_and_assign_node_is_the_same(recorded: Nodes) -> None:
    differing = differences(build()[0], recorded)
    assert [row for row in differing if not row[1].startswith('gradients/')] == []


def test_the_forward_nodes_come_in_the_same_order(recorded: Nodes) -> None:
    found = [name for name in build()[0] if not name.startswith('gradients/')]
    assert found == [name for name in recorded if not name.startswith('gradients/')]
    assert len(found) == 615


def test_the_gradient_nodes_differ_as_listed_and_nowhere_else(recorded: Nodes) -> None:
    found = Counter((kind, re.sub(r'_\d+', '_#', name[len('gradients/'):]))
                    for kind, name in differences(build()[0], recorded)
                    if name.startswith('gradients/'))
    assert found == (Counter() if tf.__version__.startswith('1.') else EXPECTED)


def seeds(graph: tf.Graph) -> List[Tuple[int, int]]:
    return [(op.get_attr('seed'), op.get_attr('seed2')) for op in graph.get_operations()
            if op.type.startswith('Random')]


def test_the_seeds_are_those_that_tensorflow_1_derives(recorded_trace: dict) -> None:
    assert seeds(build(seed=1)[1]) == [(1, 5), (1, 14), (1, 49)]
    assert [pair[1:] for pair in recorded_trace['random_ops']] == [[1, 5], [1, 14], [1, 49]]
    assert seeds(build(seed=-7)[1]) == [(2**31 - 8, 5), (2**31 - 8, 14), (2**31 - 8, 49)]


def test_an_unseeded_graph_draws_anew_each_time() -> None:
    assert seeds(build(seed=None)[1]) == [(0, 0)] * 3


def test_the_article_s_numbers_reach_the_graph() -> None:
    _, graph = build(num_hidden=5, timesteps=3, num_input=4, num_classes=6, learning_rate=0.5,
                     forget_bias=0.25)

    def shape(name: str) -> List[int]:
        return graph.get_tensor_by_name(name + ':0').shape.as_list()

    def value(name: str) -> float:
        return tf.make_ndarray(graph.get_operation_by_name(name).get_attr('value'))

    assert shape('Placeholder') == [None, 3, 4]
    assert shape('rnn/basic_lstm_cell/kernel') == [9, 20]
    assert shape('add') == [None, 6]
    assert value('GradientDescent/learning_rate') == 0.5
    assert value('rnn/basic_lstm_cell/Const_2') == 0.25
    assert 'rnn/basic_lstm_cell/MatMul_2' in [op.name for op in graph.get_operations()]
    assert 'rnn/basic_lstm_cell/MatMul_3' not in [op.name for op in graph.get_operations()]
