"""Print what each part of TensorFlow 1.15 does in a small program, as JSON.

A TensorFlow 1.x script like any other: it imports nothing of the package that it is the witness
for, and runs on both, seeded.

    tf1/bin/python golden/legacy/record_parts.py
    python -m reproduce.legacy --seed 7 golden/legacy/parts.py PART

Of each part: the values that it says, and of each graph that it makes the number of nodes and the
SHA-256 of their names, types, inputs, devices and attributes, but for what differs from run to run
on 1.15 too.
"""
import collections
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile

import numpy as np
import tensorflow as tf
from tensorflow.python.eager import context
from tensorflow.python.framework import ops

PARTS = collections.OrderedDict()
BLOCK = 200  # nodes of a graph that have a digest of their own
MADE = []  # the graphs of a part
make_graph = ops.Graph.__init__


def keep_graph(graph, *args, **options):
    """Write every graph down that a program makes."""
    make_graph(graph, *args, **options)
    if type(graph) is ops.Graph:
        MADE.append(graph)


ops.Graph.__init__ = keep_graph


def part(function):
    """Register `function`, which is given `say` and an empty folder."""
    PARTS[function.__name__] = function
    return function


def plain(value):
    """`value` as JSON has it."""
    if isinstance(value, dict):
        return {str(key): plain(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, bytes):
        return value.decode('utf-8', 'replace')
    if isinstance(value, (np.ndarray, np.generic)):
        return plain(value.tolist())
    return value if isinstance(value, (int, float, str, type(None))) else str(value)


# A checkpoint's temporary folder, a function that makes a data set, a table's shared name.
RANDOM = re.compile(b'_temp_[0-9a-f]{32}|_make_dataset_[0-9A-Za-z_-]{11}|'
                    b'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}')
# Entries of a map in any order; 1.15's own operation, of which the runner makes a function.
NOT_COMPARED = {'StatefulPartitionedCall': ('config_proto',),
                'PartitionedCall': ('config_proto',),
                'GatherTree': ('T', '_disable_call_shape_inference')}


def node(definition):
    """What is compared of a node."""
    skipped = NOT_COMPARED.get(definition.op, ())
    attributes = ['{}={}'.format(key, hashlib.sha256(RANDOM.sub(b'', definition.attr[
        key].SerializeToString(deterministic=True))).hexdigest())
        for key in sorted(definition.attr) if key not in skipped]
    # Keras asks in the order of a set.
    inputs = [] if definition.op == 'VarIsInitializedOp' else list(definition.input)
    return '|'.join([definition.name, definition.op, definition.device] + inputs + attributes)


def described(graph):
    """The number of a graph's nodes, and a digest of each block of them."""
    nodes = [node(definition) for definition in graph.as_graph_def().node]
    return [len(nodes)] + [
        hashlib.sha256('\n'.join(nodes[start:start + BLOCK]).encode()).hexdigest()[:16]
        for start in range(0, len(nodes), BLOCK)]


def run(function):
    """What a part says and makes."""
    said = []
    folder = tempfile.mkdtemp()
    here = os.getcwd()
    os.chdir(folder)
    np.random.seed(3)
    del MADE[:]
    try:
        with tf.Graph().as_default():
            function(lambda *values: said.append(plain(values)), folder)
    finally:
        os.chdir(here)
        shutil.rmtree(folder)
    return {'said': said, 'graphs': [
        described(graph) for graph in list(MADE) if vars(graph)]}  # some are taken apart


def variables():
    """Set every variable and table."""
    return [tf.global_variables_initializer(), tf.local_variables_initializer(),
            tf.tables_initializer()]


def images():
    """Four small pictures."""
    return np.random.RandomState(0).rand(4, 8, 8, 3).astype(np.float32)


def sequences():
    """Three sequences of six vectors."""
    return np.random.RandomState(1).rand(3, 6, 5).astype(np.float32)


@part
def graph_and_session(say, folder):
    """Shapes, consumers, control inputs, devices, feeding, errors."""
    a = tf.constant([[1., 2.], [3., 4.]])
    x = tf.placeholder(tf.float32, [None, 2])
    y = tf.matmul(x, a, name='y') + 1
    with tf.control_dependencies([y]), tf.device('/cpu:0'):
        z = tf.identity(a)
    say(str(y), z.op.control_inputs[0].name, [one.name for one in a.consumers()], z.device)
    say([one.name for one in y.op._control_outputs], y.op.inputs[0].op.type)
    z.op._set_device('/cpu:1')
    z.op._remove_all_control_inputs()
    z.op._add_control_input(x.op)
    say(z.device, z.op.control_inputs[0].name)
    z.op._set_device('/cpu:0')
    x.set_shape([5, 2])
    say(tf.zeros([tf.shape(x)[0], 3]).op.type)  # of which NumPy 1.18 multiplied the sizes
    say(x.shape.as_list(), y.shape.as_list(), tf.get_default_graph().graph_def_versions.producer)
    with tf.Session() as session:
        say(session.run([y, {'k': y}], {x: np.ones((5, 2))}))
        for fetch in (y, tf.Variable(1.0)):
            try:
                session.run(fetch)
            except tf.errors.OpError as error:
                say(type(error).__name__, error.error_code)
        setup = session.partial_run_setup([y], [x])
        say(session.partial_run(setup, y, {x: np.zeros((5, 2))}))
        say(session.make_callable(a)())
        metadata = tf.RunMetadata()
        session.run(a, options=tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE),
                    run_metadata=metadata)
        say(len(metadata.step_stats.dev_stats) > 0)
    for wrong in (lambda: tf.matmul(tf.zeros([2, 3]), tf.zeros([2, 3])),
                  lambda: x.set_shape([4, 2])):
        try:
            wrong()
        except ValueError as error:
            say(type(error).__name__)


