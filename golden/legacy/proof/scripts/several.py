"""Several graphs and sessions, fetches in all forms, a run that ends in an error, a thread."""
import threading

import numpy as np
import tensorflow as tf

for size in (3, 4):
    with tf.Graph().as_default() as graph:
        tf.set_random_seed(size)
        values = tf.Variable(tf.random_normal([size]), name='values')
        step = tf.Variable(0, trainable=False, name='step')
        loss = tf.reduce_sum(tf.square(values - 2.0))
        train = tf.train.MomentumOptimizer(0.1, 0.9).minimize(loss, global_step=step)
        count = tf.while_loop(lambda i: i < 5, lambda i: i + 1, [tf.constant(0)])
        tf.summary.scalar('loss', loss)
        merged = tf.summary.merge_all()
        with tf.Session(graph=graph) as sess:
            sess.run(tf.global_variables_initializer())
            for _ in range(5):
                sess.run(train)
            found = sess.run({'loss': loss, 'both': (step, [count])})
            sess.run(merged)
            print('size', size, 'loss %.4f' % found['loss'], found['both'][1][0])
with tf.Session() as sess:
    following = tf.data.Dataset.range(3).make_one_shot_iterator().get_next()
    try:
        while True:
            print('next', sess.run(following))
    except tf.errors.OutOfRangeError:
        print('end')
    sparse = tf.SparseTensor([[0, 1]], [2.5], [2, 3])
    print(sess.run(sparse).values, sess.run(tf.constant('text')).decode())
    total = tf.constant([1.0, 2.0]) + 1.0
    other = threading.Thread(target=lambda: sess.run(total))
    other.start()
    other.join()
    print(np.sum(sess.run(total)))
