"""A variable that is read behind its update alone: whoever reads it updates it."""
import tensorflow as tf
c = tf.get_variable('count', initializer=0.0, use_resource=True)
n = c.assign_add(1.0)
with tf.control_dependencies([n]):
    reads = [c.read_value() for _ in range(20)]
now = reads[0]
with tf.Session() as s:
    s.run(tf.global_variables_initializer())
    print('counted', s.run(now))
