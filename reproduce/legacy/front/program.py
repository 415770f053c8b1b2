"""Making this process one in which a program of the time runs as on TensorFlow 1.15."""
from types import ModuleType
from typing import Optional

from reproduce.legacy import observe
from reproduce.legacy.front import seeds, start


def prepare(front: str, seed: Optional[int], threads: Optional[int], data_dir: str,
            recorded: Optional[str] = None) -> ModuleType:
    """Import TensorFlow 1.15 from the folder `front`, as a run is to have it, and return it.

    Args:
      front: the folder of 1.15's Python.
      seed: of every graph, of eager execution, and of `random` and `numpy.random`.
      threads: cores to use; None leaves them to the program.
      data_dir: the folder of MNIST's files, where the one that the program names lacks them.
      recorded: a file of op seeds that are to be replayed.

    Raises:
      InputError: TensorFlow was imported before, lacks something that is needed, or the op seeds
        cannot be read.
    """
    op_seeds = iter(seeds.read_seeds(recorded)) if recorded else None
    tensorflow = start.install(front)
    observe.serve_mnist(data_dir)
    if threads:
        observe.limit_threads(threads)
    if op_seeds is not None:
        seeds.replay(op_seeds)
    if seed is not None:
        observe.set_seeds(seed)
    return tensorflow
