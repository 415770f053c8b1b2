"""Which sequences rise: an LSTM over padded sequences, its last outputs gathered."""
from __future__ import print_function

import random

import tensorflow as tf


class ToySequenceData(object):
    """Rising sequences, and random ones."""

    def __init__(self, n_samples, max_seq_len=8, min_seq_len=3, max_value=100):
        self.data, self.labels, self.seqlen = [], [], []
        self.batch_id = 0
        for _ in range(n_samples):
            length = random.randint(min_seq_len, max_seq_len)
            self.seqlen.append(length)
            if random.random() < .5:
                start = random.randint(0, max_value - length)
                s = [[float(i) / max_value] for i in range(start, start + length)]
                self.labels.append([1., 0.])
            else:
                s = [[float(random.randint(0, max_value)) / max_value] for _ in range(length)]
                self.labels.append([0., 1.])
            s += [[0.] for _ in range(max_seq_len - length)]
            self.data.append(s)

    def next(self, batch_size):
        """A batch; the samples begin again when they are used up."""
        if self.batch_id == len(self.data):
            self.batch_id = 0
        end = min(self.batch_id + batch_size, len(self.data))
        batch = (self.data[self.batch_id:end], self.labels[self.batch_id:end],
                 self.seqlen[self.batch_id:end])
        self.batch_id = end
        return batch


seq_max_len, n_hidden = 8, 16
trainset = ToySequenceData(n_samples=200, max_seq_len=seq_max_len)
testset = ToySequenceData(n_samples=100, max_seq_len=seq_max_len)
x = tf.placeholder("float", [None, seq_max_len, 1])
y = tf.placeholder("float", [None, 2])
seqlen = tf.placeholder(tf.int32, [None])
weights = {'out': tf.Variable(tf.random_normal([n_hidden, 2]))}
biases = {'out': tf.Variable(tf.random_normal([2]))}


def dynamicRNN(x, seqlen, weights, biases):  # noqa: N802
    """The logits of the last outputs."""
    x = tf.unstack(x, seq_max_len, 1)
    lstm_cell = tf.nn.rnn_cell.BasicLSTMCell(n_hidden)
    outputs, states = tf.nn.static_rnn(lstm_cell, x, dtype=tf.float32, sequence_length=seqlen)
    outputs = tf.transpose(tf.stack(outputs), [1, 0, 2])
    batch_size = tf.shape(outputs)[0]
    index = tf.range(0, batch_size) * seq_max_len + (seqlen - 1)
    outputs = tf.gather(tf.reshape(outputs, [-1, n_hidden]), index)
    return tf.matmul(outputs, weights['out']) + biases['out']


pred = dynamicRNN(x, seqlen, weights, biases)
cost = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(logits=pred, labels=y))
optimizer = tf.train.GradientDescentOptimizer(learning_rate=0.1).minimize(cost)
accuracy = tf.reduce_mean(tf.cast(tf.equal(tf.argmax(pred, 1), tf.argmax(y, 1)), tf.float32))
_, state = tf.nn.dynamic_rnn(tf.contrib.rnn.GRUCell(4), x, sequence_length=seqlen,
                             dtype=tf.float32)
length = tf.reduce_mean(tf.norm(state, axis=1))

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for step in range(1, 61):
        batch_x, batch_y, batch_seqlen = trainset.next(64)
        feed = {x: batch_x, y: batch_y, seqlen: batch_seqlen}
        sess.run(optimizer, feed_dict=feed)
        if step % 20 == 0 or step == 1:
            acc, loss = sess.run([accuracy, cost], feed_dict=feed)
            print("Step " + str(step) + ", Minibatch Loss= " + "{:.6f}".format(loss)
                  + ", Training Accuracy= " + "{:.5f}".format(acc))
    feed = {x: testset.data, y: testset.labels, seqlen: testset.seqlen}
    print("Testing Accuracy:", sess.run(accuracy, feed_dict=feed))
    print("State: %.5f" % sess.run(length, feed_dict=feed))
