"""Print the op seeds that TensorFlow 1.x derives in small graphs, as JSON.

A TensorFlow 1.x script like any other: it imports nothing of the package that it is the witness
for, and runs on both.

    tf1/bin/python golden/legacy/op_seeds.py > golden/legacy/op_seeds.json
    python -m reproduce.legacy golden/legacy/op_seeds.py > here.json

Every graph has the seed 7 and ends with a random operation of its own, so that its op seed tells
how many operations came before.  Arguments choose graphs by the beginnings of their names; with
--nodes the names and types of all operations are printed.
"""
import json
import sys

import numpy as np
import tensorflow as tf
from tensorflow.contrib import layers, legacy_seq2seq, rnn, seq2seq

CASES = []
RANDOM = ('RandomUniform', 'RandomStandardNormal', 'TruncatedNormal', 'RandomUniformInt',
          'RandomShuffle', 'Multinomial', 'RandomGamma', 'RandomPoissonV2', 'RandomPoisson')


def case(function):
    """Register `function`, which builds a graph."""
    CASES.append(function)
    return function


def cases(name, builders):
    """Register one graph for each of `builders`, by its name."""
    for key, builder in sorted(builders.items()):
        builder.__name__ = name + '_' + key
        CASES.append(builder)


def image():
    """A placeholder for images."""
    return tf.placeholder(tf.float32, [None, 8, 8, 3])


def features(batch=4):
    """A placeholder for features."""
    return tf.placeholder(tf.float32, [batch, 8])


def sequence(batch=None, length=3):
    """A placeholder for sequences."""
    return tf.placeholder(tf.float32, [batch, length, 8])


def steps(batch=None, length=3):
    """A list of placeholders' slices, one a timestep."""
    return tf.unstack(sequence(batch, length), length, 1)


def class_labels():
    """A placeholder for one-hot labels."""
    return tf.placeholder(tf.float32, [None, 5])


# Random operations and initializers

@case
def random_operations():
    """Each random operation twice."""
    for _ in range(2):
        tf.random_normal([2, 3])
        tf.random_uniform([2, 3])
        tf.random_uniform([2], 0, 5, tf.int32)
        tf.truncated_normal([2, 3], stddev=0.1)
        tf.random_shuffle(tf.range(5))
        tf.multinomial(tf.zeros([2, 3]), 4)
        tf.random_gamma([2], 1.5)
        tf.random_poisson(2.0, [3])
        tf.random_crop(tf.zeros([5, 5]), [2, 2])


@case
def random_operations_with_seeds():
    """An op seed that is given stays."""
    tf.random_normal([2, 3], seed=1)
    tf.random_normal([2, 3])
    tf.random_normal([2, 3], seed=0)


@case
def random_with_tensor_shape():
    """Shapes of tensors."""
    x = features(None)
    tf.random_normal(tf.shape(x))
    tf.random_uniform([tf.shape(x)[0], 3], -1.0, 1.0)
    tf.truncated_normal(tf.stack([tf.shape(x)[0], 3]))


@case
def variables():
    """Variables of random values."""
    for _ in range(2):
        tf.Variable(tf.random_normal([8, 5]), name='weights')
        tf.Variable(tf.zeros([5]))
        tf.Variable(tf.truncated_normal([8, 5], stddev=1.0 / 3))
        tf.Variable(0, trainable=False, name='global_step')
        tf.Variable([1.0, 2.0], dtype=tf.float32)


@case
def scopes():
    """Variable and name scopes, reuse."""
    for name in 'ab':
        with tf.variable_scope(name):
            tf.get_variable('w', [8, 5])
            tf.get_variable('b', [5], initializer=tf.zeros_initializer())
        with tf.name_scope(name):
            tf.Variable(tf.random_normal([3]))
            tf.get_variable('outside' + name, [2, 2])
    with tf.variable_scope('a', reuse=True):
        tf.get_variable('w', [8, 5])
    with tf.variable_scope('a', reuse=tf.AUTO_REUSE, initializer=tf.random_normal_initializer()):
        tf.get_variable('w', [8, 5])
        tf.get_variable('new', [8, 5])
    with tf.variable_scope(None, 'default'):
        tf.get_variable('w', [8, 5])


def initialized(**initializers):
    """Graphs whose variables take an initializer."""
    def builder(make):
        def build():
            for name in 'ab':
                tf.get_variable(name, [8, 5], initializer=make())
        return build
    return {name: builder(make) for name, make in initializers.items()}


cases('initializer', initialized(
    default=lambda: None,
    glorot_uniform=tf.glorot_uniform_initializer,
    glorot_normal=tf.glorot_normal_initializer,
    orthogonal=tf.orthogonal_initializer,
    identity=tf.initializers.identity,
    constant=lambda: tf.constant_initializer(0.5),
    ones=tf.ones_initializer,
    random_normal=lambda: tf.random_normal_initializer(stddev=0.1),
    random_uniform=lambda: tf.random_uniform_initializer(-0.1, 0.1),
    truncated_normal=lambda: tf.truncated_normal_initializer(stddev=0.1),
    variance_scaling=lambda: tf.variance_scaling_initializer(2.0, 'fan_in', 'normal'),
    uniform_unit_scaling=tf.uniform_unit_scaling_initializer,
    he_normal=lambda: tf.initializers.he_normal(),
    lecun_uniform=lambda: tf.initializers.lecun_uniform(),
    contrib_xavier=layers.xavier_initializer,
    contrib_xavier_normal=lambda: layers.xavier_initializer(uniform=False),
    contrib_variance_scaling=layers.variance_scaling_initializer,
    contrib_variance_scaling_uniform=lambda: layers.variance_scaling_initializer(
        1.0, 'FAN_AVG', True),
    keras_he_uniform=lambda: tf.keras.initializers.he_uniform()))


@case
def initializer_conv_shape():
    """Initializers of a convolution's kernel."""
    for index, make in enumerate((tf.glorot_uniform_initializer, layers.xavier_initializer,
                                  layers.xavier_initializer_conv2d,
                                  layers.variance_scaling_initializer)):
        tf.get_variable('w%d' % index, [3, 3, 2, 4], initializer=make())
    tf.get_variable('ortho', [3, 3, 2, 4], initializer=tf.orthogonal_initializer())


# Layers

