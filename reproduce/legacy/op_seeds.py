"""TensorFlow 1.x's op seeds: how many operations its graph would hold by now.

Where the graph has a seed and a random operation has none, 1.x took the number of operations
already in the graph.  Some of today's functions make other operations than 1.15's did, so an
offset is kept for each graph: the operations of 1.15 that are not there, less those that 1.15 had
not.  No dead operation is added for it.
"""
import functools
import logging
import weakref
from typing import Any, Callable, Iterator, Optional, Tuple

from reproduce.experiment.seeds import get_seed
from reproduce.legacy import private
from reproduce.shared.errors import InputError

_logger = logging.getLogger(__name__)

Counted = Callable[..., int]


class OperationCounts:
    """For each graph, how many operations 1.15's would hold."""

    def __init__(self) -> None:
        self._offsets: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()
        self._doubts: weakref.WeakKeyDictionary[Any, str] = weakref.WeakKeyDictionary()

    def of(self, graph: Any) -> int:
        """How many operations 1.15's graph would hold where `graph` is today's."""
        return graph.version + self._offsets.get(graph, 0)

    def add(self, graph: Any, number: int) -> None:
        """Count `number` operations of 1.15's that `graph` does not hold."""
        self._offsets[graph] = self._offsets.get(graph, 0) + number

    def doubt(self, graph: Any, reason: str) -> None:
        """From now on the count of `graph` may be wrong, because of `reason`."""
        self._doubts.setdefault(graph, reason)

    def doubted(self, graph: Any) -> Optional[str]:
        """Why the count of `graph` may be wrong; None where it is not."""
        return self._doubts.get(graph)

    def counting(self, count: Counted) -> Callable[[Any], Any]:
        """A maker for `private.replace`: the function, with the operations that 1.15's made.

        Args:
          count: called with the number of operations that the function made and its arguments;
            returns the number that 1.15's made.
        """
        def make(function: Any) -> Any:
            @functools.wraps(function)
            def counted(*args: Any, **kwargs: Any) -> Any:
                graph = default_graph()
                before = self.of(graph)
                answer = function(*args, **kwargs)
                made = self.of(graph) - before
                self.add(graph, count(made, *args, **kwargs) - made)
                return answer
            return counted
        return make


def default_graph() -> Any:
    """The graph that operations are being added to."""
    import tensorflow.compat.v1 as tf
    return tf.get_default_graph()


class SeedRule:
    """1.x's `get_seed`, counted or replayed."""

    def __init__(self, counts: OperationCounts, recorded: Optional[Iterator[int]] = None) -> None:
        """Derive op seeds from `counts`, or take them one by one from `recorded`."""
        self._counts = counts
        self._recorded = recorded
        self._said = False

    def __call__(self, op_seed: Optional[int]) -> Tuple[Optional[int], Optional[int]]:
        """The seed pair of the next random operation.

        Raises:
          InputError: more random operations were made than were recorded.
        """
        graph = default_graph()
        if graph.seed is not None and op_seed is None:
            if self._recorded is not None:
                op_seed = next(self._recorded, None)
                if op_seed is None:
                    raise InputError('--seeds: the file holds fewer op seeds than this script '
                                     'takes; record it again with the same script')
            elif self._counts.doubted(graph) and not self._said:
                self._said = True
                _logger.warning('the op seeds from here on may not be 1.15\'s: they follow %s; '
                                'record them there with --record-seeds and replay them with '
                                '--seeds FILE', self._counts.doubted(graph))
        return get_seed(graph.seed, op_seed, self._counts.of(graph))


def install(rule: SeedRule) -> None:
    """Let every random operation ask `rule` for its seeds."""
    private.replace({'tensorflow.python.framework.random_seed.get_seed': lambda _: rule})
