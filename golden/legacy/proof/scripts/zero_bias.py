"""A bias straight before batch normalization: its gradient is zero, so Adam scales rounding up."""
import numpy as np
import tensorflow as tf

data = np.random.RandomState(0).rand(64, 8).astype(np.float32)
target = (data[:, :1] > data[:, 1:2]).astype(np.float32)
x = tf.placeholder(tf.float32, [None, 8])
y = tf.placeholder(tf.float32, [None, 1])
bias = tf.Variable(tf.zeros([16]), name='bias')
hidden = tf.matmul(x, tf.Variable(tf.random_normal([8, 16], stddev=0.1))) + bias
mean, variance = tf.nn.moments(hidden, [0])
hidden = tf.nn.relu(tf.nn.batch_normalization(hidden, mean, variance, None, None, 1e-3))
logits = tf.layers.dense(hidden, 1)
loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(logits=logits, labels=y))
train = tf.train.AdamOptimizer(0.01).minimize(loss)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for step in range(1, 41):
        _, value, first = sess.run([train, loss, bias], {x: data, y: target})
        if step % 10 == 0:
            print('step %d loss %.6f bias %.4f' % (step, value, first[0]))
