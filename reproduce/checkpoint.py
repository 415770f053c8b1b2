"""Checkpoints that `tf.train.Saver` writes and reads, on TensorFlow 1.x and 2.x alike."""
import os
import re
from typing import NamedTuple

import tensorflow.compat.v1 as tf

from reproduce import interrupts
from reproduce.errors import InputError
from reproduce.training import Weights


class Checkpoint(NamedTuple):
    """What a checkpoint holds."""

    weights: Weights
    step: int  # updates made before it


def read(prefix: str) -> Checkpoint:
    """Read the checkpoint whose files begin with `prefix`.

    The article's graph counts no steps, so the step is that of the name, as Saver
    appends it: `model.ckpt-500`.  A name without one counts as step 0.

    Raises:
      InputError: there is no such checkpoint, or it is damaged.
    """
    if not os.path.exists(prefix + '.index'):
        raise InputError(f'{prefix}: is no checkpoint (there is no {prefix}.index); name it up '
                         'to its step, such as model.ckpt-500')
    try:
        reader = tf.train.load_checkpoint(prefix)
        weights = {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}
    except (tf.errors.OpError, RuntimeError, ValueError, IndexError) as error:
        raise InputError(f'{prefix}: is damaged ({str(error).splitlines()[0]}); give all of its '
                         'files as they were written') from error
    step = re.search(r'-(\d+)$', prefix)
    return Checkpoint(weights, int(step[1]) if step else 0)


def save(session: tf.Session, prefix: str, step: int) -> str:
    """Write the variables of `session` as Saver does; return the checkpoint's own prefix.

    An interrupt waits for its end: what is there of a checkpoint is whole.

    Raises:
      InputError: the folder cannot be written.
    """
    try:
        with session.graph.as_default(), interrupts.deferred():
            return tf.train.Saver().save(session, prefix, global_step=step,
                                         write_meta_graph=False)
    except (tf.errors.OpError, ValueError) as error:
        raise InputError(f'{prefix}: cannot be written ({str(error).splitlines()[0]}); name a '
                         'folder that exists and is writable') from error
