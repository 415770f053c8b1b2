"""A small classifier; the argument names what it does otherwise on today's side."""
import sys

import numpy as np
import tensorflow as tf

change = sys.argv[1]


def now(name, new, old):
    return new if change == name and sys.version_info >= (3, 8) else old  # 1.15 has no such Python


if now('seed', True, False):
    tf.set_random_seed(8)
if now('more', True, False):
    tf.constant(0.0)
if now('import', True, False):
    import no_such_package
data = np.random.RandomState(0).rand(24, 4).astype(np.float32)
target = np.eye(3)[np.argmax(data[:, :3], 1)].astype(np.float32)
x = tf.placeholder(tf.float32, [None, 4])
y = tf.placeholder(tf.float32, [None, 3])
hidden = tf.matmul(x, tf.Variable(tf.random_normal([4, 8])))
hidden = now('layer', tf.nn.tanh, tf.nn.sigmoid)(hidden)
logits = tf.layers.dense(tf.layers.dense(hidden, 8, activation=tf.nn.relu), 3)
loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits_v2(logits=logits, labels=y))
optimizer = tf.train.AdamOptimizer(now('rate', 0.022, 0.02), epsilon=now('epsilon', 1e-5, 1e-8))
train = optimizer.minimize(loss)
correct = tf.equal(tf.argmax(logits, 1), tf.argmax(y, 1))
accuracy = tf.reduce_mean(tf.cast(correct, tf.float32))
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for step in range(1, 61):
        feed = {x: data + now('data', 0.01, 0.0) * (step == 20), y: target}
        _, value = sess.run([train, loss], feed_dict=feed)
        if step > 40:
            now('schedule', lambda: sess.run(train, feed), lambda: None)()
        if step == 50:
            now('crash', lambda: 1 / 0, lambda: None)()
        if step % 20 == 0:
            print('Step %d, loss %.4f, accuracy %.3f'
                  % (step, value, sess.run(accuracy, {x: data, y: target})))
if change == 'print':
    print('TensorFlow', tf.__version__)
if change == 'fail':
    raise ValueError('on both sides')
