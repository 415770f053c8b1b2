"""Train, save, restore in another session, go on; then read the checkpoint's variables."""
from __future__ import print_function

import os
import tempfile

import tensorflow as tf
from tensorflow.examples.tutorials.mnist import input_data

mnist = input_data.read_data_sets("MNIST_data/", one_hot=True)
folder = tempfile.mkdtemp()
model_path = os.path.join(folder, 'model.ckpt')

x = tf.placeholder("float", [None, 784])
y = tf.placeholder("float", [None, 10])
with tf.variable_scope('layer'):
    w = tf.get_variable('w', [784, 32], initializer=tf.contrib.layers.xavier_initializer())
    b = tf.get_variable('b', [32], initializer=tf.constant_initializer(0.1))
hidden = tf.nn.relu(tf.nn.xw_plus_b(x, w, b))
pred = tf.contrib.layers.fully_connected(hidden, 10, activation_fn=None)
cost = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(logits=pred, labels=y))
global_step = tf.Variable(0, name='global_step', trainable=False)
optimizer = tf.train.MomentumOptimizer(0.05, 0.9).minimize(cost, global_step=global_step)
saver = tf.train.Saver(max_to_keep=2)


def train(sess, steps):
    """Train, and print the last cost."""
    for _ in range(steps):
        batch_x, batch_y = mnist.train.next_batch(100)
        _, c = sess.run([optimizer, cost], feed_dict={x: batch_x, y: batch_y})
    print('Cost after', tf.train.global_step(sess, global_step), 'steps: %.4f' % c)


with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    train(sess, 30)
    save_path = saver.save(sess, model_path, global_step=global_step)
    print('Model saved:', os.path.basename(save_path))

with tf.Session() as sess:
    saver.restore(sess, tf.train.latest_checkpoint(folder))
    train(sess, 30)
    saver.save(sess, model_path, global_step=global_step)

print(sorted(name for name in os.listdir(folder) if 'data' not in name))
print(tf.train.list_variables(folder)[:4])
tf.reset_default_graph()
with tf.Session() as sess:
    restored = tf.train.import_meta_graph(model_path + '-60.meta')
    restored.restore(sess, model_path + '-60')
    print('%.3f' % sess.run(tf.reduce_sum(
        tf.get_default_graph().get_tensor_by_name('layer/w:0'))))