def layer(**layers_):
    """Graphs that take a layer twice."""
    def builder(make):
        def build():
            for _ in range(2):
                make()
        return build
    return {name: builder(make) for name, make in layers_.items()}


def flag():
    """A placeholder for `training`."""
    return tf.placeholder(tf.bool)


def rate():
    """A placeholder for a rate."""
    return tf.placeholder(tf.float32)


cases('dropout', layer(
    keep_prob=lambda: tf.nn.dropout(features(), 0.5),
    keep_prob_unknown_batch=lambda: tf.nn.dropout(features(None), 0.75),
    keep_prob_one=lambda: tf.nn.dropout(features(), 1.0),
    keep_prob_placeholder=lambda: tf.nn.dropout(features(None), rate()),
    keep_prob_keyword=lambda: tf.nn.dropout(features(), keep_prob=0.9),
    keep_prob_constant=lambda: tf.nn.dropout(features(), tf.constant(0.8)),
    rate=lambda: tf.nn.dropout(features(), rate=0.25),
    rate_zero=lambda: tf.nn.dropout(features(), rate=0.0),
    rate_placeholder=lambda: tf.nn.dropout(features(), rate=rate()),
    noise_shape=lambda: tf.nn.dropout(features(), 0.5, noise_shape=[4, 1]),
    seed=lambda: tf.nn.dropout(features(), 0.5, seed=3),
    image=lambda: tf.nn.dropout(image(), 0.5),
    name=lambda: tf.nn.dropout(features(), 0.5, name='drop'),
    layers=lambda: tf.layers.dropout(features(), 0.5, training=True),
    layers_default=lambda: tf.layers.dropout(features()),
    layers_false=lambda: tf.layers.dropout(features(), 0.5, training=False),
    layers_placeholder=lambda: tf.layers.dropout(features(None), 0.5, training=flag()),
    layers_rate_placeholder=lambda: tf.layers.dropout(features(None), rate(), training=True),
    contrib=lambda: layers.dropout(features(None), 0.7),
    contrib_placeholder=lambda: layers.dropout(features(None), 0.7, is_training=flag()),
    contrib_false=lambda: layers.dropout(features(None), 0.7, is_training=False)))

cases('layers', layer(
    dense=lambda: tf.layers.dense(features(None), 5),
    dense_relu=lambda: tf.layers.dense(features(None), 5, tf.nn.relu),
    dense_without_bias=lambda: tf.layers.dense(features(), 5, use_bias=False),
    dense_3d=lambda: tf.layers.dense(sequence(), 5),
    dense_initializer=lambda: tf.layers.dense(
        features(), 5, kernel_initializer=tf.random_normal_initializer(stddev=0.02)),
    dense_regularizer=lambda: tf.layers.dense(
        features(), 5, kernel_regularizer=layers.l2_regularizer(0.1)),
    conv1d=lambda: tf.layers.conv1d(sequence(), 5, 3),
    conv2d=lambda: tf.layers.conv2d(image(), 5, 3),
    conv2d_same_relu=lambda: tf.layers.conv2d(image(), 5, [3, 3], padding='same',
                                              activation=tf.nn.relu),
    conv2d_strides=lambda: tf.layers.conv2d(image(), 5, 3, strides=(2, 2)),
    conv2d_without_bias=lambda: tf.layers.conv2d(image(), 5, 3, use_bias=False),
    conv2d_dilated=lambda: tf.layers.conv2d(image(), 5, 3, dilation_rate=2),
    conv2d_dilated_same=lambda: tf.layers.conv2d(image(), 5, 3, dilation_rate=2, padding='same'),
    conv2d_transpose=lambda: tf.layers.conv2d_transpose(image(), 5, 3, strides=2),
    conv2d_transpose_same=lambda: tf.layers.conv2d_transpose(image(), 5, 5, 2, padding='same'),
    conv3d=lambda: tf.layers.conv3d(tf.placeholder(tf.float32, [None, 8, 8, 8, 3]), 5, 3),
    separable_conv2d=lambda: tf.layers.separable_conv2d(image(), 5, 3),
    max_pooling2d=lambda: tf.layers.max_pooling2d(image(), 2, 2),
    average_pooling2d=lambda: tf.layers.average_pooling2d(image(), 2, 2),
    max_pooling1d=lambda: tf.layers.max_pooling1d(sequence(None, 4), 2, 2),
    flatten=lambda: tf.layers.flatten(image()),
    flatten_known=lambda: tf.layers.flatten(tf.placeholder(tf.float32, [4, 8, 8, 3])),
    batch_normalization=lambda: tf.layers.batch_normalization(features(None), training=True),
    batch_normalization_false=lambda: tf.layers.batch_normalization(features(None)),
    batch_normalization_placeholder=lambda: tf.layers.batch_normalization(
        features(None), training=flag()),
    batch_normalization_image=lambda: tf.layers.batch_normalization(image(), training=True),
    batch_normalization_image_placeholder=lambda: tf.layers.batch_normalization(
        image(), training=flag())))

cases('contrib_layers', layer(
    fully_connected=lambda: layers.fully_connected(features(None), 5),
    fully_connected_linear=lambda: layers.fully_connected(features(None), 5, activation_fn=None),
    fully_connected_normalized=lambda: layers.fully_connected(
        features(None), 5, normalizer_fn=layers.batch_norm),
    fully_connected_regularized=lambda: layers.fully_connected(
        features(None), 5, weights_regularizer=layers.l2_regularizer(0.1)),
    linear=lambda: layers.linear(features(None), 5),
    relu=lambda: layers.relu(features(None), 5),
    conv2d=lambda: layers.conv2d(image(), 5, 3),
    conv2d_valid=lambda: layers.conv2d(image(), 5, [3, 3], padding='VALID', activation_fn=None),
    conv2d_normalized=lambda: layers.conv2d(image(), 5, 3, normalizer_fn=layers.batch_norm),
    conv2d_transpose=lambda: layers.conv2d_transpose(image(), 5, 3, stride=2),
    max_pool2d=lambda: layers.max_pool2d(image(), 2),
    avg_pool2d=lambda: layers.avg_pool2d(image(), 2),
    flatten=lambda: layers.flatten(image()),
    batch_norm=lambda: layers.batch_norm(features(None)),
    batch_norm_scale=lambda: layers.batch_norm(features(None), scale=True, decay=0.9),
    batch_norm_false=lambda: layers.batch_norm(features(None), is_training=False),
    batch_norm_image=lambda: layers.batch_norm(image(), fused=True),
    batch_norm_image_unfused=lambda: layers.batch_norm(image(), fused=False),
    batch_norm_in_place=lambda: layers.batch_norm(features(None), updates_collections=None),
    batch_norm_placeholder=lambda: layers.batch_norm(features(None), is_training=flag()),
    embed_sequence=lambda: layers.embed_sequence(tf.zeros([2, 3], tf.int32), 10, 4),
    one_hot_encoding=lambda: layers.one_hot_encoding(tf.zeros([2], tf.int64), 10)))


