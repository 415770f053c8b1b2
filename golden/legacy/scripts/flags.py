"""tf.app.flags and tf.app.run, with a model in a class and an exit code."""
from __future__ import print_function

import sys

import tensorflow as tf
from tensorflow.python.framework import ops

flags = tf.app.flags
flags.DEFINE_integer('num_steps', 5, 'how many steps')
flags.DEFINE_float('rate', 0.1, 'learning rate')
flags.DEFINE_string('name', 'model', 'name')
flags.DEFINE_boolean('verbose', False, 'say more')
FLAGS = flags.FLAGS


class Model(object):
    """Fits a line."""

    def __init__(self, rate):
        self.x = tf.placeholder(tf.float32, [None, 1])
        self.y = tf.placeholder(tf.float32, [None, 1])
        hidden = tf.layers.dense(self.x, 4, tf.nn.tanh, name='hidden')
        self.prediction = tf.layers.dense(hidden, 1, name='output')
        self.loss = tf.losses.mean_squared_error(self.y, self.prediction)
        self.train = tf.train.MomentumOptimizer(rate, 0.9).minimize(self.loss)


def main(argv):
    """The command."""
    print(FLAGS.name, FLAGS.num_steps, FLAGS.verbose, argv[1:])
    ops.reset_default_graph()
    tf.set_random_seed(4)
    model = Model(FLAGS.rate)
    xs = [[i / 10.] for i in range(10)]
    feed = {model.x: xs, model.y: [[3 * x[0] - 1] for x in xs]}
    with tf.Session() as sess:
        tf.global_variables_initializer().run()
        for _ in range(FLAGS.num_steps):
            _, loss = sess.run([model.train, model.loss], feed)
            print('loss %.5f' % loss)
    tf.logging.info('not shown')
    sys.exit(3)


if __name__ == '__main__':
    tf.app.run()