@part
def training(say, folder):
    """Optimizers, a learning rate that decays, clipped gradients."""
    x, t = tf.placeholder(tf.float32, [None, 8]), tf.placeholder(tf.int64, [None])
    hidden = tf.nn.dropout(tf.layers.dense(x, 16, tf.nn.relu), 0.9)
    logits = tf.layers.dense(hidden, 4)
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=t, logits=logits))
    step = tf.train.get_or_create_global_step()
    rate = tf.train.exponential_decay(0.05, step, 10, 0.9)
    steps = []
    for make in (tf.train.GradientDescentOptimizer, tf.train.AdamOptimizer,
                 tf.train.RMSPropOptimizer, tf.train.AdagradOptimizer, tf.train.FtrlOptimizer,
                 lambda rate: tf.train.MomentumOptimizer(rate, 0.9)):
        optimizer = make(rate)
        gradients = [(tf.clip_by_norm(gradient, 1.0), variable)
                     for gradient, variable in optimizer.compute_gradients(loss)]
        steps.append(optimizer.apply_gradients(gradients, global_step=step))
    feed = {x: np.random.RandomState(2).randn(32, 8), t: np.arange(32) % 4}
    with tf.Session() as session:
        session.run(variables())
        for one in steps:
            say(session.run([one, loss], feed)[1])


@part
def layers(say, folder):
    """tf.layers."""
    x, flag = tf.placeholder(tf.float32, [None, 8, 8, 3]), tf.placeholder_with_default(True, [])
    net = tf.layers.conv2d(x, 4, 3, activation=tf.nn.relu)
    net = tf.layers.batch_normalization(net, training=flag)
    net = tf.layers.flatten(tf.layers.max_pooling2d(net, 2, 2))
    net = tf.layers.dense(net, 6, tf.tanh, kernel_regularizer=tf.keras.regularizers.l2(0.01))
    y = tf.layers.dense(tf.layers.dropout(net, 0.3, training=flag), 2)
    loss = tf.losses.mean_squared_error(tf.ones_like(y), y) + tf.losses.get_regularization_loss()
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        train = tf.train.GradientDescentOptimizer(0.01).minimize(loss)
    with tf.Session() as session:
        session.run(variables())
        for _ in range(3):
            say(session.run([train, loss], {x: images()})[1])
        say([variable.name for variable in tf.global_variables()])


@part
def keras(say, folder):
    """tf.keras: training, saving, a recurrent layer."""
    model = tf.keras.Sequential([
        tf.keras.layers.Dense(16, activation='relu', input_shape=(4,)),
        tf.keras.layers.BatchNormalization(), tf.keras.layers.Dense(3, activation='softmax')])
    model.compile('sgd', 'sparse_categorical_crossentropy', metrics=['accuracy'])
    x, y = np.random.rand(32, 4).astype('f'), np.arange(32) % 3
    say(model.fit(x, y, epochs=2, batch_size=16, verbose=0, shuffle=False).history)
    say(model.evaluate(x, y, verbose=0), model.predict(x[:2]))
    model.save('model.h5')
    say(np.abs(tf.keras.models.load_model('model.h5').predict(x) - model.predict(x)).max() < 1e-5)
    inputs = tf.keras.layers.Input((5, 3))
    outputs = tf.keras.layers.Dense(1)(tf.keras.layers.LSTM(4)(inputs))
    model = tf.keras.Model(inputs, outputs)
    model.compile(tf.keras.optimizers.RMSprop(0.01), 'mse')
    say(model.train_on_batch(np.random.rand(8, 5, 3), np.random.rand(8, 1)))


