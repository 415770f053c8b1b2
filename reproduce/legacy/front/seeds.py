"""Replaying op seeds that were recorded on 1.x."""
import json
from typing import Iterator, List, Optional, Tuple

from reproduce.shared.errors import InputError


def read_seeds(path: str) -> List[int]:
    """The op seeds in a file that --record-seeds wrote: JSON, a list of whole numbers.

    Raises:
      InputError: the file is missing or holds something else.
    """
    try:
        with open(path) as file:
            seeds = json.load(file)
    except (OSError, ValueError) as error:
        raise InputError(f'--seeds {path}: cannot be read ({error}); record it with '
                         '--record-seeds') from error
    if not isinstance(seeds, list) or not all(type(seed) is int for seed in seeds):
        raise InputError(f'--seeds {path}: is no list of whole numbers; record it with '
                         '--record-seeds')
    return seeds


def replay(recorded: Iterator[int]) -> None:
    """Give random operations without a seed of their own the recorded ones, in order of use."""
    from tensorflow.python.framework import random_seed
    get_seed = random_seed.get_seed

    def replayed(op_seed: Optional[int]) -> Tuple[Optional[int], Optional[int]]:
        pair = get_seed(op_seed)
        if op_seed is not None or pair[1] is None:
            return pair
        seed = next(recorded, None)
        if seed is None:
            raise InputError('--seeds: the file holds fewer op seeds than this script takes; '
                             'record it again with the same script')
        return pair[0], seed
    random_seed.get_seed = replayed
