"""How many operations 1.15 made for the gradients of those operations where today makes others.

The functions get the number that was made now, the operation and the gradient of its output.
"""
import functools
import weakref
from typing import Any, Callable, Dict, Optional, Tuple

from reproduce.legacy.op_seeds import OperationCounts, default_graph

_SUM_OF_ALL = 4
_SUM_OF_UNKNOWN = 16
_SUM_OF_KNOWN, _SUM_OF_KNOWN_AGAIN = 21, 4

Shape = Optional[Tuple[int, ...]]


def counting_gradients(counts: OperationCounts) -> Callable[[Any], Any]:
    """A maker for `private.replace`, of the function that finds an operation's gradient."""
    rules = _Rules()
    known: Dict[str, Callable[[int, Any, Any], int]] = {
        'Add': rules.add, 'AddV2': rules.add, 'Sub': rules.sub, 'Mul': rules.mul,
        'RealDiv': lambda *_: 12, 'DivNoNan': lambda *_: 12, 'Pow': rules.power,
        'SquaredDifference': rules.squared_difference,
        'Maximum': lambda *_: 13, 'Minimum': lambda *_: 13,
        'Max': lambda *_: 19, 'Min': lambda *_: 19, 'Prod': lambda *_: 49,
        'Sum': rules.sum, 'Mean': rules.mean, 'BatchMatMulV2': rules.batch_matmul,
        'GatherV2': rules.gather, 'Sign': lambda *_: 3,
        'SparseSoftmaxCrossEntropyWithLogits': lambda made, *_: made + 1,
        'StridedSlice': lambda *_: 2, 'MatrixDiagV3': lambda *_: 1,
    }
    doubtful = {'Exit': 'the gradient of a loop (dynamic_rnn, while_loop)',
                'Einsum': 'the gradient of einsum'}

    def make(find: Any) -> Any:
        def get_gradient_function(operation: Any) -> Any:
            function = find(operation)
            if operation.type in doubtful:
                counts.doubt(default_graph(), doubtful[operation.type])
            count = known.get(operation.type)
            if function is None or count is None:
                return function

            @functools.wraps(function)
            def counted(op: Any, *gradients: Any) -> Any:
                graph = default_graph()
                before = graph.version
                answer = function(op, *gradients)
                made = graph.version - before
                counts.add(graph, count(made, op, gradients[0]) - made)
                return answer
            return counted
        return get_gradient_function
    return make


def _shape(tensor: Any) -> Shape:
    """The shape of `tensor` where it is known whole."""
    shape = getattr(tensor, 'shape', None)
    if shape is None or not shape.is_fully_defined():
        return None
    return tuple(shape.as_list())


def _same(op: Any, gradient: Any) -> bool:
    shape = _shape(op.inputs[0])
    return shape is not None and shape == _shape(op.inputs[1]) == _shape(gradient)


class _Rules:
    """The rules that depend on shapes; 1.15 kept what it had computed of them for each graph."""

    def __init__(self) -> None:
        self._seen: weakref.WeakKeyDictionary[Any, set] = weakref.WeakKeyDictionary()

    def _new(self, key: Any) -> bool:
        seen = self._seen.setdefault(default_graph(), set())
        new = key not in seen
        seen.add(key)
        return new

    def _reduced(self, op: Any, gradient: Any) -> int:
        """Those that bring the gradients back to the shapes of two inputs that were broadcast."""
        x, y = _shape(op.inputs[0]), _shape(op.inputs[1])
        if x is None or y is None:
            return 7
        sides = sum(side != _shape(gradient) for side in (x, y))
        return 4 * sides + (3 if self._new((x, y)) else 0)

    def add(self, made: int, op: Any, gradient: Any) -> int:
        return made if _same(op, gradient) else self._reduced(op, gradient)

    def sub(self, made: int, op: Any, gradient: Any) -> int:
        return made if _same(op, gradient) else self._reduced(op, gradient) + 1

    def mul(self, made: int, op: Any, gradient: Any) -> int:
        return made if _same(op, gradient) else self._reduced(op, gradient) + 2

    def squared_difference(self, made: int, op: Any, gradient: Any) -> int:
        return made if _same(op, gradient) else self._reduced(op, gradient) + 5

    def power(self, made: int, op: Any, gradient: Any) -> int:
        return self._reduced(op, gradient) + 16

    def sum(self, made: int, op: Any, gradient: Any) -> int:
        import tensorflow.compat.v1 as tf
        axes = tf.get_static_value(op.inputs[1])
        if axes is None or op.inputs[0].shape.rank is None:
            return _SUM_OF_UNKNOWN
        axes = axes.reshape(-1).tolist()
        if axes == list(range(op.inputs[0].shape.rank)):
            return _SUM_OF_ALL
        shape = _shape(op.inputs[0])
        if shape is None:
            return _SUM_OF_UNKNOWN
        return _SUM_OF_KNOWN if self._new((shape, 'sum', tuple(axes))) else _SUM_OF_KNOWN_AGAIN

    def mean(self, made: int, op: Any, gradient: Any) -> int:
        known = _shape(op.inputs[0]) is not None and _shape(op.outputs[0]) is not None
        return self.sum(made, op, gradient) + (2 if known else 11)

    def batch_matmul(self, made: int, op: Any, gradient: Any) -> int:
        shape = _shape(op.inputs[0])
        return 2 if shape is not None and shape == _shape(op.inputs[1]) else 17

    def gather(self, made: int, op: Any, gradient: Any) -> int:
        import tensorflow.compat.v1 as tf
        return 13 if tf.get_static_value(op.inputs[2]) == 0 else made
