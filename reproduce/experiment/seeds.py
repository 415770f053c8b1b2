"""TensorFlow 1.x's rule for the seeds of a random operation, and of the batches' order."""
from typing import TYPE_CHECKING, Optional, Tuple

if TYPE_CHECKING:
    import numpy as np

_DEFAULT_GRAPH_SEED = 87654321
_MAXINT32 = 2**31 - 1


def get_seed(graph_seed: Optional[int], op_seed: Optional[int],
             number_of_operations: int) -> Tuple[Optional[int], Optional[int]]:
    """The seed pair of the next random operation, as TensorFlow 1.15 derives it.

    Where the graph has a seed and the operation has none, the operation's seed
    is the number of operations already in the graph.  TensorFlow 2.x counts
    random operations instead (0, 1, 2 ...), so there the same graph seed starts
    an experiment from other weights.

    Args:
      graph_seed: what `tf.set_random_seed` set, or None.
      op_seed: the operation's own `seed` argument, or None.
      number_of_operations: operations in the graph before this one.

    Returns:
      (graph-level seed, operation seed), each below 2**31 - 1; (None, None) is
      an unseeded operation.
    """
    if graph_seed is None and op_seed is None:
        return None, None
    if graph_seed is None:
        graph_seed = _DEFAULT_GRAPH_SEED
    if op_seed is None:
        op_seed = number_of_operations
    pair = graph_seed % _MAXINT32, op_seed % _MAXINT32
    # The kernels read (0, 0) as "draw a seed of your own".
    return (0, _MAXINT32) if pair == (0, 0) else pair


def batch_generator(graph_seed: Optional[int],
                    seed: Optional[int] = None) -> 'np.random.RandomState':
    """A generator for `next_batch`, seeded as TensorFlow 1.x's data sets seed NumPy's global one.

    Each set reseeds it, and the last one to be built leaves it freshly seeded: one generator for
    all three draws the same.

    Args:
      graph_seed: what `tf.set_random_seed` set, or None for an unseeded run.
      seed: the `seed` argument of `read_data_sets`, which wins over `graph_seed`.
    """
    import numpy as np
    seed1, seed2 = get_seed(graph_seed, seed, number_of_operations=0)
    return np.random.RandomState(seed1 if seed is None else seed2)
