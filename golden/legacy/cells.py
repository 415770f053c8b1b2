"""Print what TensorFlow 1.x's cells compute from fixed weights, as JSON.

A TensorFlow 1.x script like any other: it imports nothing of the package that it is the witness
for, and runs on both.

    tf1/bin/python golden/legacy/cells.py > golden/legacy/cells.json
    python -m reproduce.legacy golden/legacy/cells.py > here.json

Weights and inputs are asymmetric and not random.  Each case holds the variables' names and shapes,
digests of their initial values under the graph seed 7, and outputs, final states and gradients.
Arguments choose cases by name.
"""
import hashlib
import json
import sys

import numpy as np
import tensorflow as tf
from tensorflow.contrib import rnn

BATCH, LENGTH, FEATURES = 3, 4, 5
CASES = []


def waves(shape, shift):
    """Values of `shape`, all different, between -0.6 and 0.6."""
    count = int(np.prod(shape))
    return (0.6 * np.sin(np.arange(count) * 0.37 + shift)).reshape(shape).astype(np.float32)


def case(name, run):
    """Register `run`, which returns the tensors to look at."""
    CASES.append((name, run))


def numbers(value):
    """The numbers of an array, to seven digits."""
    return [float('%.7g' % number) for number in np.asarray(value, np.float64).ravel()]


def flat(structure):
    """The tensors in nested tuples and lists."""
    if isinstance(structure, (list, tuple)):
        return [tensor for item in structure for tensor in flat(item)]
    return [structure]


def record(run):
    """What `run` makes."""
    with tf.Graph().as_default():
        tf.set_random_seed(7)
        inputs = tf.placeholder(tf.float32, [None, LENGTH, FEATURES])
        try:
            outputs, states = run(inputs)
        except Exception as error:
            return {'error': type(error).__name__}
        outputs, states = flat(outputs), flat(states)
        variables = tf.global_variables()
        loss = tf.add_n([tf.reduce_sum(tensor * (0.3 + 0.1 * index))
                         for index, tensor in enumerate(outputs + states)])
        gradients = [tf.convert_to_tensor(gradient) for gradient in tf.gradients(
            loss, [inputs] + tf.trainable_variables()) if gradient is not None]
        with tf.Session() as sess:
            sess.run(tf.global_variables_initializer())
            first = sess.run(variables)
            for index, variable in enumerate(variables):
                variable.load(waves(variable.shape.as_list(), index), sess)
            feed = {inputs: waves([BATCH, LENGTH, FEATURES], 0.5) * 2}
            results = [[numbers(value) for value in sess.run(tensors, feed)]
                       for tensors in (outputs, states, gradients)]
        return {'variables': [[v.op.name, v.shape.as_list()] for v in variables],
                'initial': [hashlib.sha256(np.ascontiguousarray(value)).hexdigest()[:16]
                            for value in first],
                'outputs': results[0], 'states': results[1], 'gradients': results[2]}