@case
def arg_scope():
    """Contrib's arg_scope."""
    with tf.contrib.framework.arg_scope([layers.conv2d, layers.fully_connected],
                                        weights_initializer=tf.truncated_normal_initializer()):
        net = layers.conv2d(image(), 5, 3, scope='conv')
        layers.fully_connected(layers.flatten(net), 5, scope='full')


cases('function', layer(
    conv2d=lambda: tf.nn.conv2d(image(), tf.Variable(tf.random_normal([3, 3, 3, 5])),
                                [1, 1, 1, 1], 'SAME'),
    conv2d_bias=lambda: tf.nn.bias_add(tf.nn.conv2d(
        image(), tf.zeros([3, 3, 3, 5]), strides=[1, 2, 2, 1], padding='SAME'), tf.zeros([5])),
    conv2d_transpose=lambda: tf.nn.conv2d_transpose(
        image(), tf.zeros([3, 3, 5, 3]), [4, 16, 16, 5], [1, 2, 2, 1]),
    conv1d=lambda: tf.nn.conv1d(sequence(), tf.zeros([2, 8, 5]), 1, 'SAME'),
    depthwise=lambda: tf.nn.depthwise_conv2d(image(), tf.zeros([3, 3, 3, 2]), [1, 1, 1, 1],
                                             'SAME'),
    atrous=lambda: tf.nn.atrous_conv2d(image(), tf.zeros([3, 3, 3, 5]), 2, 'SAME'),
    convolution=lambda: tf.nn.convolution(image(), tf.zeros([3, 3, 3, 5]), 'VALID'),
    max_pool=lambda: tf.nn.max_pool(image(), [1, 2, 2, 1], [1, 2, 2, 1], 'SAME'),
    avg_pool=lambda: tf.nn.avg_pool(image(), [1, 2, 2, 1], [1, 2, 2, 1], 'SAME'),
    lrn=lambda: tf.nn.lrn(image()),
    moments=lambda: tf.nn.moments(features(None), [0]),
    moments_keep=lambda: tf.nn.moments(image(), [0, 1, 2], keep_dims=True),
    batch_normalization=lambda: tf.nn.batch_normalization(
        features(), tf.zeros([8]), tf.ones([8]), tf.zeros([8]), tf.ones([8]), 1e-3),
    fused_batch_norm=lambda: tf.nn.fused_batch_norm(image(), tf.ones([3]), tf.zeros([3])),
    l2_normalize=lambda: tf.nn.l2_normalize(features(), 1),
    l2_loss=lambda: tf.nn.l2_loss(features()),
    embedding=lambda: tf.nn.embedding_lookup(tf.zeros([10, 4]), tf.constant([1, 2])),
    nce_loss=lambda: tf.nn.nce_loss(tf.zeros([50, 8]), tf.zeros([50]), tf.zeros([4, 1], tf.int64),
                                    features(), 5, 50),
    sampled_softmax=lambda: tf.nn.sampled_softmax_loss(
        tf.zeros([50, 8]), tf.zeros([50]), tf.zeros([4, 1], tf.int64), features(), 5, 50),
    softmax_cross_entropy=lambda: tf.nn.softmax_cross_entropy_with_logits(
        logits=tf.zeros([4, 5]), labels=class_labels()),
    softmax_cross_entropy_v2=lambda: tf.nn.softmax_cross_entropy_with_logits_v2(
        logits=tf.zeros([4, 5]), labels=class_labels()),
    sparse_softmax_cross_entropy=lambda: tf.nn.sparse_softmax_cross_entropy_with_logits(
        logits=tf.zeros([4, 5]), labels=tf.zeros([4], tf.int32)),
    sigmoid_cross_entropy=lambda: tf.nn.sigmoid_cross_entropy_with_logits(
        logits=features(), labels=features()),
    weighted_cross_entropy=lambda: tf.nn.weighted_cross_entropy_with_logits(
        features(), features(), 2.0),
    softmax=lambda: tf.nn.softmax(features()),
    softmax_3d=lambda: tf.nn.softmax(sequence()),
    log_softmax=lambda: tf.nn.log_softmax(features()),
    leaky_relu=lambda: tf.nn.leaky_relu(features()),
    elu=lambda: tf.nn.elu(features()),
    top_k=lambda: tf.nn.in_top_k(features(), tf.zeros([4], tf.int32), 1),
    xw_plus_b=lambda: tf.nn.xw_plus_b(features(), tf.zeros([8, 2]), tf.zeros([2])),
    argmax_accuracy=lambda: tf.reduce_mean(tf.cast(tf.equal(
        tf.argmax(features(), 1), tf.argmax(features(), 1)), tf.float32)),
    tensordot=lambda: tf.tensordot(sequence(), tf.zeros([8, 2]), [[2], [0]]),
    einsum=lambda: tf.einsum('ij,jk->ik', features(), tf.zeros([8, 2])),
    matmul_3d=lambda: tf.matmul(sequence(), tf.zeros([2, 8, 5])),
    norm=lambda: tf.norm(features(), axis=1),
    reduce_var=lambda: tf.math.reduce_std(features()),
    reduce_logsumexp=lambda: tf.reduce_logsumexp(features(), 1),
    one_hot=lambda: tf.one_hot(tf.constant([1, 2]), 4),
    sequence_mask=lambda: tf.sequence_mask(tf.constant([1, 2]), 4),
    clip_by_value=lambda: tf.clip_by_value(features(), 0.0, 1.0),
    clip_by_norm=lambda: tf.clip_by_norm(features(), 1.0),
    clip_by_global_norm=lambda: tf.clip_by_global_norm([features(), features()], 1.0),
    global_norm=lambda: tf.global_norm([features(), features()]),
    slicing=lambda: (features()[1:, ::2], features()[:, tf.newaxis], features()[..., -1]),
    operators=lambda: (features() * 2 + 1 - features() / 3.0) ** 2 > 0,
    negation=lambda: -abs(features()) // 2 % 3,
    boolean_mask=lambda: tf.boolean_mask(features(), tf.constant([True, False, True, True])),
    gather=lambda: tf.gather(features(), [0, 1]),
    gather_nd=lambda: tf.gather_nd(features(), [[0, 1]]),
    where=lambda: tf.where(features() > 0, features(), features()),
    tile=lambda: tf.tile(features(), [2, 1]),
    stack=lambda: tf.stack(tf.unstack(features())),
    split=lambda: tf.concat(tf.split(features(), 2, 1), 1),
    transpose=lambda: tf.transpose(sequence(), [1, 0, 2]),
    transpose_default=lambda: tf.transpose(features()),
    reshape=lambda: tf.reshape(image(), [-1, 192]),
    squeeze=lambda: tf.squeeze(tf.expand_dims(features(), 1)),
    reduce=lambda: (tf.reduce_sum(features()), tf.reduce_mean(features(), 0), tf.reduce_max(
        features(), axis=[0, 1]), tf.reduce_sum(features(), reduction_indices=1)),
    zeros_like=lambda: (tf.zeros_like(features()), tf.ones_like(features(None)),
                        tf.fill([2, 3], 1.0), tf.zeros([tf.shape(features())[0], 3])),
    pad=lambda: tf.pad(features(), [[1, 1], [0, 0]]),
    image_resize=lambda: tf.image.resize_images(image(), [4, 4]),
    image_flip=lambda: tf.image.random_flip_left_right(tf.zeros([8, 8, 3])),
    image_brightness=lambda: tf.image.random_brightness(tf.zeros([8, 8, 3]), 0.3),
    image_contrast=lambda: tf.image.random_contrast(tf.zeros([8, 8, 3]), 0.3, 0.7),
    image_standardization=lambda: tf.image.per_image_standardization(tf.zeros([8, 8, 3])),
    image_crop_or_pad=lambda: tf.image.resize_image_with_crop_or_pad(tf.zeros([8, 8, 3]), 4, 10),
    exponential_decay=lambda: tf.train.exponential_decay(
        0.1, tf.train.get_or_create_global_step(), 10, 0.9, staircase=True),
    piecewise_constant=lambda: tf.train.piecewise_constant(
        tf.train.get_or_create_global_step(), [5], [0.1, 0.01]),
    polynomial_decay=lambda: tf.train.polynomial_decay(
        0.1, tf.train.get_or_create_global_step(), 10),
    moving_average=lambda: tf.train.ExponentialMovingAverage(0.9).apply(
        [tf.Variable(tf.zeros([3]))]),
    metrics=lambda: (tf.metrics.accuracy(tf.zeros([3]), tf.ones([3])),
                     tf.metrics.mean(tf.zeros([3]))),
    confusion=lambda: tf.confusion_matrix(tf.constant([0, 1]), tf.constant([1, 1]), 2),
    summary=lambda: (tf.summary.scalar('s', tf.zeros([])), tf.summary.histogram('h', features()),
                     tf.summary.image('i', image()), tf.summary.merge_all()),
    py_func=lambda: tf.py_func(lambda x: x, [features()], tf.float32),
    sparse_tensor=lambda: tf.sparse_tensor_to_dense(tf.SparseTensor([[0, 1]], [1.0], [2, 2])),
    assign=lambda: tf.Variable(tf.zeros([3])).assign(tf.ones([3])),
    group=lambda: tf.group(tf.no_op(), tf.constant(1).op),
    control=lambda: tf.identity(features()),
    map_fn=lambda: tf.map_fn(lambda x: x * 2, features()),
    scan=lambda: tf.scan(lambda a, x: a + x, features()),
    saver=lambda: (tf.Variable(tf.zeros([3])), tf.train.Saver()),
    stop_gradient=lambda: tf.stop_gradient(features()),
    string=lambda: tf.string_join([tf.constant('a'), tf.as_string(tf.constant(1))]),
    placeholder_default=lambda: tf.placeholder_with_default(0.5, []),
    queue=lambda: tf.train.batch([tf.random_normal([3])], 4),
    shuffle_queue=lambda: tf.train.shuffle_batch([tf.random_normal([3])], 4, 100, 10),
    slice_producer=lambda: tf.train.slice_input_producer([np.zeros([9, 3]), np.zeros([9])]),
    string_producer=lambda: tf.train.string_input_producer(['a', 'b']),
    range_producer=lambda: tf.train.range_input_producer(9)))