@part
def saver(say, folder):
    """Checkpoints of both versions, and a graph read again."""
    v = tf.Variable(tf.random_normal([3]), name='v')
    tf.get_variable('w', [2, 2])
    for version in (tf.train.SaverDef.V1, tf.train.SaverDef.V2):
        keeper = tf.train.Saver(write_version=version)
        with tf.Session() as session:
            session.run(variables())
            value = session.run(v)
            path = keeper.save(session, os.path.join(folder, 'm'), global_step=int(version))
        reader = tf.train.NewCheckpointReader(path)
        say(os.path.basename(path), reader.get_variable_to_shape_map(), value,
            reader.get_variable_to_dtype_map(), bool((reader.get_tensor('v') == value).all()))
        with tf.Graph().as_default() as graph, tf.Session() as session:
            tf.train.import_meta_graph(path + '.meta').restore(session, path)
            say(bool((session.run('v:0') == value).all()), len(graph.get_operations()))
    try:
        tf.train.NewCheckpointReader(os.path.join(folder, 'none'))
    except tf.errors.OpError as error:
        say(type(error).__name__)


@part
def saved_model(say, folder):
    """A saved model, and constants in the place of variables."""
    x = tf.placeholder(tf.float32, [None, 2], name='x')
    y = tf.identity(tf.matmul(x, tf.get_variable('w', [2, 1])), name='y')
    path = os.path.join(folder, 'model')
    with tf.Session() as session:
        session.run(variables())
        tf.saved_model.simple_save(session, path, {'x': x}, {'y': y})
        expected = session.run(y, {x: [[1, 2]]})
        frozen = tf.graph_util.convert_variables_to_constants(session, session.graph_def, ['y'])
        say([one.op for one in frozen.node])
    with tf.Session(graph=tf.Graph()) as session:
        tf.saved_model.loader.load(session, ['serve'], path)
        say(bool((session.run('y:0', {'x:0': [[1, 2]]}) == expected).all()), expected)


@part
def summaries(say, folder):
    """Summaries, and the events that they become."""
    x = tf.constant([1., 2., 3.])
    tf.summary.scalar('sum', tf.reduce_sum(x))
    tf.summary.histogram('x', x)
    tf.summary.text('text', tf.constant('word'))
    merged = tf.summary.merge_all()
    with tf.Session() as session, tf.summary.FileWriter(folder, session.graph) as writer:
        writer.add_summary(session.run(merged), 5)
    for event in tf.train.summary_iterator(os.path.join(folder, os.listdir(folder)[0])):
        say(event.WhichOneof('what'), event.step, [value.tag for value in event.summary.value])


@part
def data(say, folder):
    """tf.data: one-shot, initializable and reinitializable iterators, generators, AutoGraph."""
    pairs = tf.data.Dataset.from_tensor_slices((np.arange(10), np.arange(10) * 2.0))
    pairs = pairs.map(lambda a, b: (a + 1, b * 2)).shuffle(10, seed=3).batch(4).repeat(2)
    limit = tf.placeholder(tf.int64, [])
    even = tf.data.Dataset.range(limit).filter(lambda x: tf.equal(x % 2, 0)).flat_map(
        lambda x: tf.data.Dataset.from_tensors(x).repeat(2)).prefetch(1)
    iterator = even.make_initializable_iterator()
    structure = tf.data.Iterator.from_structure(pairs.output_types, pairs.output_shapes)
    start, following = structure.make_initializer(pairs), structure.get_next()

    def generate():
        for number in range(3):
            yield number, [number] * 2

    def by_value(x):
        if x > 2:  # noqa: SIM108, AutoGraph is to see a statement
            y = x * 100
        else:
            y = x
        return y
    following_of = [dataset.make_one_shot_iterator().get_next() for dataset in (
        pairs, tf.data.Dataset.from_generator(generate, (tf.int32, tf.float32), ([], [2])),
        tf.data.Dataset.zip((tf.data.Dataset.range(3), tf.data.Dataset.range(5, 8))).padded_batch(
            2, ([], [])),
        tf.data.Dataset.range(3).map(lambda x: tf.py_func(lambda v: v * 10, [x], tf.int64)),
        tf.data.Dataset.range(6).apply(tf.contrib.data.batch_and_drop_remainder(4)),
        tf.data.Dataset.range(5).map(by_value),
        tf.data.Dataset.range(3).interleave(
            lambda x: tf.data.Dataset.from_tensors(x), cycle_length=2))]
    with tf.Session() as session:
        def rest(tensors):
            values = []
            while True:
                try:
                    values.append(session.run(tensors))
                except tf.errors.OutOfRangeError:
                    return values
        for one in following_of:
            say(rest(one))
        session.run(iterator.initializer, {limit: 6})
        session.run(start)
        say(rest(iterator.get_next()), rest(following))