CELLS = {
    'basic_rnn': lambda: rnn.BasicRNNCell(6),
    'basic_rnn_relu': lambda: rnn.BasicRNNCell(6, activation=tf.nn.relu),
    'basic_lstm': lambda: rnn.BasicLSTMCell(6),
    'basic_lstm_forget_bias': lambda: rnn.BasicLSTMCell(6, forget_bias=0.3),
    'basic_lstm_activation': lambda: rnn.BasicLSTMCell(6, activation=tf.nn.softsign),
    'basic_lstm_tensor_state': lambda: rnn.BasicLSTMCell(6, state_is_tuple=False),
    'gru': lambda: rnn.GRUCell(6),
    'gru_initializers': lambda: rnn.GRUCell(
        6, kernel_initializer=tf.random_normal_initializer(),
        bias_initializer=tf.constant_initializer(0.5)),
    'lstm': lambda: rnn.LSTMCell(6),
    'lstm_initializer': lambda: rnn.LSTMCell(6, initializer=tf.orthogonal_initializer()),
    'lstm_peepholes': lambda: rnn.LSTMCell(6, use_peepholes=True),
    'lstm_projection': lambda: rnn.LSTMCell(6, num_proj=4),
    'lstm_projection_clipped': lambda: rnn.LSTMCell(6, num_proj=4, proj_clip=0.2),
    'lstm_clipped': lambda: rnn.LSTMCell(6, cell_clip=0.3),
    'lstm_everything': lambda: rnn.LSTMCell(6, use_peepholes=True, num_proj=4, cell_clip=0.3,
                                            proj_clip=0.2, forget_bias=0.4),
    'lstm_tensor_state': lambda: rnn.LSTMCell(6, state_is_tuple=False, num_proj=4),
    'lstm_shards': lambda: rnn.LSTMCell(6, num_unit_shards=2),
    'layer_norm_lstm': lambda: rnn.LayerNormBasicLSTMCell(6, norm_gain=0.9, norm_shift=0.1),
    'layer_norm_lstm_without': lambda: rnn.LayerNormBasicLSTMCell(6, layer_norm=False),
    'lstm_block': lambda: rnn.LSTMBlockCell(6, forget_bias=0.7),
    'lstm_block_everything': lambda: rnn.LSTMBlockCell(6, use_peephole=True, cell_clip=0.3),
    'multi': lambda: rnn.MultiRNNCell([rnn.BasicLSTMCell(6), rnn.GRUCell(4), rnn.LSTMCell(3)]),
    'multi_tensor_state': lambda: rnn.MultiRNNCell(
        [rnn.BasicLSTMCell(6, state_is_tuple=False), rnn.GRUCell(4)], state_is_tuple=False),
    'residual': lambda: rnn.ResidualWrapper(rnn.BasicLSTMCell(5)),
    'input_projection': lambda: rnn.InputProjectionWrapper(rnn.GRUCell(6), 4, tf.nn.relu),
    'output_projection': lambda: rnn.OutputProjectionWrapper(rnn.BasicLSTMCell(6), 2),
    'output_projection_multi': lambda: rnn.OutputProjectionWrapper(
        rnn.MultiRNNCell([rnn.BasicRNNCell(6), rnn.LSTMCell(4)]), 3, tf.tanh),
    'device': lambda: rnn.DeviceWrapper(rnn.GRUCell(6), '/cpu:0'),
    'dropout_none': lambda: rnn.DropoutWrapper(rnn.BasicLSTMCell(6)),
    'dropout_output': lambda: rnn.DropoutWrapper(rnn.BasicLSTMCell(6), output_keep_prob=0.7),
    'dropout_all': lambda: rnn.DropoutWrapper(rnn.BasicLSTMCell(6), 0.9, 0.8, 0.7),
    'dropout_seed': lambda: rnn.DropoutWrapper(rnn.GRUCell(6), 0.9, 0.8, 0.7, seed=11),
    'dropout_variational': lambda: rnn.DropoutWrapper(
        rnn.LSTMCell(6), 0.9, 0.8, 0.7, variational_recurrent=True, input_size=FEATURES,
        dtype=tf.float32),
}
LENGTHS = [2, 4, 1]


def static(make):
    """A cell unrolled."""
    return lambda x: rnn.static_rnn(make(), tf.unstack(x, LENGTH, 1), dtype=tf.float32)


def static_with_lengths(make):
    """A cell unrolled, with lengths."""
    return lambda x: rnn.static_rnn(make(), tf.unstack(x, LENGTH, 1), dtype=tf.float32,
                                    sequence_length=LENGTHS)


def dynamic(make):
    """A cell in a loop."""
    return lambda x: tf.nn.dynamic_rnn(make(), x, dtype=tf.float32)


def dynamic_with_lengths(make):
    """A cell in a loop, with lengths."""
    return lambda x: tf.nn.dynamic_rnn(make(), x, dtype=tf.float32, sequence_length=LENGTHS)


for key in sorted(CELLS):
    for wrap in (static, static_with_lengths, dynamic, dynamic_with_lengths):
        case(wrap.__name__ + '_' + key, wrap(CELLS[key]))
