"""Queues with a coordinator, and tf.data with one-shot and initializable iterators."""
from __future__ import print_function

import numpy as np
import tensorflow as tf

features = np.arange(24, dtype=np.float32).reshape(12, 2)
labels = np.arange(12) % 3

dataset = tf.data.Dataset.from_tensor_slices((features, labels))
dataset = dataset.map(lambda x, y: (x / 10., tf.one_hot(y, 3)))
dataset = dataset.repeat().shuffle(buffer_size=12).batch(4)
X, Y = dataset.make_one_shot_iterator().get_next()
logits = tf.layers.dense(X, 3)
loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits_v2(logits=logits, labels=Y))
train = tf.train.AdagradOptimizer(0.5).minimize(loss)

source = tf.placeholder(tf.float32, [None, 2])
iterator = tf.data.Dataset.from_tensor_slices(source).batch(5).make_initializable_iterator()
batch = iterator.get_next()

image, label = tf.train.slice_input_producer([features, labels], shuffle=False)
images, numbers = tf.train.batch([image, label], batch_size=5)
queue = tf.FIFOQueue(3, tf.float32)
enqueue = queue.enqueue_many([[1., 2., 3.]])
increment = queue.enqueue(queue.dequeue() + 1)
noise = tf.Variable(tf.truncated_normal([2, 2]))

with tf.Session() as sess:
    sess.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
    for step in range(10):
        _, value = sess.run([train, loss])
        if step % 3 == 0:
            print('loss %.5f' % value)
    sess.run(iterator.initializer, {source: features})
    try:
        while True:
            print(sess.run(batch).sum())
    except tf.errors.OutOfRangeError:
        print('end of the data')
    coord = tf.train.Coordinator()
    threads = tf.train.start_queue_runners(sess=sess, coord=coord)
    for _ in range(3):
        values, which = sess.run([images, numbers])
        print(values.sum(axis=1).tolist(), which)
    coord.request_stop()
    coord.join(threads)
    sess.run(enqueue)
    for _ in range(2):
        sess.run(increment)
    print([sess.run(queue.dequeue()) for _ in range(3)])
    print(sess.run(noise).shape, '%.4f' % sess.run(noise).sum())
