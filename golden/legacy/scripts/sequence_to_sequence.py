"""An encoder and a decoder with dropout, and contrib's loss of sequences."""
import numpy as np
import tensorflow as tf
from tensorflow.contrib import legacy_seq2seq, seq2seq

letters = 'SEPabcdefgh'
numbers = {letter: index for index, letter in enumerate(letters)}
pairs = [['abcd', 'dcba'], ['bcde', 'edcb'], ['aceg', 'geca'], ['hgfe', 'efgh']]


def make_batch(pairs):
    """One-hot inputs, one-hot outputs, targets."""
    eye = np.eye(len(letters))
    encoded = [eye[[numbers[n] for n in first]] for first, _ in pairs]
    decoded = [eye[[numbers[n] for n in 'S' + second]] for _, second in pairs]
    targets = [[numbers[n] for n in second + 'E'] for _, second in pairs]
    return encoded, decoded, targets


n_class, n_hidden = len(letters), 16
enc_input = tf.placeholder(tf.float32, [None, None, n_class])
dec_input = tf.placeholder(tf.float32, [None, None, n_class])
targets = tf.placeholder(tf.int64, [None, None])
with tf.variable_scope('encode'):
    enc_cell = tf.nn.rnn_cell.BasicRNNCell(n_hidden)
    enc_cell = tf.nn.rnn_cell.DropoutWrapper(enc_cell, output_keep_prob=0.9)
    outputs, enc_states = tf.nn.dynamic_rnn(enc_cell, enc_input, dtype=tf.float32)
with tf.variable_scope('decode'):
    dec_cell = tf.nn.rnn_cell.BasicRNNCell(n_hidden)
    outputs, dec_states = tf.nn.dynamic_rnn(dec_cell, dec_input, initial_state=enc_states,
                                            dtype=tf.float32)
model = tf.layers.dense(outputs, n_class, activation=None)
cost = seq2seq.sequence_loss(model, targets, tf.ones_like(targets, tf.float32))
flat = legacy_seq2seq.sequence_loss_by_example(
    [tf.reshape(model, [-1, n_class])], [tf.reshape(targets, [-1])],
    [tf.ones_like(tf.reshape(targets, [-1]), tf.float32)])
optimizer = tf.train.AdamOptimizer(0.01).minimize(cost)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    encoded, decoded, wanted = make_batch(pairs)
    feed = {enc_input: encoded, dec_input: decoded, targets: wanted}
    for epoch in range(60):
        _, loss = sess.run([optimizer, cost], feed_dict=feed)
        if epoch % 15 == 0:
            print('Epoch:', '%04d' % (epoch + 1), 'cost =', '{:.4f}'.format(loss))
    print('%.3f' % np.mean(sess.run(flat, feed)))
    prediction = sess.run(tf.argmax(model, 2), feed_dict=feed)
    print([''.join(letters[i] for i in row) for row in prediction])