for key in ('basic_lstm', 'gru', 'lstm_everything', 'multi', 'layer_norm_lstm'):
    case('static_bidirectional_' + key, lambda x, make=CELLS[key]: (lambda result: (
        result[0], result[1:]))(rnn.static_bidirectional_rnn(
            make(), make(), tf.unstack(x, LENGTH, 1), dtype=tf.float32)))
    case('bidirectional_dynamic_' + key, lambda x, make=CELLS[key]:
         tf.nn.bidirectional_dynamic_rnn(make(), make(), x, dtype=tf.float32,
                                         sequence_length=LENGTHS))


def stacked(x):
    """Two bidirectional layers, unrolled."""
    outputs, forward, backward = rnn.stack_bidirectional_rnn(
        [rnn.GRUCell(6), rnn.BasicLSTMCell(3)], [rnn.GRUCell(4), rnn.BasicLSTMCell(2)],
        tf.unstack(x, LENGTH, 1), dtype=tf.float32, sequence_length=LENGTHS)
    return outputs, [forward, backward]


def stacked_dynamic(x):
    """Two bidirectional layers in loops, from a given state."""
    first = [tf.fill([tf.shape(x)[0], 3], value) for value in (0.25, -0.5)]
    outputs, forward, backward = rnn.stack_bidirectional_dynamic_rnn(
        [rnn.GRUCell(3), rnn.GRUCell(3)], [rnn.LSTMCell(4), rnn.LSTMCell(2)], x,
        initial_states_fw=first, dtype=tf.float32)
    return outputs, [forward, backward]


def embedding_wrapper(x):
    """A table of the script's words before a cell."""
    words = [tf.cast(tf.abs(step[:, 0]) * 7, tf.int32) for step in tf.unstack(x, LENGTH, 1)]
    return rnn.static_rnn(rnn.EmbeddingWrapper(rnn.BasicLSTMCell(6), 9, 3), words,
                          dtype=tf.float32)


def time_major(x):
    """A loop over inputs whose first axis is time, from a given state."""
    return tf.nn.dynamic_rnn(rnn.GRUCell(6), tf.transpose(x, [1, 0, 2]), time_major=True,
                             initial_state=tf.fill([tf.shape(x)[0], 6], 0.25))


def initial_state(x):
    """An unrolled cell from a given state."""
    state = rnn.LSTMStateTuple(tf.fill([tf.shape(x)[0], 6], 0.25), tf.fill([tf.shape(x)[0], 6],
                                                                           -0.5))
    return rnn.static_rnn(rnn.BasicLSTMCell(6), tf.unstack(x, LENGTH, 1), state)


def reused_scope(x):
    """Two unrolled cells that share their variables by scope."""
    steps = tf.unstack(x, LENGTH, 1)
    with tf.variable_scope('shared'):
        first, _ = rnn.static_rnn(rnn.BasicLSTMCell(6), steps, dtype=tf.float32)
    with tf.variable_scope('shared', reuse=True):
        return rnn.static_rnn(rnn.BasicLSTMCell(6), [2 * s for s in steps], dtype=tf.float32)


def reuse_argument(x):
    """A cell that is told to reuse."""
    steps = tf.unstack(x, LENGTH, 1)
    with tf.variable_scope('shared'):
        rnn.static_rnn(rnn.GRUCell(6), steps, dtype=tf.float32)
    with tf.variable_scope('shared'):
        return rnn.static_rnn(rnn.GRUCell(6, reuse=True), steps, dtype=tf.float32,
                              scope=tf.get_variable_scope().name)


def without_reuse(x):
    """Two cells in one scope without reuse: an error."""
    for _ in range(2):
        result = rnn.static_rnn(rnn.BasicLSTMCell(6), tf.unstack(x, LENGTH, 1), dtype=tf.float32)
    return result


def auto_reuse(x):
    """Two cells in a scope that reuses what is there."""
    for _ in range(2):
        with tf.variable_scope('auto', reuse=tf.AUTO_REUSE):
            result = rnn.static_rnn(rnn.LSTMCell(6), tf.unstack(x, LENGTH, 1), dtype=tf.float32)
    return result


