"""Record the article's program on real TensorFlow 1.x (1.5 to 1.15).

This file holds the article's program with the calls that TensorFlow 1.x had
(`tensorflow.contrib`, `tensorflow.examples`), and nothing of the package that
it is the witness for.  Run it in an environment of its own:

    python3.7 -m venv tf1
    tf1/bin/pip install "tensorflow==1.15.5" "protobuf<3.21"
    tf1/bin/python golden/record_tf1.py log --seed 1 > golden/tf1/seed-1.log
    tf1/bin/python golden/record_tf1.py trace --seed 1 --out golden/tf1/seed-1
    tf1/bin/python golden/record_tf1.py graph --out golden/tf1
    tf1/bin/python golden/record_tf1.py next_batch --out golden/tf1

Works on Python 3.6 and 3.7, the ones TensorFlow 1.x was built for.
"""
import argparse
import gzip
import hashlib
import json
import os
import platform
import sys

import numpy as np
import tensorflow as tf
from tensorflow.contrib import rnn
from tensorflow.contrib.learn.python.learn.datasets.mnist import DataSet
from tensorflow.examples.tutorials.mnist import input_data

LEARNING_RATE = 0.001
BATCH_SIZE = 128
TIMESTEPS = 28
NUM_INPUT = 28
NUM_HIDDEN = 128
NUM_CLASSES = 10
TEST_LEN = 128
WEIGHTS = ['out_weights', 'out_biases', 'kernel', 'bias']  # the variables, in their order

HERE = os.path.dirname(os.path.abspath(__file__))
MNIST = os.path.relpath(os.path.join(os.path.dirname(HERE), 'reproduce', 'mnist'))


class Program(object):
    """The article's graph, built in the article's order."""

    def __init__(self):
        self.x = tf.placeholder('float', [None, TIMESTEPS, NUM_INPUT])
        self.y = tf.placeholder('float', [None, NUM_CLASSES])
        weights = {'out': tf.Variable(tf.random_normal([NUM_HIDDEN, NUM_CLASSES]))}
        biases = {'out': tf.Variable(tf.random_normal([NUM_CLASSES]))}

        rows = tf.unstack(self.x, TIMESTEPS, 1)
        cell = rnn.BasicLSTMCell(NUM_HIDDEN, forget_bias=1.0)
        outputs, _ = rnn.static_rnn(cell, rows, dtype=tf.float32)
        logits = tf.matmul(outputs[-1], weights['out']) + biases['out']

        prediction = tf.nn.softmax(logits)
        self.loss = tf.reduce_mean(
            tf.nn.softmax_cross_entropy_with_logits_v2(logits=logits, labels=self.y))
        optimizer = tf.train.GradientDescentOptimizer(learning_rate=LEARNING_RATE)
        self.train = optimizer.minimize(self.loss)
        correct = tf.equal(tf.argmax(prediction, 1), tf.argmax(self.y, 1))
        self.accuracy = tf.reduce_mean(tf.cast(correct, tf.float32))
        self.init = tf.global_variables_initializer()

    def feed(self, images, labels):
        """The feed of flat `images` [n, 784] and one-hot `labels` [n, 10]."""
        return {self.x: images.reshape((-1, TIMESTEPS, NUM_INPUT)), self.y: labels}


def read_and_build(args):
    """Seed, read the data, build the graph: the article's order."""
    if args.seed is not None:
        tf.set_random_seed(args.seed)
    mnist = input_data.read_data_sets(args.data, one_hot=True)
    return mnist, Program()