@part
def queues(say, folder):
    """Queues, their runners and a coordinator."""
    numbers = tf.FIFOQueue(10, tf.float32, shapes=[[]])
    tf.train.add_queue_runner(tf.train.QueueRunner(numbers, [numbers.enqueue(2.5)] * 2))
    shuffled = tf.RandomShuffleQueue(20, 5, tf.int32, shapes=[[]], seed=1)
    fill, batch = shuffled.enqueue_many([tf.range(10)]), tf.train.batch([tf.constant([1, 2])], 3)
    names = tf.train.string_input_producer(['a', 'b'], shuffle=False, num_epochs=2).dequeue()
    number, some = numbers.dequeue(), shuffled.dequeue_many(4)
    with tf.Session() as session:
        session.run(variables())
        coordinator = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(session, coordinator)
        say(session.run(number), session.run(batch), [session.run(names) for _ in range(4)])
        try:
            session.run(names)
        except tf.errors.OutOfRangeError as error:
            say(error.op.type)
        session.run(fill)
        say(sorted(session.run(some))[0] >= 0)
        coordinator.request_stop()
        session.run(numbers.close(cancel_pending_enqueues=True))
        coordinator.join(threads)


@part
def functions_of_python(say, folder):
    """py_func, gradients of one's own, functions in a graph."""
    from tensorflow.python.framework import function

    @tf.custom_gradient
    def square(value):
        return value * value, lambda above: above * 100.0

    @function.Defun(tf.float32)
    def line(value):
        return value * 2.0 + 1.0

    @tf.RegisterGradient('Tenfold')
    def tenfold(_, above):
        return above * 10

    def fail(_):
        raise ValueError('inside')
    x = tf.Variable(2.0)
    with tf.get_default_graph().gradient_override_map({'Identity': 'Tenfold'}):
        y = tf.identity(x * 3)
    twice = tf.py_func(lambda a, b: ((a * 2).astype(np.float32), b'x'),
                       [tf.constant([1., 2.]), tf.constant(3)], [tf.float32, tf.string])
    broken = tf.py_func(fail, [1.0], tf.float32)
    fetches = [twice, tf.gradients(square(x), x), tf.gradients(y, x), line(x),
               tf.gradients(line(x), x), tf.hessians(x ** 3, x)]
    with tf.Session() as session:
        session.run(variables())
        say(session.run(fetches))
        try:
            session.run(broken)
        except Exception as error:  # the class is the point
            say(type(error).__name__, str(error)[:24])


@part
def control_flow(say, folder):
    """Loops, conditions, arrays, sparse tensors, assertions, of both kinds."""
    x = tf.Variable(2.0)
    loop = tf.while_loop(lambda i, a: i < 5, lambda i, a: (i + 1, a * x + tf.to_float(i)),
                         [tf.constant(0), tf.constant(1.0)])[1]
    branch = tf.cond(x > 1.0, lambda: x * 3, lambda: x - 1)
    array = tf.TensorArray(tf.float32, 3).unstack([[1., 2.], [3., 4.], [5., 6.]])
    numbers = tf.constant([1., 2., 3.])
    table = tf.get_variable('table', [5, 2], initializer=tf.ones_initializer())
    fetches = [
        loop, tf.gradients(loop, x), branch, tf.gradients(branch, x), array.stack(),
        tf.case([(x > 5, lambda: 1.0)], default=lambda: x * 1.5),
        tf.scan(lambda a, b: a + b, numbers), tf.map_fn(lambda a: a * a, numbers),
        tf.gradients(tf.map_fn(lambda a: a * a * x, numbers), x),
        tf.foldl(lambda a, b: a + b, tf.range(4)),
        tf.sparse_tensor_to_dense(tf.SparseTensor([[0, 1], [1, 0]], [1, 2], [2, 2])),
        tf.gradients(tf.reduce_sum(tf.nn.embedding_lookup(table, [1, 3])), table)[0].values]
    wrong = tf.Assert(tf.less(x, 1.0), [x])
    with tf.Session() as session:
        session.run(variables())
        say(session.run(fetches))
        try:
            session.run(wrong)
        except tf.errors.InvalidArgumentError as error:
            say(error.op.type)


@part
def control_flow_v2(say, folder):
    """tf.function with AutoGraph, in a graph."""
    @tf.function
    def collatz(number):
        steps = 0
        while number > 1:
            if tf.equal(number % 2, 0):  # noqa: SIM108, AutoGraph is to see a statement
                number = number // 2
            else:
                number = 3 * number + 1
            steps += 1
        return steps
    with tf.Session() as session:
        say(session.run(collatz(tf.constant(27))))