@case
def datasets():
    """tf.data with one-shot and initializable iterators."""
    data = tf.data.Dataset.from_tensor_slices((np.zeros([9, 3], np.float32), np.arange(9)))
    data = data.shuffle(9).repeat().batch(2)
    data.make_one_shot_iterator().get_next()
    tf.data.make_initializable_iterator(data.map(lambda x, y: (x * 2, y)).prefetch(1)).get_next()
    tf.random_normal([3])


@case
def dataset_random_map():
    """Random operations within a dataset's function."""
    data = tf.data.Dataset.range(5).map(lambda x: tf.random_uniform([2]))
    data.make_one_shot_iterator().get_next()


# Losses

cases('losses', layer(
    mean_squared_error=lambda: tf.losses.mean_squared_error(features(), features()),
    softmax=lambda: tf.losses.softmax_cross_entropy(class_labels(), tf.zeros([4, 5])),
    sparse_softmax=lambda: tf.losses.sparse_softmax_cross_entropy(
        tf.zeros([4], tf.int32), tf.zeros([4, 5])),
    sparse_softmax_unknown=lambda: tf.losses.sparse_softmax_cross_entropy(
        tf.placeholder(tf.int32, [None]), tf.placeholder(tf.float32, [None, 5])),
    sigmoid=lambda: tf.losses.sigmoid_cross_entropy(features(), features()),
    absolute=lambda: tf.losses.absolute_difference(features(), features()),
    hinge=lambda: tf.losses.hinge_loss(features(), features()),
    huber=lambda: tf.losses.huber_loss(features(), features()),
    log=lambda: tf.losses.log_loss(features(), features()),
    cosine=lambda: tf.losses.cosine_distance(features(), features(), axis=1),
    weighted=lambda: tf.losses.mean_squared_error(features(), features(), weights=tf.ones([4, 1])),
    mean_squared_error_unknown=lambda: tf.losses.mean_squared_error(
        features(None), features(None)),
    total=lambda: (tf.losses.mean_squared_error(features(), features()),
                   tf.losses.get_total_loss()),
    regularization=lambda: (
        tf.get_variable('w', [3], regularizer=layers.l1_regularizer(0.1)) if not
        tf.trainable_variables() else None, tf.losses.get_regularization_loss()),
    l2_regularizer=lambda: layers.l2_regularizer(0.1)(features()),
    l1_regularizer=lambda: layers.l1_regularizer(0.1)(features()),
    sequence_loss=lambda: seq2seq.sequence_loss(
        tf.zeros([2, 3, 5]), tf.zeros([2, 3], tf.int32), tf.ones([2, 3])),
    sequence_loss_unknown=lambda: seq2seq.sequence_loss(
        tf.placeholder(tf.float32, [None, 3, 5]), tf.placeholder(tf.int32, [None, 3]),
        tf.ones([2, 3]), average_across_timesteps=False),
    sequence_loss_by_example=lambda: legacy_seq2seq.sequence_loss_by_example(
        [tf.zeros([6, 5])], [tf.zeros([6], tf.int32)], [tf.ones([6])])))


