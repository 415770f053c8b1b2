"""Running other TensorFlow 1.x programs on today's TensorFlow."""
from types import ModuleType
from typing import Optional


def install(seed: Optional[int] = None, front: Optional[str] = None,
            threads: Optional[int] = None, data_dir: Optional[str] = None) -> ModuleType:
    """Make `tensorflow` in this process TensorFlow 1.15's own, and return it.

    For Jupyter and for a conftest.py, before the first import of TensorFlow.

    Args:
      seed: of every graph, of eager execution, and of `random` and `numpy.random`.
      front: the folder of 1.15's Python; by default that in the user's cache.
      threads: cores to use; by default what the program says, or all.
      data_dir: the folder of MNIST's four files, where the one that the program names lacks them.

    Raises:
      InputError: TensorFlow was imported before, or 1.15's Python is not here.
    """
    from reproduce.legacy.front.location import needed
    from reproduce.legacy.front.program import prepare
    from reproduce.shared.files import own_data_dir
    return prepare(needed(front), seed, threads, data_dir or own_data_dir())
