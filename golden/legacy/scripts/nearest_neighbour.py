"""The nearest neighbour of test images by the sum of absolute differences."""
import numpy as np
import tensorflow as tf
from tensorflow.examples.tutorials.mnist import input_data

mnist = input_data.read_data_sets('./mnist/data/', one_hot=True)
train_x, train_y = mnist.train.next_batch(1000)
test_x, test_y = mnist.test.next_batch(25)

xtr = tf.placeholder("float", [None, 784])
xte = tf.placeholder("float", [784])
distance = tf.reduce_sum(tf.abs(tf.add(xtr, tf.negative(xte))), reduction_indices=1)
pred = tf.arg_min(distance, 0)

accuracy = 0.
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(len(test_x)):
        nearest = sess.run(pred, feed_dict={xtr: train_x, xte: test_x[i, :]})
        print("Test", i, "Prediction:", np.argmax(train_y[nearest]),
              "True Class:", np.argmax(test_y[i]))
        if np.argmax(train_y[nearest]) == np.argmax(test_y[i]):
            accuracy += 1. / len(test_x)
print("Done!")
print("Accuracy:", accuracy)
