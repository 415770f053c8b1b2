"""k-means in plain operations."""
import numpy as np
import tensorflow as tf

num_points, k = 300, 3
points = np.concatenate([np.random.normal(center, 0.4, (num_points // k, 2))
                         for center in ([0, 0], [3, 1], [1, 3])]).astype(np.float32)
np.random.shuffle(points)

data = tf.constant(points)
centroids = tf.Variable(tf.slice(tf.random_shuffle(data), [0, 0], [k, -1]))
assignments = tf.argmin(tf.reduce_sum(tf.square(
    tf.expand_dims(data, 0) - tf.expand_dims(centroids, 1)), 2), 0)
means = tf.concat([tf.reduce_mean(tf.gather(data, tf.reshape(tf.where(
    tf.equal(assignments, c)), [1, -1])), reduction_indices=[1]) for c in range(k)], 0)
update = tf.assign(centroids, means)

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for step in range(8):
        _, values, assigned = sess.run([update, centroids, assignments])
    print(np.bincount(assigned))
    for row in values:
        print("%.4f %.4f" % tuple(row))