# Optimizers

def minimized(optimizer, loss=None):
    """A graph that minimizes twice."""
    def build():
        for _ in range(2):
            weights = tf.Variable(tf.random_normal([8, 5]))
            biases = tf.Variable(tf.zeros([5]))
            logits = tf.matmul(features(None), weights) + biases
            cost = tf.reduce_mean(loss(logits) if loss else tf.square(logits - class_labels()))
            optimizer().minimize(cost)
    return build


cases('minimize', {
    'sgd': minimized(lambda: tf.train.GradientDescentOptimizer(0.1)),
    'momentum': minimized(lambda: tf.train.MomentumOptimizer(0.1, 0.9)),
    'nesterov': minimized(lambda: tf.train.MomentumOptimizer(0.1, 0.9, use_nesterov=True)),
    'rmsprop': minimized(lambda: tf.train.RMSPropOptimizer(0.1)),
    'rmsprop_centered': minimized(lambda: tf.train.RMSPropOptimizer(0.1, centered=True)),
    'adam': minimized(lambda: tf.train.AdamOptimizer()),
    'adagrad': minimized(lambda: tf.train.AdagradOptimizer(0.1)),
    'adadelta': minimized(lambda: tf.train.AdadeltaOptimizer(0.1)),
    'ftrl': minimized(lambda: tf.train.FtrlOptimizer(0.1)),
    'proximal': minimized(lambda: tf.train.ProximalGradientDescentOptimizer(0.1))})


@case
def minimize_with_global_step():
    """A global step and a decaying rate."""
    weights = tf.get_variable('w', [8, 5])
    step = tf.Variable(0, trainable=False)
    learning_rate = tf.train.exponential_decay(0.1, step, 10, 0.9)
    loss = tf.reduce_sum(tf.matmul(features(), weights))
    tf.train.AdamOptimizer(learning_rate).minimize(loss, global_step=step)


@case
def minimize_clipped():
    """Gradients computed, clipped, applied."""
    weights = tf.get_variable('w', [8, 5])
    loss = tf.reduce_sum(tf.square(tf.matmul(features(), weights)))
    optimizer = tf.train.AdamOptimizer()
    pairs = optimizer.compute_gradients(loss)
    optimizer.apply_gradients([(tf.clip_by_value(g, -1.0, 1.0), v) for g, v in pairs])
    gradients, _ = tf.clip_by_global_norm(tf.gradients(loss, [weights]), 5.0)
    optimizer.apply_gradients(zip(gradients, [weights]))


@case
def minimize_embedding():
    """Sparse gradients."""
    table = tf.Variable(tf.random_uniform([50, 8], -1.0, 1.0))
    rows = tf.nn.embedding_lookup(table, tf.placeholder(tf.int32, [4]))
    weights = tf.Variable(tf.truncated_normal([50, 8]))
    loss = tf.reduce_mean(tf.nn.nce_loss(weights, tf.Variable(tf.zeros([50])),
                                         tf.placeholder(tf.int32, [4, 1]), rows, 5, 50))
    for make in (tf.train.GradientDescentOptimizer, tf.train.AdamOptimizer,
                 tf.train.RMSPropOptimizer, tf.train.AdagradOptimizer):
        make(0.1).minimize(loss)


def differentiated(**functions):
    """Graphs with the gradient of a function of two matrices, of a known and an unknown batch."""
    def builder(function):
        def build():
            for batch in (4, None):
                x, y = features(batch), features(batch)
                tf.gradients(function(x, y), [x, y])
                tf.random_normal([1])
        return build
    return {name: builder(function) for name, function in functions.items()}


