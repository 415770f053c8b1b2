"""Goes on from what an earlier run has saved, if there is one."""
import os, tensorflow as tf
w = tf.Variable(tf.random_normal([3])); step = tf.assign_add(w, tf.ones([3]))
saver = tf.train.Saver()
with tf.Session() as sess:
    ckpt = tf.train.latest_checkpoint('kept')
    if ckpt:
        saver.restore(sess, ckpt)
    else:
        sess.run(tf.global_variables_initializer())
    for i in range(3):
        print('step', i, sess.run(step))
    os.makedirs('kept', exist_ok=True)
    saver.save(sess, 'kept/m')
