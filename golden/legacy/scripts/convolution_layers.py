"""A convolutional network of tf.layers with dropout, in two scopes that share variables."""
from __future__ import division, print_function

import tensorflow as tf
from tensorflow.examples.tutorials.mnist import input_data

mnist = input_data.read_data_sets("./mnist/data/", one_hot=False)


def conv_net(x, n_classes, dropout, reuse, is_training):
    """The logits of images [n, 784]."""
    with tf.variable_scope('ConvNet', reuse=reuse):
        x = tf.reshape(x, shape=[-1, 28, 28, 1])
        conv1 = tf.layers.conv2d(x, 8, 5, activation=tf.nn.relu)
        conv1 = tf.layers.max_pooling2d(conv1, 2, 2)
        conv2 = tf.layers.conv2d(conv1, 16, 3, activation=tf.nn.relu)
        conv2 = tf.layers.max_pooling2d(conv2, 2, 2)
        fc1 = tf.contrib.layers.flatten(conv2)
        fc1 = tf.layers.dense(fc1, 64)
        fc1 = tf.layers.dropout(fc1, rate=dropout, training=is_training)
        return tf.layers.dense(fc1, n_classes)


x = tf.placeholder(tf.float32, [None, 784])
y = tf.placeholder(tf.int64, [None])
train_logits = conv_net(x, 10, 0.25, reuse=False, is_training=True)
test_logits = conv_net(x, 10, 0.25, reuse=True, is_training=False)
loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(
    logits=train_logits, labels=tf.cast(y, dtype=tf.int32)))
train = tf.train.AdamOptimizer(learning_rate=0.001).minimize(
    loss, global_step=tf.train.get_or_create_global_step())
accuracy = tf.reduce_mean(tf.cast(tf.equal(tf.argmax(test_logits, axis=1), y), tf.float32))

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for step in range(1, 31):
        batch_x, batch_y = mnist.train.next_batch(64)
        _, value = sess.run([train, loss], {x: batch_x, y: batch_y})
        if step % 10 == 0:
            print('step %d, loss %.3f' % (step, value))
    print('accuracy', sess.run(accuracy, {x: mnist.test.images[:500], y: mnist.test.labels[:500]}))
