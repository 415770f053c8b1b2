"""Checkpoints that `tf.train.Saver` writes and reads, on TensorFlow 1.x and 2.x alike."""
import os
import re
from typing import NamedTuple, Optional

import tensorflow.compat.v1 as tf

from reproduce.experiment.network import Network, Weights
from reproduce.shared import interrupts
from reproduce.shared.errors import InputError, RunError
from reproduce.shared.files import check_writable

_NAMES_BEFORE_1_2 = {'rnn/basic_lstm_cell/weights': 'rnn/basic_lstm_cell/kernel',
                     'rnn/basic_lstm_cell/biases': 'rnn/basic_lstm_cell/bias'}


class Checkpoint(NamedTuple):
    """What a checkpoint holds."""

    weights: Weights
    step: int  # updates made before it


def read(prefix: str) -> Checkpoint:
    """Read the checkpoint whose files begin with `prefix`.

    The article's graph counts no steps, so the step is that of the name, as Saver
    appends it: `model.ckpt-500`.  A name without one counts as step 0.  The names that
    TensorFlow 1.1 and before gave the cell's variables are put into today's.

    Raises:
      InputError: there is no such checkpoint, or it is damaged.
    """
    if not os.path.exists(prefix + '.index'):
        raise InputError(f'{prefix}: is no checkpoint (there is no {prefix}.index); name it up '
                         'to its step, such as model.ckpt-500')
    try:
        reader = tf.train.load_checkpoint(prefix)
        weights = {_NAMES_BEFORE_1_2.get(name, name): reader.get_tensor(name)
                   for name, dtype in reader.get_variable_to_dtype_map().items()
                   if dtype != tf.string}  # TensorFlow 2 puts its objects' graph into one
    except (tf.errors.OpError, RuntimeError, ValueError, IndexError, OSError) as error:
        raise InputError(f'{prefix}: is damaged ({str(error).splitlines()[0]}); give all of its '
                         'files as they were written') from error
    step = re.search(r'-(\d{1,18})$', prefix)
    return Checkpoint(weights, int(step[1]) if step else 0)


def save(network: Network, prefix: str, step: int, saver: Optional[tf.train.Saver] = None) -> str:
    """Write the variables of `network` as Saver does; return the checkpoint's own prefix.

    An interrupt waits for its end: what is there of a checkpoint is whole.

    Args:
      network: whose session holds the variables.
      prefix: the files' beginning, without the step.
      step: updates made before.
      saver: keeps track of a run's checkpoints; None makes one for this checkpoint alone.

    Raises:
      RunError: it cannot be written.
    """
    try:
        with network.session.graph.as_default(), interrupts.deferred():
            saver = saver or tf.train.Saver()
            return saver.save(network.session, prefix, global_step=step, write_meta_graph=False)
    except (tf.errors.OpError, ValueError, OSError) as error:
        raise RunError(f'{prefix}-{step}: cannot be written ({_cause(error, prefix)})') from error


def rescue(network: Network, step: int) -> str:
    """Write the variables into a new temporary folder, where `save` could not write them.

    Returns:
      the checkpoint's prefix.

    Raises:
      RunError: nor can they be written there.
    """
    import tempfile
    try:
        folder = tempfile.mkdtemp(prefix='reproduce-')
    except OSError as error:
        raise RunError(f'no temporary folder can be made ({error.strerror})') from error
    return save(network, os.path.join(folder, 'model.ckpt'), step)


def _cause(error: Exception, prefix: str) -> str:
    """Why the checkpoint could not be written, in the system's own words."""
    try:
        check_writable(os.path.dirname(prefix) or os.curdir, '', 2**20)
    except InputError as found:
        cause = found.__cause__
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