cases('gradient', differentiated(
    add=lambda x, y: x + y,
    add_vector=lambda x, y: x + tf.reduce_sum(y, 0),
    add_column=lambda x, y: x + tf.reduce_sum(y, 1, keepdims=True),
    add_constant=lambda x, y: x + 1.0,
    add_n=lambda x, y: tf.add_n([x, y, x]),
    sub=lambda x, y: x - y,
    sub_constant=lambda x, y: 1.0 - x,
    sub_scalar=lambda x, y: x - tf.reduce_sum(y),
    mul=lambda x, y: x * y,
    mul_constant=lambda x, y: 2.0 * x,
    mul_vector=lambda x, y: x * tf.reduce_sum(y, 0),
    mul_self=lambda x, y: x * x,
    div=lambda x, y: x / y,
    div_constant=lambda x, y: x / 2.0,
    div_vector=lambda x, y: x / tf.reduce_sum(y, 0),
    pow=lambda x, y: tf.pow(x, y),
    pow_constant=lambda x, y: x ** 2,
    pow_constant_float=lambda x, y: x ** 3.0,
    square=lambda x, y: tf.square(x - y),
    squared_difference=lambda x, y: tf.squared_difference(x, y),
    squared_difference_vector=lambda x, y: tf.squared_difference(x, tf.reduce_sum(y, 0)),
    maximum=lambda x, y: tf.maximum(x, y),
    maximum_constant=lambda x, y: tf.maximum(x, 0.5),
    minimum=lambda x, y: tf.minimum(x, y),
    where=lambda x, y: tf.where(x > 0, x, y),
    matmul=lambda x, y: tf.matmul(x, y, transpose_b=True),
    matmul_a=lambda x, y: tf.matmul(x, y, transpose_a=True),
    batch_matmul=lambda x, y: tf.matmul(tf.expand_dims(x, 0), tf.expand_dims(y, 0),
                                        transpose_b=True),
    bias_add=lambda x, y: tf.nn.bias_add(x, tf.reduce_sum(y, 0)),
    sigmoid=lambda x, y: tf.sigmoid(x) + tf.tanh(y),
    relu=lambda x, y: tf.nn.relu(x),
    leaky_relu=lambda x, y: tf.nn.leaky_relu(x),
    elu=lambda x, y: tf.nn.elu(x),
    selu=lambda x, y: tf.nn.selu(x),
    softplus=lambda x, y: tf.nn.softplus(x),
    exp=lambda x, y: tf.exp(x) + tf.log(y),
    sqrt=lambda x, y: tf.sqrt(x) + tf.rsqrt(y),
    abs=lambda x, y: tf.abs(x) + tf.sign(y),
    neg=lambda x, y: -x,
    sin=lambda x, y: tf.sin(x) + tf.cos(y),
    reciprocal=lambda x, y: tf.reciprocal(x),
    log1p=lambda x, y: tf.log1p(x) + tf.expm1(y),
    reduce_sum=lambda x, y: tf.reduce_sum(x) + tf.reduce_sum(y),
    reduce_sum_rows=lambda x, y: tf.reduce_sum(x, 1) + tf.reduce_sum(y, [1]),
    reduce_sum_keep=lambda x, y: tf.reduce_sum(x, 1, keepdims=True),
    reduce_mean=lambda x, y: tf.reduce_mean(x),
    reduce_mean_columns=lambda x, y: tf.reduce_mean(x, 0) + tf.reduce_mean(y, axis=0),
    reduce_max=lambda x, y: tf.reduce_max(x, 1),
    reduce_min=lambda x, y: tf.reduce_min(x, 0),
    reduce_prod=lambda x, y: tf.reduce_prod(x, 1),
    logsumexp=lambda x, y: tf.reduce_logsumexp(x, 1),
    softmax=lambda x, y: tf.nn.softmax(x),
    log_softmax=lambda x, y: tf.nn.log_softmax(x),
    softmax_cross_entropy=lambda x, y: tf.nn.softmax_cross_entropy_with_logits(
        logits=x, labels=y),
    softmax_cross_entropy_v2=lambda x, y: tf.nn.softmax_cross_entropy_with_logits_v2(
        logits=x, labels=y),
    sparse_softmax=lambda x, y: tf.nn.sparse_softmax_cross_entropy_with_logits(
        logits=x, labels=tf.argmax(y, 1)),
    sigmoid_cross_entropy=lambda x, y: tf.nn.sigmoid_cross_entropy_with_logits(
        logits=x, labels=y),
    l2_loss=lambda x, y: tf.nn.l2_loss(x),
    l2_normalize=lambda x, y: tf.nn.l2_normalize(x, 1),
    clip_by_value=lambda x, y: tf.clip_by_value(x, 0.0, 1.0),
    clip_by_norm=lambda x, y: tf.clip_by_norm(x, 1.0),
    reshape=lambda x, y: tf.reshape(x, [-1, 2, 4]),
    transpose=lambda x, y: tf.transpose(x),
    concat=lambda x, y: tf.concat([x, y], 1),
    concat_rows=lambda x, y: tf.concat([x, y], 0),
    stack=lambda x, y: tf.stack([x, y]),
    unstack=lambda x, y: tf.unstack(x, axis=1)[0],
    split=lambda x, y: tf.split(x, 2, 1)[0],
    slice=lambda x, y: tf.slice(x, [0, 1], [2, 3]),
    strided_slice=lambda x, y: x[:, 1] * y[:, 2],
    gather=lambda x, y: tf.gather(x, [0, 1]),
    tile=lambda x, y: tf.tile(x, [2, 1]),
    pad=lambda x, y: tf.pad(x, [[1, 1], [0, 0]]),
    expand_dims=lambda x, y: tf.squeeze(tf.expand_dims(x, 1), 1),
    cast=lambda x, y: tf.cast(tf.cast(x, tf.float64), tf.float32),
    dropout=lambda x, y: tf.nn.dropout(x, 0.5),
    cumsum=lambda x, y: tf.cumsum(x),
    top_k=lambda x, y: tf.nn.top_k(x, 2)[0],
    moments=lambda x, y: tf.nn.moments(x, [0])[1],
    tensordot=lambda x, y: tf.tensordot(x, y, [[1], [1]]),
    einsum=lambda x, y: tf.einsum('ij,kj->ik', x, y),
    diag_part=lambda x, y: tf.matrix_diag(x),
    fill=lambda x, y: x * tf.ones_like(y),
    stop=lambda x, y: x * tf.stop_gradient(y),
    layer_norm=lambda x, y: (x - tf.reduce_mean(x, 1, keepdims=True)) / tf.sqrt(y),
    second_order=lambda x, y: tf.gradients(tf.square(x) * y, x)[0],
    given=lambda x, y: tf.gradients(tf.square(x), x, grad_ys=y)[0]))


def image_gradient(**functions):
    """Graphs with the gradient of a function of an image."""
    def builder(function):
        def build():
            x = image()
            tf.gradients(function(x), [x] + tf.trainable_variables())
        return build
    return {name: builder(function) for name, function in functions.items()}