@part
def rnn(say, folder):
    """Cells of tf.nn and contrib, unrolled and looped."""
    from tensorflow.contrib import rnn as cells
    x, lengths = tf.constant(sequences()), tf.constant([6, 4, 3])
    stack = cells.MultiRNNCell([
        cells.DropoutWrapper(cells.BasicLSTMCell(8), output_keep_prob=0.8), cells.GRUCell(8)])
    fetches = [tf.nn.dynamic_rnn(stack, x, lengths, dtype=tf.float32)[1][1]]
    both, _ = tf.nn.bidirectional_dynamic_rnn(
        cells.LSTMCell(4, use_peepholes=True, num_proj=3), cells.LayerNormBasicLSTMCell(4), x,
        lengths, dtype=tf.float32)
    fetches += list(both)
    for make in (cells.NASCell, cells.UGRNNCell, cells.IntersectionRNNCell, cells.PhasedLSTMCell,
                 lambda size: cells.TimeFreqLSTMCell(size, feature_size=5, frequency_skip=5),
                 lambda size: cells.AttentionCellWrapper(cells.GRUCell(size), 2)):
        cell = make(5)
        steps = tf.unstack(x, axis=1)
        if isinstance(cell, cells.PhasedLSTMCell):
            steps = [(tf.fill([3, 1], 1.0 + index), step) for index, step in enumerate(steps)]
        with tf.variable_scope(type(cell).__name__):
            fetches.append(cells.static_rnn(cell, steps, dtype=tf.float32)[0][-1])
    with tf.Session() as session:
        session.run(variables())
        for value in session.run(fetches[1:]):
            say(value)


@part
def seq2seq(say, folder):
    """Attention, decoders and beam search of contrib."""
    from tensorflow.contrib import rnn as cells
    from tensorflow.contrib import seq2seq as decoding
    memory = tf.constant(sequences())
    lengths = tf.constant([6, 4, 3])
    table = tf.get_variable('table', [7, 5])
    cell = decoding.AttentionWrapper(
        cells.BasicLSTMCell(8), decoding.LuongAttention(8, memory, lengths),
        attention_layer_size=8)
    decoder = decoding.BasicDecoder(
        cell, decoding.TrainingHelper(tf.nn.embedding_lookup(table, [[1, 2, 3, 4]] * 3),
                                      tf.constant([4, 3, 2])),
        cell.zero_state(3, tf.float32), output_layer=tf.layers.Dense(7))
    outputs, _, found = decoding.dynamic_decode(decoder)
    loss = decoding.sequence_loss(outputs.rnn_output, tf.zeros([3, 4], tf.int32),
                                  tf.sequence_mask([4, 3, 2], 4, dtype=tf.float32))
    with tf.variable_scope('bahdanau'):
        other = decoding.AttentionWrapper(
            cells.GRUCell(8), decoding.BahdanauAttention(8, memory, lengths, normalize=True))
        greedy, _, _ = decoding.dynamic_decode(decoding.BasicDecoder(
            other, decoding.GreedyEmbeddingHelper(table, tf.fill([3], 1), 2),
            other.zero_state(3, tf.float32), output_layer=tf.layers.Dense(7)),
            maximum_iterations=5)
    with tf.variable_scope('beam'):
        cell = cells.BasicLSTMCell(8)
        state = decoding.tile_batch(cell.zero_state(3, tf.float32), 2)
        beams, _, _ = decoding.dynamic_decode(decoding.BeamSearchDecoder(
            cell, table, tf.fill([3], 1), 2, state, 2, output_layer=tf.layers.Dense(7)),
            maximum_iterations=4)
    train = tf.train.AdamOptimizer(0.01).minimize(loss)
    with tf.Session() as session:
        session.run(variables())
        say(session.run([found, loss, greedy.sample_id, beams.predicted_ids]))
        session.run(train)
        say(session.run(loss))


@part
def gather_tree(say, folder):
    """The operation of contrib's that makes sequences of beams."""
    random = np.random.RandomState(0)
    with tf.Session() as session:
        for time, batch, beam in ((1, 1, 1), (3, 1, 2), (6, 4, 3), (9, 5, 4)):
            for end in (2, 0):
                ids = random.randint(0, 6, (time, batch, beam))
                parents = random.randint(0, beam, (time, batch, beam))
                longest = random.randint(0, time + 3, batch)
                tree = tf.contrib.seq2seq.gather_tree(
                    *(tf.constant(array.astype(np.int32)) for array in (ids, parents, longest)),
                    end_token=end)
                say(tree.op.type, tree.name, tree.shape.as_list(), session.run(tree))


@part
def legacy_seq2seq(say, folder):
    """Encoder and decoder unrolled, with attention."""
    from tensorflow.contrib import legacy_seq2seq as old
    words = [tf.constant([1, 2, 3]) for _ in range(4)]
    outputs, _ = old.embedding_attention_seq2seq(
        words, words, tf.contrib.rnn.GRUCell(6), 9, 9, 5)
    loss = old.sequence_loss(outputs[:3], words[:3], [tf.ones([3])] * 3)
    with tf.variable_scope('other'):
        tied, _ = old.embedding_tied_rnn_seq2seq(
            words, words, tf.contrib.rnn.BasicLSTMCell(6), 9, 5, feed_previous=True)
    with tf.Session() as session:
        session.run(variables())
        say(session.run([loss, tf.gradients(loss, tf.trainable_variables()[0])[0].values]))


