"""A generative adversarial network: two optimizers, each with its own variables."""
from __future__ import division, print_function

import numpy as np
import tensorflow as tf
from tensorflow.examples.tutorials.mnist import input_data

mnist = input_data.read_data_sets("./mnist/data/", one_hot=True)
noise_dim = 20


def generator(x, reuse=False):
    """Images of noise."""
    with tf.variable_scope('Generator', reuse=reuse):
        x = tf.layers.dense(x, units=6 * 6 * 16)
        x = tf.nn.tanh(x)
        x = tf.reshape(x, shape=[-1, 6, 6, 16])
        x = tf.layers.conv2d_transpose(x, 8, 4, strides=2)
        x = tf.layers.conv2d_transpose(x, 1, 2, strides=2)
        return tf.nn.sigmoid(x)


def discriminator(x, reuse=False):
    """Logits of real and fake."""
    with tf.variable_scope('Discriminator', reuse=reuse):
        x = tf.layers.conv2d(x, 8, 5)
        x = tf.nn.tanh(x)
        x = tf.layers.average_pooling2d(x, 2, 2)
        x = tf.contrib.layers.flatten(x)
        x = tf.layers.dense(x, 32)
        x = tf.nn.tanh(x)
        return tf.layers.dense(x, 2)


noise_input = tf.placeholder(tf.float32, shape=[None, noise_dim])
real_image_input = tf.placeholder(tf.float32, shape=[None, 28, 28, 1])
gen_sample = generator(noise_input)
disc_real = discriminator(real_image_input)
disc_fake = discriminator(gen_sample, reuse=True)
disc_concat = tf.concat([disc_real, disc_fake], axis=0)
stacked_gan = discriminator(gen_sample, reuse=True)
disc_target = tf.placeholder(tf.int32, shape=[None])
gen_target = tf.placeholder(tf.int32, shape=[None])
disc_loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(
    logits=disc_concat, labels=disc_target))
gen_loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(
    logits=stacked_gan, labels=gen_target))
gen_vars = tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, scope='Generator')
disc_vars = tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, scope='Discriminator')
train_gen = tf.train.AdamOptimizer(0.001).minimize(gen_loss, var_list=gen_vars)
train_disc = tf.train.AdamOptimizer(0.001).minimize(disc_loss, var_list=disc_vars)

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(1, 21):
        batch_x, _ = mnist.train.next_batch(16)
        batch_x = np.reshape(batch_x, newshape=[-1, 28, 28, 1])
        z = np.random.uniform(-1., 1., size=[16, noise_dim])
        disc_y = np.concatenate([np.ones([16]), np.zeros([16])], axis=0)
        feed = {real_image_input: batch_x, noise_input: z, disc_target: disc_y,
                gen_target: np.ones([16])}
        _, _, gl, dl = sess.run([train_gen, train_disc, gen_loss, disc_loss], feed_dict=feed)
        if i % 5 == 0 or i == 1:
            print('Step %i: Generator Loss: %.3f, Discriminator Loss: %.3f' % (i, gl, dl))
