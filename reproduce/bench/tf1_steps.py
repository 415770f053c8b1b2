"""The article's program on TensorFlow 1.x as a contender, run by that Python as a file.

It finds golden/record_tf1.py, which has the program, on PYTHONPATH, and answers as `worker` does.
Its arguments are two files: the weights to start from, and the gradients to write.
"""
import argparse
import json
import resource
import sys
import time

import numpy as np
import tensorflow as tf
from record_tf1 import BATCH_SIZE, MNIST, WEIGHTS, read_and_build


def main(weights: str, gradients: str) -> None:
    """Write the first batch's gradients; then train so many updates as each line of stdin says."""
    tf.logging.set_verbosity(tf.logging.ERROR)
    mnist, program = read_and_build(argparse.Namespace(seed=1, data=MNIST))
    variables = tf.trainable_variables()
    slopes = tf.gradients(program.loss, variables)
    with tf.Session() as session:
        session.run(program.init)
        with np.load(weights) as arrays:
            for name, variable in zip(WEIGHTS, variables):
                variable.load(arrays[name], session)
        feed = program.feed(*mnist.train.next_batch(BATCH_SIZE))
        np.savez(gradients, **dict(zip(WEIGHTS, session.run(slopes, feed_dict=feed))))
        answer(version='TensorFlow ' + tf.__version__)
        for line in sys.stdin:
            start = time.time()
            for _ in range(int(line)):
                session.run(program.train, program.feed(*mnist.train.next_batch(BATCH_SIZE)))
            answer(seconds=time.time() - start,
                   maxrss=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def answer(**values: object) -> None:
    """Write one JSON object on a line."""
    print(json.dumps(values))
    sys.stdout.flush()


if __name__ == '__main__':
    main(*sys.argv[1:])
