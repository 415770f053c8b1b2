"""An autoencoder under RMSProp."""
from __future__ import division, print_function

import tensorflow as tf
from tensorflow.examples.tutorials.mnist import input_data

mnist = input_data.read_data_sets("./mnist/data/", one_hot=True)

X = tf.placeholder("float", [None, 784])
weights = {name: tf.Variable(tf.random_normal(shape)) for name, shape in [
    ('encoder_h1', [784, 64]), ('encoder_h2', [64, 32]),
    ('decoder_h1', [32, 64]), ('decoder_h2', [64, 784])]}
biases = {name: tf.Variable(tf.random_normal([size])) for name, size in [
    ('encoder_b1', 64), ('encoder_b2', 32), ('decoder_b1', 64), ('decoder_b2', 784)]}


def layer(x, w, b):
    """One sigmoid layer."""
    return tf.nn.sigmoid(tf.add(tf.matmul(x, weights[w]), biases[b]))


code = layer(layer(X, 'encoder_h1', 'encoder_b1'), 'encoder_h2', 'encoder_b2')
y_pred = layer(layer(code, 'decoder_h1', 'decoder_b1'), 'decoder_h2', 'decoder_b2')
loss = tf.reduce_mean(tf.pow(X - y_pred, 2))
optimizer = tf.train.RMSPropOptimizer(0.01).minimize(loss)

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(1, 41):
        batch_x, _ = mnist.train.next_batch(256)
        _, l = sess.run([optimizer, loss], feed_dict={X: batch_x})
        if i % 10 == 0 or i == 1:
            print('Step %i: Minibatch Loss: %.4f' % (i, l))
