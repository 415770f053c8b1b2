"""Skip-gram word embeddings with noise-contrastive estimation."""
from __future__ import absolute_import, division, print_function

import collections
import random

import numpy as np
import tensorflow as tf

words = ('the king rules the land and the queen rules the sea while a farmer tills the land '
         'and a sailor sails the sea so the king thanks the farmer and the queen thanks the '
         'sailor ').split() * 20
count = [('UNK', -1)]
count.extend(collections.Counter(words).most_common(15))
dictionary = {word: index for index, (word, _) in enumerate(count)}
data = [dictionary.get(word, 0) for word in words]
vocabulary_size, embedding_size, num_sampled = len(dictionary), 8, 4
data_index = 0


def generate_batch(batch_size, num_skips, skip_window):
    """Words, each with words beside it."""
    global data_index
    batch = np.ndarray(shape=(batch_size), dtype=np.int32)
    labels = np.ndarray(shape=(batch_size, 1), dtype=np.int32)
    span = 2 * skip_window + 1
    buffer = collections.deque(maxlen=span)
    for _ in range(span):
        buffer.append(data[data_index])
        data_index = (data_index + 1) % len(data)
    for i in range(batch_size // num_skips):
        context = random.sample([w for w in range(span) if w != skip_window], num_skips)
        for j, target in enumerate(context):
            batch[i * num_skips + j] = buffer[skip_window]
            labels[i * num_skips + j, 0] = buffer[target]
        buffer.append(data[data_index])
        data_index = (data_index + 1) % len(data)
    return batch, labels


graph = tf.Graph()
with graph.as_default():
    tf.set_random_seed(3)
    train_inputs = tf.placeholder(tf.int32, shape=[None])
    train_labels = tf.placeholder(tf.int32, shape=[None, 1])
    with tf.device('/cpu:0'):
        embeddings = tf.Variable(
            tf.random_uniform([vocabulary_size, embedding_size], -1.0, 1.0))
        embed = tf.nn.embedding_lookup(embeddings, train_inputs)
        nce_weights = tf.Variable(tf.truncated_normal(
            [vocabulary_size, embedding_size], stddev=1.0 / np.sqrt(embedding_size)))
        nce_biases = tf.Variable(tf.zeros([vocabulary_size]))
    loss = tf.reduce_mean(tf.nn.nce_loss(
        weights=nce_weights, biases=nce_biases, labels=train_labels, inputs=embed,
        num_sampled=num_sampled, num_classes=vocabulary_size))
    optimizer = tf.train.GradientDescentOptimizer(0.5).minimize(loss)
    norm = tf.sqrt(tf.reduce_sum(tf.square(embeddings), 1, keep_dims=True))
    normalized = embeddings / norm
    similarity = tf.matmul(normalized, normalized, transpose_b=True)

with tf.Session(graph=graph) as session:
    session.run(tf.global_variables_initializer())
    average_loss = 0
    for step in xrange(1, 301) if 'xrange' in dir(__builtins__) else range(1, 301):  # noqa: F821
        batch_inputs, batch_labels = generate_batch(16, 2, 1)
        _, loss_val = session.run([optimizer, loss], feed_dict={
            train_inputs: batch_inputs, train_labels: batch_labels})
        average_loss += loss_val
        if step % 100 == 0:
            print('Average loss at step', step, ': %.3f' % (average_loss / 100))
            average_loss = 0
    sim = session.run(similarity)
    print('queen %.3f' % sim[dictionary['king'], dictionary['queen']])