@part
def contrib_layers(say, folder):
    """contrib.layers and arg_scope, optimize_loss, feature columns."""
    from tensorflow.contrib import layers as old
    x = tf.constant(images())
    with tf.contrib.framework.arg_scope([old.conv2d], normalizer_fn=old.batch_norm,
                                        weights_regularizer=old.l2_regularizer(1e-4)):
        net = old.conv2d(x, 4, [3, 3])
    net = old.layer_norm(old.flatten(old.max_pool2d(net, [2, 2])))
    net = old.fully_connected(net, 3, weights_initializer=old.xavier_initializer())
    column = tf.feature_column.bucketized_column(tf.feature_column.numeric_column('x'), [0., 1.])
    wide = tf.feature_column.input_layer({'x': tf.constant([[-1.], [0.5], [2.], [3.]])}, [column])
    loss = tf.reduce_mean(net * wide) + tf.add_n(tf.losses.get_regularization_losses())
    step = tf.train.get_or_create_global_step()
    train = old.optimize_loss(loss, step, 0.01, 'SGD', clip_gradients=1.0)
    with tf.Session() as session:
        session.run(variables())
        say(session.run([train, loss]))
        say(session.run(loss), session.run(wide))


@part
def slim(say, folder):
    """Slim and its nets."""
    from tensorflow.contrib import slim as tool
    from tensorflow.contrib.slim.nets import resnet_v2, vgg
    with tool.arg_scope(vgg.vgg_arg_scope()):
        vgg.vgg_a(tf.placeholder(tf.float32, [2, 224, 224, 3]), 5)
    with tool.arg_scope(resnet_v2.resnet_arg_scope()):
        resnet_v2.resnet_v2_50(tf.placeholder(tf.float32, [2, 33, 33, 3]), 5)
    say(len(tool.get_model_variables()))
    with tf.Graph().as_default(), tf.Session() as session:
        net = tool.fully_connected(tool.flatten(tool.conv2d(images(), 2, [3, 3])), 2)
        loss = tool.losses.mean_squared_error(net, tf.ones_like(net))
        train = tool.learning.create_train_op(loss, tf.train.GradientDescentOptimizer(0.1))
        session.run(variables())
        say([session.run(train) for _ in range(3)])


@part
def crf(say, folder):
    """Conditional random fields."""
    from tensorflow.contrib import crf as fields
    scores, lengths = tf.constant(sequences()), tf.constant([6, 4, 3])
    likelihood, transitions = fields.crf_log_likelihood(scores, tf.zeros([3, 6], tf.int32),
                                                        lengths)
    gradient = tf.gradients(-tf.reduce_mean(likelihood), transitions)
    decoded = fields.crf_decode(scores, transitions, lengths)
    with tf.Session() as session:
        session.run(variables())
        say(session.run([likelihood, gradient, decoded]))


@part
def contrib_training(say, folder):
    """HParams, bucketing, a training loop."""
    params = tf.contrib.training.HParams(rate=0.1, sizes=[1, 2], name='a')
    params.parse('rate=0.5,sizes=[3,4]')
    say(params.rate, params.values(), params.to_json(sort_keys=True))
    x = tf.Variable(3.0)
    step = tf.train.get_or_create_global_step()
    train = tf.train.GradientDescentOptimizer(0.1).minimize(x * x, step)
    with tf.train.MonitoredTrainingSession(
            checkpoint_dir=folder, save_summaries_steps=None,
            hooks=[tf.train.StopAtStepHook(last_step=3)]) as session:
        while not session.should_stop():
            say(session.run([train, x])[1])
    say(os.path.basename(tf.train.latest_checkpoint(folder)))


@part
def learn(say, folder):
    """VocabularyProcessor, data sets, an estimator of contrib's."""
    words = tf.contrib.learn.preprocessing.VocabularyProcessor(4, min_frequency=0)
    say(list(words.fit_transform(['one two three', 'two four five six seven'])),
        len(words.vocabulary_))
    iris = tf.contrib.learn.datasets.load_dataset('iris')
    say(iris.data.shape, iris.target.sum())
    say(tf.contrib.learn.datasets.load_dataset('boston').data.sum())