cases('image_gradient', image_gradient(
    conv2d=lambda x: tf.nn.conv2d(x, tf.Variable(tf.zeros([3, 3, 3, 5])), [1, 1, 1, 1], 'SAME'),
    conv2d_strides=lambda x: tf.nn.conv2d(x, tf.Variable(tf.zeros([3, 3, 3, 5])), [1, 2, 2, 1],
                                          'VALID'),
    layers_conv2d=lambda x: tf.layers.conv2d(x, 5, 3, activation=tf.nn.relu),
    layers_conv2d_transpose=lambda x: tf.layers.conv2d_transpose(x, 5, 3),
    conv2d_transpose=lambda x: tf.nn.conv2d_transpose(
        x, tf.Variable(tf.zeros([3, 3, 5, 3])), tf.stack([tf.shape(x)[0], 16, 16, 5]),
        [1, 2, 2, 1]),
    max_pool=lambda x: tf.nn.max_pool(x, [1, 2, 2, 1], [1, 2, 2, 1], 'SAME'),
    avg_pool=lambda x: tf.layers.average_pooling2d(x, 2, 2),
    flatten=lambda x: tf.layers.flatten(x),
    contrib_flatten=lambda x: layers.flatten(x),
    batch_norm=lambda x: tf.layers.batch_normalization(x, training=True),
    batch_norm_placeholder=lambda x: tf.layers.batch_normalization(x, training=flag()),
    batch_norm_dense=lambda x: tf.layers.batch_normalization(tf.layers.flatten(x), training=True),
    contrib_batch_norm=lambda x: layers.batch_norm(layers.flatten(x)),
    depthwise=lambda x: tf.nn.depthwise_conv2d(x, tf.Variable(tf.zeros([3, 3, 3, 2])),
                                               [1, 1, 1, 1], 'SAME'),
    lrn=lambda x: tf.nn.lrn(x),
    resize=lambda x: tf.image.resize_images(x, [4, 4]),
    nearest=lambda x: tf.image.resize_nearest_neighbor(x, [4, 4])))


# Control flow

@case
def control_flow():
    """cond, case, while_loop, with random operations before, within and after."""
    x = features()
    tf.cond(flag(), lambda: tf.random_normal([3]), lambda: tf.random_uniform([3]))
    tf.cond(tf.reduce_sum(x) > 0, lambda: x * 2, lambda: x)
    tf.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, a + tf.random_normal([3])),
                  [tf.constant(0), tf.zeros([3])])
    tf.random_normal([3])
    tf.case([(tf.reduce_sum(x) > 0, lambda: tf.random_normal([3]))],
            default=lambda: tf.zeros([3]))


@case
def control_flow_gradients():
    """Gradients through cond and while_loop."""
    x = features()
    y = tf.cond(flag(), lambda: x * 2, lambda: tf.square(x))
    tf.gradients(y, x)
    tf.random_normal([3])
    _, z = tf.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, tf.tanh(a) * x),
                         [tf.constant(0), x])
    tf.gradients(z, x)


# Cells

CELLS = {
    'basic_rnn': lambda: rnn.BasicRNNCell(6),
    'basic_lstm': lambda: rnn.BasicLSTMCell(6, forget_bias=1.0),
    'basic_lstm_tensor_state': lambda: rnn.BasicLSTMCell(6, state_is_tuple=False),
    'gru': lambda: rnn.GRUCell(6),
    'lstm': lambda: rnn.LSTMCell(6),
    'lstm_peepholes': lambda: rnn.LSTMCell(6, use_peepholes=True),
    'lstm_projection': lambda: rnn.LSTMCell(6, num_proj=4),
    'lstm_projection_clipped': lambda: rnn.LSTMCell(6, num_proj=4, proj_clip=0.5, cell_clip=0.7),
    'lstm_clipped': lambda: rnn.LSTMCell(6, cell_clip=0.7),
    'lstm_everything': lambda: rnn.LSTMCell(6, use_peepholes=True, num_proj=4, cell_clip=0.7,
                                            proj_clip=0.5, num_unit_shards=2),
    'lstm_proj_shards': lambda: rnn.LSTMCell(6, num_proj=4, num_proj_shards=2),
    'lstm_initializer': lambda: rnn.LSTMCell(6, initializer=tf.random_uniform_initializer(-1, 1)),
    'lstm_tensor_state': lambda: rnn.LSTMCell(6, state_is_tuple=False),
    'layer_norm_lstm': lambda: rnn.LayerNormBasicLSTMCell(6),
    'layer_norm_lstm_dropout': lambda: rnn.LayerNormBasicLSTMCell(6, dropout_keep_prob=0.8),
    'layer_norm_lstm_without': lambda: rnn.LayerNormBasicLSTMCell(6, layer_norm=False),
    'lstm_block': lambda: rnn.LSTMBlockCell(6),
    'lstm_block_peephole': lambda: rnn.LSTMBlockCell(6, use_peephole=True),
    'multi': lambda: rnn.MultiRNNCell([rnn.BasicLSTMCell(6), rnn.GRUCell(5)]),
    'multi_tensor_state': lambda: rnn.MultiRNNCell(
        [rnn.BasicLSTMCell(6, state_is_tuple=False) for _ in range(2)], state_is_tuple=False),
    'dropout': lambda: rnn.DropoutWrapper(rnn.BasicLSTMCell(6), output_keep_prob=0.5),
    'dropout_input': lambda: rnn.DropoutWrapper(rnn.GRUCell(6), input_keep_prob=0.5),
    'dropout_all': lambda: rnn.DropoutWrapper(rnn.BasicLSTMCell(6), 0.9, 0.8, 0.7),
    'dropout_placeholder': lambda: rnn.DropoutWrapper(
        rnn.BasicLSTMCell(6), output_keep_prob=rate()),
    'dropout_seed': lambda: rnn.DropoutWrapper(rnn.BasicRNNCell(6), 0.5, 0.5, seed=3),
    'dropout_variational': lambda: rnn.DropoutWrapper(
        rnn.BasicLSTMCell(6), 0.9, 0.8, 0.7, variational_recurrent=True, input_size=8,
        dtype=tf.float32),
    'multi_dropout': lambda: rnn.MultiRNNCell(
        [rnn.DropoutWrapper(rnn.LSTMCell(6), output_keep_prob=0.5) for _ in range(2)]),
    'residual': lambda: rnn.ResidualWrapper(rnn.BasicLSTMCell(8)),
    'device': lambda: rnn.DeviceWrapper(rnn.GRUCell(6), '/cpu:0'),
    'named': lambda: rnn.BasicLSTMCell(6, name='cell'),
    'relu': lambda: rnn.BasicRNNCell(6, activation=tf.nn.relu),
}


def static(make):
    """A cell in static_rnn."""
    def build():
        outputs, _ = rnn.static_rnn(make(), steps(), dtype=tf.float32)
        tf.random_normal([3])
        tf.gradients(outputs[-1], tf.trainable_variables())
    return build


