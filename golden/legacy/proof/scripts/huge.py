"""Fetches far more numbers than a recording keeps."""
import tensorflow as tf

large = tf.random_normal([1000, 1000])
with tf.Session() as sess:
    for _ in range(3):
        print(sess.run(large).shape)