def record_log(args):
    """Print the article's log; with --replay or --checkpoint, from what is stored there."""
    mnist, program = read_and_build(args)
    variables = {v.op.name: v for v in tf.trainable_variables()}
    saver = tf.train.Saver()
    first, rows = 1, None
    with tf.Session() as sess:
        sess.run(program.init)
        if args.replay:
            with np.load(args.replay) as stored:
                rows = stored['rows']
                for name, variable in variables.items():
                    variable.load(stored[name], sess)
        if args.checkpoint:
            saver.restore(sess, args.checkpoint)
            first = int(args.checkpoint.rsplit('-', 1)[1]) + 1
        for step in range(1, args.steps + 1):
            if rows is None:
                images, labels = mnist.train.next_batch(BATCH_SIZE)
            else:
                images, labels = [array[rows[step - 1]]
                                  for array in (mnist.train.images, mnist.train.labels)]
            if step < first:
                continue
            feed = program.feed(images, labels)
            sess.run(program.train, feed_dict=feed)
            if step == 1 or step % args.display_step == 0:
                loss, accuracy = sess.run([program.loss, program.accuracy], feed_dict=feed)
                print('Step ' + str(step) + ', Minibatch Loss= ' + '{:.4f}'.format(loss)
                      + ', Training Accuracy= ' + '{:.3f}'.format(accuracy))
        print('Optimization Finished!')
        feed = program.feed(mnist.test.images[:TEST_LEN], mnist.test.labels[:TEST_LEN])
        print('Testing Accuracy:', sess.run(program.accuracy, feed_dict=feed))


def little_endian(array):
    """The bytes of `array`, little-endian, for digests."""
    return np.ascontiguousarray(array, array.dtype.newbyteorder('<')).tobytes()


def record_trace(args):
    """Write loss and right answers after every update, digests and a checkpoint."""
    mnist, program = read_and_build(args)
    variables = {v.op.name: v for v in tf.global_variables()}
    random_ops = [[op.name, op.get_attr('seed'), op.get_attr('seed2')]
                  for op in tf.get_default_graph().get_operations()
                  if op.type.startswith('Random')]
    saver = tf.train.Saver()
    batches = hashlib.sha256()
    first10 = None
    trace = []
    with tf.Session() as sess:
        sess.run(program.init)
        initial = {}
        for name, value in sess.run(variables).items():
            initial[name] = {'shape': list(value.shape),
                             'sha256': hashlib.sha256(little_endian(value)).hexdigest(),
                             'first4': [float(v).hex() for v in value.ravel()[:4]]}
        for step in range(1, args.steps + 1):
            images, labels = mnist.train.next_batch(BATCH_SIZE)
            batches.update(little_endian(images))
            batches.update(little_endian(labels))
            if step == 10:
                first10 = batches.hexdigest()
            feed = program.feed(images, labels)
            sess.run(program.train, feed_dict=feed)
            loss, accuracy = sess.run([program.loss, program.accuracy], feed_dict=feed)
            trace.append([step, float(loss).hex(), int(round(float(accuracy) * BATCH_SIZE))])
        final = {}
        for name, value in sess.run(variables).items():
            value = value.astype(np.float64)
            final[name] = {'l2': float(np.sqrt((value ** 2).sum())), 'sum': float(value.sum())}
        test128, test10k = test_accuracies(sess, program, mnist.test)
        prefix = os.path.join(args.out, 'checkpoint', 'model.ckpt')
        tf.gfile.MakeDirs(os.path.dirname(prefix))
        saver.save(sess, prefix, global_step=args.steps)
    record = {'tensorflow': tf.__version__, 'numpy': np.__version__,
              'python': platform.python_version(), 'seed': args.seed, 'steps': args.steps,
              'random_ops': random_ops, 'initial': initial, 'final': final,
              'batches_sha256_first10': first10, 'batches_sha256_all': batches.hexdigest(),
              'trace': trace, 'test128_correct': test128, 'test10k_accuracy': test10k}
    with open(os.path.join(args.out, 'trace.json'), 'w') as f:
        json.dump(record, f, indent=1, sort_keys=True)
        f.write('\n')


def record_checkpoint(args):
    """Print what a checkpoint holds as this TensorFlow reads it: digests and accuracies."""
    mnist, program = read_and_build(args)
    variables = {v.op.name: v for v in tf.trainable_variables()}
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, args.checkpoint)
        digests = {name: hashlib.sha256(little_endian(value)).hexdigest()
                   for name, value in sess.run(variables).items()}
        test128, test10k = test_accuracies(sess, program, mnist.test)
    print(json.dumps({'tensorflow': tf.__version__, 'weights': digests,
                      'test128_correct': test128, 'test10k_accuracy': test10k}, sort_keys=True))


def test_accuracies(sess, program, test):
    """Right answers on the first 128 test images, and the accuracy on all."""
    first, every = [sess.run(program.accuracy, program.feed(test.images[:n], test.labels[:n]))
                    for n in (TEST_LEN, test.num_examples)]
    return int(round(float(first) * TEST_LEN)), float(every)


