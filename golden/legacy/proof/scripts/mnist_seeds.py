"""The data sets of MNIST take three op seeds, between those of two operations."""
import tensorflow as tf
from tensorflow.examples.tutorials.mnist import input_data

weights = tf.Variable(tf.random_normal([784, 2]))
mnist = input_data.read_data_sets('no-such-folder', one_hot=True)
images = tf.placeholder(tf.float32, [None, 784])
product = tf.matmul(images, weights) + tf.random_normal([2])
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    batch, _ = mnist.train.next_batch(3)
    print(sess.run(product, {images: batch}).shape)