def static_with_lengths(make):
    """A cell in static_rnn with sequence_length."""
    def build():
        rnn.static_rnn(make(), steps(), dtype=tf.float32,
                       sequence_length=tf.placeholder(tf.int32, [None]))
    return build


def dynamic(make):
    """A cell in dynamic_rnn."""
    def build():
        outputs, _ = tf.nn.dynamic_rnn(make(), sequence(), dtype=tf.float32)
        tf.random_normal([3])
        tf.gradients(outputs, tf.trainable_variables())
    return build


def dynamic_with_lengths(make):
    """A cell in dynamic_rnn with sequence_length, from its zero state."""
    def build():
        cell = make()
        tf.nn.dynamic_rnn(cell, sequence(4), initial_state=cell.zero_state(4, tf.float32),
                          sequence_length=tf.placeholder(tf.int32, [4]))
    return build


def bidirectional(make):
    """Two cells in both directions, unrolled."""
    def build():
        rnn.static_bidirectional_rnn(make(), make(), steps(), dtype=tf.float32)
    return build


def bidirectional_dynamic(make):
    """Two cells in both directions, as loops."""
    def build():
        tf.nn.bidirectional_dynamic_rnn(make(), make(), sequence(), dtype=tf.float32,
                                        sequence_length=tf.placeholder(tf.int32, [None]))
    return build


for wrap in (static, dynamic):
    cases(wrap.__name__, {name: wrap(make) for name, make in CELLS.items()})
for wrap in (static_with_lengths, dynamic_with_lengths, bidirectional, bidirectional_dynamic):
    cases(wrap.__name__, {name: wrap(CELLS[name]) for name in (
        'basic_rnn', 'basic_lstm', 'gru', 'lstm', 'multi', 'dropout', 'lstm_block',
        'layer_norm_lstm', 'lstm_everything')})


@case
def cell_by_hand():
    """A cell called step by step, with its variables reused."""
    cell = tf.nn.rnn_cell.BasicLSTMCell(6)
    state = cell.zero_state(4, tf.float32)
    with tf.variable_scope('rnn'):
        for step, x in enumerate(steps(4)):
            if step > 0:
                tf.get_variable_scope().reuse_variables()
            _, state = cell(x, state)


@case
def raw_rnn():
    """A cell in raw_rnn."""
    cell = tf.nn.rnn_cell.LSTMCell(6)
    inputs = tf.TensorArray(tf.float32, 3).unstack(tf.zeros([3, 4, 8]))

    def loop(time, output, state, _):
        finished = time >= tf.constant([3, 2, 1, 3])
        return (finished, tf.cond(tf.reduce_all(finished), lambda: tf.zeros([4, 8]),
                                  lambda: inputs.read(time)),
                cell.zero_state(4, tf.float32) if output is None else state, output, None)
    tf.nn.raw_rnn(cell, loop)


class SavedStates(object):
    """What static_state_saving_rnn keeps its states in."""

    def state(self, name):
        """The state of that name."""
        return tf.zeros([4, 6])

    def save_state(self, name, value):
        """An operation that would save."""
        return tf.identity(value)


@case
def state_saving():
    """static_state_saving_rnn."""
    rnn.static_state_saving_rnn(rnn.BasicLSTMCell(6), steps(4), SavedStates(), ('c', 'h'))


# Whole networks of the time

@case
def two_dense_networks():
    """A second network after the first is minimized."""
    for name in 'ab':
        with tf.variable_scope(name):
            hidden = tf.layers.dense(features(None), 6, tf.nn.relu)
            loss = tf.losses.mean_squared_error(class_labels(), tf.layers.dense(hidden, 5))
            tf.train.AdamOptimizer().minimize(loss)


@case
def convolution_stack():
    """Convolutions, pooling, dropout, dense layers."""
    net = tf.layers.conv2d(image(), 4, 3, activation=tf.nn.relu)
    net = tf.layers.max_pooling2d(net, 2, 2)
    net = tf.layers.conv2d(net, 4, 2, activation=tf.nn.relu)
    net = tf.contrib.layers.flatten(net)
    net = tf.layers.dropout(tf.layers.dense(net, 6), 0.25, training=True)
    logits = tf.layers.dense(net, 5)
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(
        logits=logits, labels=tf.placeholder(tf.int32, [None])))
    tf.train.AdamOptimizer().minimize(loss)


@case
def encoder_decoder():
    """Two recurrent networks and a loss for sequences."""
    with tf.variable_scope('encode'):
        _, state = tf.nn.dynamic_rnn(
            rnn.DropoutWrapper(rnn.BasicRNNCell(6), output_keep_prob=0.5), sequence(),
            dtype=tf.float32)
    with tf.variable_scope('decode'):
        outputs, _ = tf.nn.dynamic_rnn(
            rnn.DropoutWrapper(rnn.BasicRNNCell(6), output_keep_prob=0.5), sequence(),
            initial_state=state, dtype=tf.float32)
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(
        logits=tf.layers.dense(outputs, 5), labels=tf.placeholder(tf.int64, [None, None])))
    tf.train.AdamOptimizer(0.01).minimize(loss)


def record(build, with_nodes):
    """What `build` makes: the number of operations, and the random ones with their seeds."""
    with tf.Graph().as_default() as graph:
        tf.set_random_seed(7)
        try:
            build()
            tf.random_uniform([1], name='probe')
        except Exception as error:
            if not with_nodes:
                raise
            return {'error': '%s: %s' % (type(error).__name__, str(error)[:300])}
        operations = graph.get_operations()
    answer = {'seeds': [[op.name, op.type, op.get_attr('seed'), op.get_attr('seed2')]
                        for op in operations if op.type in RANDOM]}
    if with_nodes:
        answer['nodes'] = [[op.name, op.type] for op in operations]
    return answer


def main():
    """The command."""
    tf.logging.set_verbosity(tf.logging.ERROR)
    with_nodes = '--nodes' in sys.argv
    wanted = tuple(name for name in sys.argv[1:] if name != '--nodes') or ('',)
    chosen = [build for build in CASES if build.__name__.startswith(wanted)]
    print('{')
    for index, build in enumerate(chosen):
        print('%s: %s%s' % (json.dumps(build.__name__), json.dumps(record(build, with_nodes)),
                            ',' if index < len(chosen) - 1 else ''))
    print('}')


if __name__ == '__main__':
    main()