def same_cell_twice(x):
    """One cell in two scopes keeps its variables."""
    cell = rnn.BasicLSTMCell(6)
    with tf.variable_scope('a'):
        rnn.static_rnn(cell, tf.unstack(x, LENGTH, 1), dtype=tf.float32)
    with tf.variable_scope('b'):
        return rnn.static_rnn(cell, tf.unstack(x, LENGTH, 1), dtype=tf.float32)


def scope_argument(x):
    """A scope by name, and a scope's initializer."""
    with tf.variable_scope('outer', initializer=tf.random_uniform_initializer(-0.1, 0.1)):
        return tf.nn.dynamic_rnn(rnn.LSTMCell(6), x, dtype=tf.float32, scope='named')


def by_hand(x):
    """A cell called step by step."""
    cell = tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.BasicLSTMCell(6) for _ in range(2)])
    state = cell.zero_state(tf.shape(x)[0], tf.float32)
    outputs = []
    with tf.variable_scope('RNN'):
        for step in range(LENGTH):
            if step:
                tf.get_variable_scope().reuse_variables()
            output, state = cell(x[:, step, :], state)
            outputs.append(output)
    return outputs, state


def own_cell(x):
    """A cell of the script's own."""
    class Leaky(tf.nn.rnn_cell.RNNCell):
        """Half of the old state stays."""

        @property
        def state_size(self):
            return 6

        @property
        def output_size(self):
            return 6

        def call(self, inputs, state):
            w = tf.get_variable('w', [FEATURES + 6, 6])
            state = 0.5 * state + 0.5 * tf.tanh(tf.matmul(tf.concat([inputs, state], 1), w))
            return state, state
    return tf.nn.dynamic_rnn(Leaky(), x, dtype=tf.float32)


def raw(x):
    """raw_rnn over a known length."""
    cell = rnn.LSTMCell(6)
    inputs = tf.TensorArray(tf.float32, LENGTH).unstack(tf.transpose(x, [1, 0, 2]))

    def loop(time, output, state, _):
        if output is None:
            state = cell.zero_state(tf.shape(x)[0], tf.float32)
        finished = time >= tf.fill([tf.shape(x)[0]], LENGTH)
        read = tf.cond(tf.reduce_all(finished), lambda: tf.zeros_like(x[:, 0, :]),
                       lambda: inputs.read(time))
        read.set_shape([None, FEATURES])
        return finished, read, state, output, None
    emitted, state, _ = tf.nn.raw_rnn(cell, loop)
    return emitted.stack(), state


class Saved(object):
    """States kept in variables."""

    def __init__(self):
        self.values = {name: tf.get_variable(name, [BATCH, 6], trainable=False) for name in 'ch'}

    def state(self, name):
        """The state of that name."""
        return self.values[name]

    def save_state(self, name, value):
        """Keep the state of that name."""
        return tf.assign(self.values[name], value)


def state_saving(x):
    """static_state_saving_rnn."""
    steps = [tf.reshape(step, [BATCH, FEATURES]) for step in tf.unstack(x, LENGTH, 1)]
    return rnn.static_state_saving_rnn(rnn.BasicLSTMCell(6), steps, Saved(), ('c', 'h'))


for function in (stacked, stacked_dynamic, embedding_wrapper, time_major, initial_state,
                 reused_scope, reuse_argument, without_reuse, auto_reuse, same_cell_twice,
                 scope_argument, by_hand, own_cell, raw, state_saving):
    case(function.__name__, function)


def main():
    """The command."""
    tf.logging.set_verbosity(tf.logging.ERROR)
    chosen = [(name, run) for name, run in CASES if name in sys.argv[1:] or len(sys.argv) == 1]
    print('{')
    for index, (name, run) in enumerate(chosen):
        print('%s: %s%s' % (json.dumps(name), json.dumps(record(run), sort_keys=True),
                            ',' if index < len(chosen) - 1 else ''))
    print('}')


if __name__ == '__main__':
    main()