def record_next_batch(args):
    """Write what `next_batch` gives: MNIST's batches as digests, tiny sets row by row."""
    record = {'tensorflow': tf.__version__, 'numpy': np.__version__, 'seed': args.seed,
              'mnist': mnist_digests(args), 'tiny': []}
    for examples, batch_size, shuffle, graph_seed, seed in (
            (10, 3, True, 1, None), (10, 3, False, 1, None), (10, 10, True, 7, None),
            (7, 5, True, None, 3), (7, 5, True, 7, 3), (4, 6, True, 1, None),
            (5, 2, True, 0, 0), (5, 2, True, -7, None), (5, 2, True, 2 ** 40, None)):
        record['tiny'].append(dict(tiny_batches(examples, batch_size, shuffle, graph_seed, seed),
                                   examples=examples, batch_size=batch_size, shuffle=shuffle,
                                   graph_seed=graph_seed, seed=seed))
    with open(os.path.join(args.out, 'next_batch.json'), 'w') as f:
        json.dump(record, f, sort_keys=True)
        f.write('\n')


def mnist_digests(args):
    """[batches so far, epochs completed, digest of all batches so far], every 100 batches."""
    tf.set_random_seed(args.seed)
    train = input_data.read_data_sets(args.data, one_hot=True).train
    digest = hashlib.sha256()
    rows = []
    for step in range(1, args.steps + 1):
        images, labels = train.next_batch(BATCH_SIZE)
        digest.update(little_endian(images) + little_endian(labels))
        if step % 100 == 0:
            rows.append([step, train.epochs_completed, digest.hexdigest()])
    return rows


def tiny_batches(examples, batch_size, shuffle, graph_seed, seed):
    """Twelve batches of the numbers 0 to `examples`, and the epochs completed after each."""
    with tf.Graph().as_default():
        tf.set_random_seed(graph_seed)
        numbers = np.arange(examples, dtype=np.uint8)
        data = DataSet(numbers.reshape(-1, 1, 1, 1), numbers, dtype=tf.uint8, seed=seed)
    rows, epochs = [], []
    for _ in range(12):
        images, labels = data.next_batch(batch_size, shuffle=shuffle)
        assert images.ravel().tolist() == labels.tolist()
        rows.append(labels.tolist())
        epochs.append(data.epochs_completed)
    return {'rows': rows, 'epochs_completed': epochs}


def record_graph(args):
    """Write the graph's nodes, [name, operation type, inputs], in the order built."""
    _, _ = read_and_build(args)
    nodes = [[node.name, node.op, list(node.input)]
             for node in tf.get_default_graph().as_graph_def().node]
    with open(os.path.join(args.out, 'graph.json.gz'), 'wb') as f:
        # No name and no time, so that the same graph gives the same file.
        z = gzip.GzipFile(filename='', mode='wb', fileobj=f, mtime=0)
        z.write(json.dumps(nodes).encode())
        z.close()


def main():
    """The command."""
    recorders = {'log': record_log, 'trace': record_trace, 'graph': record_graph,
                 'next_batch': record_next_batch, 'checkpoint': record_checkpoint}
    parser = argparse.ArgumentParser(description='Record the article\'s program on TensorFlow 1.x.')
    parser.add_argument('what', choices=sorted(recorders))
    parser.add_argument('--seed', type=lambda s: None if s == 'none' else int(s), default=1,
                        help='tf.set_random_seed(N); none: unseeded (default 1)')
    parser.add_argument('--steps', type=int, default=None,
                        help='updates (default 10000; trace: 500; next_batch: 1300)')
    parser.add_argument('--display-step', type=int, default=200)
    parser.add_argument('--data', default=MNIST, help='folder of the four gzip files')
    parser.add_argument('--replay', help='log: npz file with the weights and the batches')
    parser.add_argument('--checkpoint', help='log, checkpoint: PREFIX-STEP to restore')
    parser.add_argument('--out', default=HERE, help='folder for graph and trace')
    args = parser.parse_args()
    if args.steps is None:
        args.steps = {'trace': 500, 'next_batch': 1300}.get(args.what, 10000)
    tf.logging.set_verbosity(tf.logging.ERROR)
    recorders[args.what](args)
    return 0


if __name__ == '__main__':
    sys.exit(main())