@part
def metrics(say, folder):
    """Metrics that accumulate, contrib's among them."""
    labels, guesses = tf.constant([1, 0, 1, 1]), tf.constant([1, 1, 1, 0])
    scores = tf.constant([.9, .6, .7, .2])
    found = [tf.metrics.accuracy(labels, guesses), tf.metrics.auc(labels, scores),
             tf.metrics.precision(labels, guesses), tf.metrics.recall(labels, guesses),
             tf.metrics.mean_iou(labels, guesses, 2),
             tf.contrib.metrics.streaming_pearson_correlation(scores, tf.to_float(labels)),
             tf.contrib.metrics.f1_score(labels, scores)]
    with tf.Session() as session:
        session.run(variables())
        say(session.run([update for _, update in found]))
        say(session.run([value for value, _ in found]))


@part
def opt(say, folder):
    """Optimizers of contrib's."""
    for make in (lambda: tf.contrib.opt.NadamOptimizer(0.1),
                 lambda: tf.contrib.opt.AdamWOptimizer(0.01, 0.1),
                 lambda: tf.contrib.opt.LazyAdamOptimizer(0.1),
                 lambda: tf.contrib.opt.PowerSignOptimizer(0.1),
                 lambda: tf.contrib.opt.MovingAverageOptimizer(
                     tf.train.GradientDescentOptimizer(0.1))):
        with tf.Graph().as_default(), tf.Session() as session:
            x = tf.Variable([3.0, -1.0])
            train = make().minimize(tf.reduce_sum(x * x))
            session.run(variables())
            say([session.run([train, x])[1] for _ in range(3)])


@part
def lookup(say, folder):
    """Tables, of files too."""
    with open('words', 'w') as file:
        file.write('a\nb\nc\n')
    words = tf.contrib.lookup.index_table_from_file('words', 2)
    indices = tf.contrib.lookup.index_table_from_tensor(tf.constant(['x', 'y']))
    back = tf.contrib.lookup.index_to_string_table_from_tensor(['p', 'q'], default_value='none')
    with tf.Session() as session:
        session.run(variables())
        say(session.run([words.lookup(tf.constant(['b', 'z'])),
                         indices.lookup(tf.constant(['y', 'z'])),
                         back.lookup(tf.constant([1, 5], tf.int64))]))
        say(session.run(tf.string_split(['a b', 'c']).values),
            session.run(tf.string_to_hash_bucket_fast(['a'], 100)))


@part
def distributions(say, folder):
    """Distributions of tf and contrib."""
    normal = tf.distributions.Normal(0., [1., 2.])
    mixture = tf.contrib.distributions.MixtureSameFamily(
        tf.distributions.Categorical(probs=[0.3, 0.7]), tf.distributions.Normal([0., 1.], [1., 2.]))
    wide = tf.contrib.distributions.MultivariateNormalDiag([0., 1.], [1., 2.])
    fetches = [normal.sample(2), normal.log_prob(0.5), normal.entropy(), mixture.log_prob(0.3),
               wide.sample(), wide.log_prob([0., 0.]), tf.distributions.Beta(2., 3.).mean(),
               tf.distributions.kl_divergence(normal, tf.distributions.Normal(1., 1.)),
               tf.distributions.Bernoulli(probs=[.2, .8]).sample(3),
               tf.distributions.Gamma(2., 3.).sample(2)]
    with tf.Session() as session:
        say(session.run(fetches))


@part
def estimators(say, folder):
    """Estimators, of one's own and canned."""
    def linear(features, labels, mode, params):
        y = tf.squeeze(tf.layers.dense(features['x'], 1), 1)
        if mode == tf.estimator.ModeKeys.PREDICT:
            return tf.estimator.EstimatorSpec(mode, predictions={'y': y})
        loss = tf.losses.mean_squared_error(labels, y)
        train = tf.train.GradientDescentOptimizer(params['rate']).minimize(
            loss, tf.train.get_global_step())
        return tf.estimator.EstimatorSpec(
            mode, loss=loss, train_op=train,
            eval_metric_ops={'mae': tf.metrics.mean_absolute_error(labels, y)})

    def inputs():
        x = np.linspace(0, 1, 32).astype('f')
        return tf.data.Dataset.from_tensor_slices(({'x': x[:, None]}, 2 * x)).batch(8).repeat(5)
    estimator = tf.estimator.Estimator(linear, os.path.join(folder, 'own'),
                                       params={'rate': 0.05})
    estimator.train(inputs)
    say(estimator.evaluate(inputs))
    say([one['y'] for one in estimator.predict(lambda: inputs().take(1))][:3])
    classifier = tf.estimator.DNNClassifier(
        [8], [tf.feature_column.numeric_column('x', shape=[2])], n_classes=3,
        model_dir=os.path.join(folder, 'canned'))
    features = tf.estimator.inputs.numpy_input_fn(
        {'x': np.random.RandomState(0).rand(30, 2).astype('f')}, np.arange(30) % 3, batch_size=10,
        num_epochs=2, shuffle=False)
    classifier.train(features)
    say(classifier.evaluate(features))


