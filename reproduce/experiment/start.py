"""Where a run starts: fresh, from a recording, or from a checkpoint; and recording a start."""
import os
from typing import TYPE_CHECKING, Callable, Dict, Iterator, NamedTuple, Optional

import numpy as np

from reproduce.experiment import replay
from reproduce.experiment.article import Article
from reproduce.experiment.variables import variable_shapes
from reproduce.mnist import DataSet
from reproduce.mnist.dataset import Batch
from reproduce.shared.errors import InputError

if TYPE_CHECKING:
    from reproduce.experiment.network import Network

# TensorFlow looks a checkpoint up by a pattern, in which these mean something else.
_PATTERN_CHARACTERS = '[]*?' + ('\\' if os.sep == '/' else '')


class Start(NamedTuple):
    """Where a run starts; what is None, the run draws itself."""

    source: str = 'fresh'  # what errors call it
    weights: Optional[Dict[str, np.ndarray]] = None  # initial values, by the variable's name
    recording: Optional[replay.Recording] = None  # with the batches' rows
    step: int = 0  # updates made before it
    generator: Optional[tuple] = None  # the state of the batches' generator before step 1

    @property
    def resumed(self) -> bool:
        """Whether another session began the run, and this one goes on with it."""
        return self.generator is not None


FRESH = Start()


def from_recording(path: str, article: Article) -> Start:
    """The start that `--record` stored at `path`.

    Raises:
      InputError: the file cannot be read, or is of another experiment than `article`.
    """
    recording = replay.load(path)
    replay.check_fits(recording, path, article.training_steps, article.batch_size)
    return Start(path, fitting(recording.weights, article, path), recording)


def from_checkpoint(prefix: str, article: Article) -> Start:
    """The start from what `tf.train.Saver` wrote; it takes TensorFlow's import.

    Raises:
      InputError: the checkpoint cannot be read, is of another experiment than `article`, or
        of a step that leaves nothing to do.
    """
    check_prefix(prefix, 'rename the folder')
    from reproduce.experiment import checkpoint
    weights, step = checkpoint.read(prefix)
    if 0 < article.training_steps <= step:
        raise InputError(f'--training-steps {article.training_steps}: {prefix} has made {step} '
                         'steps already; give more, or 0 to evaluate it')
    return Start(prefix, fitting(weights, article, prefix), step=step)


def check_prefix(prefix: str, fix: str) -> None:
    """Check that TensorFlow can find a checkpoint whose files begin with `prefix`.

    Raises:
      InputError: it could not; the message ends with `fix`.
    """
    found = [character for character in _PATTERN_CHARACTERS if character in prefix]
    if found:
        raise InputError(f'{prefix}: TensorFlow cannot read a checkpoint whose path has a '
                         f'{found[0]!r}; {fix}')


def fitting(weights: Dict[str, np.ndarray], article: Article,
            source: str) -> Dict[str, np.ndarray]:
    """Those of `weights` that the graph of `article` has; others are ignored, as Saver does.

    Raises:
      InputError: one is missing, of another shape or type, or not finite.  The message begins
        with `source`.
    """
    wrong = []
    for name, shape in variable_shapes(article).items():
        value = weights.get(name)
        if value is None:
            wrong.append(f'has no {name}')
        elif value.shape != shape:
            wrong.append(f'holds {name} with the shape {list(value.shape)} in place of '
                         f'{list(shape)}')
        elif value.dtype != np.float32:
            wrong.append(f'holds {name} as {value.dtype} in place of float32')
        elif not np.isfinite(value).all():
            wrong.append(f'holds {name} with values that are not finite')
    if wrong:
        raise InputError(f'{source}: {", ".join(wrong)}; give what a run with the same flags '
                         'saved')
    return {name: weights[name] for name in variable_shapes(article)}


def replayed_batches(recording: replay.Recording, data: DataSet) -> Callable[[int], Batch]:
    """A `next_batch` that hands out the recording's batches in order."""
    rows: Iterator[np.ndarray] = iter(recording.rows)
    return lambda batch_size: data.examples(next(rows))


def record(network: 'Network', data: DataSet, path: str) -> Callable[[int], Batch]:
    """Draw all batches of a run, and store them at `path` with the initial weights.

    Returns:
      a `next_batch` that hands out the batches that were drawn.

    Raises:
      InputError: `path` does not end in .npz, or cannot be written.
    """
    article = network.article
    rows = np.empty([article.training_steps, article.batch_size], np.int32)
    for step_rows in rows:
        step_rows[:] = data.next_rows(article.batch_size)
    recording = replay.Recording(network.weights(), rows)
    replay.save(recording, path)
    return replayed_batches(recording, data)
