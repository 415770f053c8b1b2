"""What a run drew at random, stored: its initial weights, and its batches.

A run that replays it draws nothing, on any version and by any engine.
"""
from typing import Dict, NamedTuple

import numpy as np

from reproduce.shared.arrays import MOST_BYTES, read_arrays
from reproduce.shared.errors import InputError
from reproduce.shared.files import replacing

_ROWS = 'rows'  # its name in the file; the other arrays go by their variables' names


class Recording(NamedTuple):
    """What a run drew."""

    weights: Dict[str, np.ndarray]  # initial values, float32, by the variable's name
    rows: np.ndarray  # int32 [steps, batch_size]: each batch's rows of the training images


def save(recording: Recording, path: str) -> None:
    """Write `recording` to `path`, a NumPy .npz file.

    Raises:
      InputError: `path` does not end in .npz, or cannot be written, or what is to be
        stored takes more than MOST_BYTES.
    """
    if not path.endswith('.npz'):
        raise InputError(f'{path}: end the name in .npz')
    if sum(value.nbytes for value in (recording.rows, *recording.weights.values())) > MOST_BYTES:
        raise InputError(f'{path}: would hold more than {MOST_BYTES // 2**20} MB; record fewer '
                         'steps')
    with replacing(path) as temporary:
        np.savez_compressed(temporary, **{_ROWS: recording.rows}, **recording.weights)


def load(path: str) -> Recording:
    """Read the recording at `path`.

    Raises:
      InputError: the file cannot be read, holds something else, or more than MOST_BYTES.
    """
    fix = 'name a file that run.py --record wrote'
    arrays = read_arrays(path, fix)
    rows = arrays.pop(_ROWS, None)
    if rows is None or rows.ndim != 2 or rows.dtype.kind not in 'iu' or rows.min(initial=0) < 0:
        raise InputError(f'{path}: holds no batches; {fix}')
    if any(value.dtype != np.float32 or not np.isfinite(value).all()
           for value in arrays.values()):
        raise InputError(f'{path}: holds weights that are not finite float32; {fix}')
    return Recording(arrays, rows)


def check_fits(recording: Recording, path: str, steps: int, batch_size: int) -> None:
    """Check that the recording from `path` has the batches of a run.

    Raises:
      InputError: too few batches, or another batch size.
    """
    recorded_steps, recorded_size = recording.rows.shape
    if recorded_steps < steps:
        raise InputError(f'{path}: holds {recorded_steps} batches; give --training-steps '
                         f'{recorded_steps} at the most')
    if recorded_size != batch_size:
        raise InputError(f'{path}: holds batches of {recorded_size}; give --batch-size '
                         f'{recorded_size}')


def check_rows(recording: Recording, path: str, examples: int) -> None:
    """Check that a training set of so many `examples` has the rows of the recording.

    Raises:
      InputError: it has not.
    """
    if recording.rows.max(initial=0) >= examples:
        raise InputError(f'{path}: names image {recording.rows.max()} of {examples}; give the '
                         'data set that it was recorded with')