@part
def eager(say, folder):
    """Eager execution: tapes, variables, functions, data sets, seeds."""
    with context.eager_mode():
        a = tf.constant([[1., 2.], [3., 4.]])
        say(tf.matmul(a, a).numpy(), a.shape.as_list(), int(tf.reduce_sum(a)))
        v = tf.contrib.eager.Variable(3.0)
        with tf.GradientTape() as tape:
            y = v * v + tf.sin(v)
        say(tape.gradient(y, v).numpy(), tf.random_normal([2]).numpy())
        v.assign_add(1.0)
        say(v.numpy(), tf.contrib.eager.gradients_function(lambda x: x * x)(3.0)[0].numpy())
        say([x.numpy() for x in tf.data.Dataset.range(3).map(lambda x: x * 2)])

        @tf.function
        def larger(x):
            if x > 1.0:
                return x * 10.0
            return x
        say(larger(tf.constant(2.0)).numpy(), larger(tf.constant(0.5)).numpy())
        model = tf.keras.Sequential([tf.keras.layers.Dense(2, input_shape=(3,))])
        model.compile(tf.train.GradientDescentOptimizer(0.01), 'mse')
        say(model.fit(np.ones((8, 3), 'f'), np.ones((8, 2), 'f'), epochs=2, verbose=0).history)
        try:
            tf.matmul(a, tf.ones([3, 3]))
        except tf.errors.InvalidArgumentError as error:
            say(type(error).__name__)


@part
def files_and_flags(say, folder):
    """tf.gfile, tf.python_io, tf.app.flags."""
    tf.gfile.MakeDirs('a/b')
    with tf.gfile.GFile('a/t.txt', 'w') as file:
        file.write('one\ntwo\n')
    with tf.gfile.Open('a/t.txt', 'a+') as file:
        file.write('three\n')
    say(tf.gfile.GFile('a/t.txt').readlines(), sorted(tf.gfile.ListDirectory('a')),
        tf.gfile.Exists('zz'), tf.gfile.IsDirectory('a'), tf.gfile.Stat('a/t.txt').length)
    with tf.gfile.GFile('a/t.txt') as file:
        file.seek(4)
        say(file.read(3), file.tell(), file.readline(), tf.gfile.Glob('a/*.txt'))
    tf.gfile.Rename('a/t.txt', 'a/u.txt')
    tf.gfile.DeleteRecursively('a')
    say(tf.gfile.Exists('a'))
    try:
        tf.gfile.GFile('none').read()
    except tf.errors.NotFoundError as error:
        say(error.error_code)
    for kind in ('', 'GZIP'):
        options = tf.python_io.TFRecordOptions(
            tf.python_io.TFRecordCompressionType.GZIP) if kind else None
        with tf.python_io.TFRecordWriter('records' + kind, options) as writer:
            for number in range(3):
                writer.write(tf.train.Example(features=tf.train.Features(feature={
                    'k': tf.train.Feature(int64_list=tf.train.Int64List(value=[number]))
                })).SerializeToString())
        say([tf.train.Example.FromString(record).features.feature['k'].int64_list.value[0]
             for record in tf.python_io.tf_record_iterator('records' + kind, options)])
    tf.app.flags.DEFINE_integer('number_of_parts', 3, 'A number.')
    say(tf.app.flags.FLAGS.number_of_parts)
    tf.train.write_graph(tf.get_default_graph(), folder, 'graph.pbtxt')
    say(os.path.exists('graph.pbtxt'))


@part
def images_and_signals(say, folder):
    """Pictures, signals, linear algebra, strings."""
    x = tf.constant(images())
    fetches = [tf.image.resize_images(x, [4, 4]), tf.image.rgb_to_grayscale(x)[0, 0],
               tf.image.random_flip_left_right(x[0])[0, 0], tf.image.adjust_contrast(x, 2.)[0, 0],
               tf.image.decode_png(tf.image.encode_png(tf.cast(x[0] * 255, tf.uint8)))[0, 0],
               tf.linalg.inv(tf.constant([[2., 1.], [1., 3.]])), tf.spectral.rfft([1., 2., 3.]),
               tf.map_fn(tf.image.rot90, x)[0, 0],
               tf.string_join(['a', 'b']), tf.regex_replace('abc', 'b', 'x'),
               tf.extract_image_patches(x, [1, 2, 2, 1], [1, 4, 4, 1], [1, 1, 1, 1], 'SAME')[0, 0]]
    with tf.Session() as session:
        for value in session.run(fetches):
            say(value if not np.iscomplexobj(value) else [value.real, value.imag])


def main():
    """The command."""
    tf.logging.set_verbosity(tf.logging.ERROR)
    if sys.argv[1:] == ['--list']:
        print(json.dumps(sorted(PARTS)))
        return
    print(json.dumps({name: run(PARTS[name]) for name in sys.argv[1:]}))


if __name__ == '__main__':
    main()
