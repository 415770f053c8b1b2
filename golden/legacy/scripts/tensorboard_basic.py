"""Scopes and summaries for TensorBoard; what was written is read back."""
from __future__ import print_function

import glob
import os
import tempfile

import tensorflow as tf
from tensorflow.examples.tutorials.mnist import input_data

mnist = input_data.read_data_sets("./mnist/data/", one_hot=True)
logs_path = os.path.join(tempfile.mkdtemp(), 'example')

x = tf.placeholder(tf.float32, [None, 784], name='InputData')
y = tf.placeholder(tf.float32, [None, 10], name='LabelData')
W = tf.Variable(tf.zeros([784, 10]), name='Weights')
b = tf.Variable(tf.zeros([10]), name='Bias')
with tf.name_scope('Model'):
    pred = tf.nn.softmax(tf.matmul(x, W) + b)
with tf.name_scope('Loss'):
    cost = tf.reduce_mean(-tf.reduce_sum(y * tf.log(pred), reduction_indices=1))
with tf.name_scope('SGD'):
    optimizer = tf.train.GradientDescentOptimizer(0.01)
    grads = list(zip(tf.gradients(cost, tf.trainable_variables()), tf.trainable_variables()))
    apply_grads = optimizer.apply_gradients(grads_and_vars=grads)
with tf.name_scope('Accuracy'):
    acc = tf.reduce_mean(tf.cast(tf.equal(tf.argmax(pred, 1), tf.argmax(y, 1)), tf.float32))
tf.summary.scalar("loss", cost)
tf.summary.scalar("accuracy", acc)
for grad, var in grads:
    tf.summary.histogram(var.name.replace(':', '_') + '/gradient', grad)
merged_summary_op = tf.summary.merge_all()

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    summary_writer = tf.summary.FileWriter(logs_path, graph=tf.get_default_graph())
    for i in range(10):
        batch_xs, batch_ys = mnist.train.next_batch(100)
        _, c, summary = sess.run([apply_grads, cost, merged_summary_op],
                                 feed_dict={x: batch_xs, y: batch_ys})
        summary_writer.add_summary(summary, i)
    summary_writer.close()
    print("Cost: %.4f" % c)

for path in glob.glob(logs_path + '/*'):
    for event in tf.train.summary_iterator(path):
        for value in event.summary.value:
            if value.HasField('simple_value') and event.step in (0, 9):
                print(event.step, value.tag, '%.4f' % value.simple_value)
