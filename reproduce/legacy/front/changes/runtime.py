"""What TensorFlow's runtime has changed."""
import sys
import threading
from typing import Any, List

from reproduce.legacy.front.native import gather_tree

_PYTHON = 'tensorflow.python.'


def _graph_questions(ops: Any) -> None:
    """The bridge needs the graph to answer, which 1.15 does not pass in two places."""
    from reproduce.legacy.front.bridge import graph

    def consumers(tensor: Any) -> List[Any]:
        """Returns a list of `Operation`s that consume this tensor."""
        of = tensor.graph
        return [of._get_operation_by_name_unsafe(name)
                for name in graph.consumers(of._c_graph, tensor._as_tf_output())]

    def control_inputs(operation: Any) -> List[Any]:
        """The `Operation` objects on which this op has a control dependency."""
        of = operation.graph
        return [of._get_operation_by_name_unsafe(name)
                for name in graph.control_inputs(of._c_graph, operation._c_op)]
    ops.Tensor.consumers = consumers
    ops.Operation.control_inputs = property(control_inputs)
    ops._EagerTensorBase._numpy = lambda tensor: tensor._numpy_internal()  # its name today


def _shared_eager_state(context: Any) -> None:
    """The runtime keeps a thread's eager state; 1.15's Python reads and writes that same state."""
    from reproduce.legacy.front.private import EAGER
    from reproduce.legacy.front.runtime import load
    state = load(EAGER).EagerContextThreadLocalData

    class Own(threading.local):
        """What the runtime does not keep."""

        def __init__(self) -> None:
            self.mode = context.default_execution_mode
            self.summary_writer = self.summary_recording = self.summary_step = None
            self.summary_recording_distribution_strategy = True

    class ThreadLocalData:
        """1.15's, in two parts."""

        __slots__ = ('shared', 'own')

        def __init__(self) -> None:
            owner = sys._getframe(1).f_locals['self']  # the Context that this belongs to
            self.shared = state(
                owner, is_eager=lambda: context.default_execution_mode == context.EAGER_MODE,
                device_spec=context._starting_device_spec)
            self.own = Own()

    def part(where: str, name: str) -> property:
        return property(lambda data: getattr(getattr(data, where), name),
                        lambda data, value: setattr(getattr(data, where), name, value))
    for name in ('is_eager', 'device_name', 'device_spec', 'scope_name', 'function_call_options',
                 'executor'):
        setattr(ThreadLocalData, name, part('shared', name))
    for name in ('mode', 'summary_writer', 'summary_recording', 'summary_step',
                 'summary_recording_distribution_strategy'):
        setattr(ThreadLocalData, name, part('own', name))
    context._ThreadLocalData = ThreadLocalData


def _no_variable_spec(resource_variable_ops: Any) -> None:
    """The runtime asks for a class that came later."""
    from tensorflow.python.framework import tensor
    resource_variable_ops.VariableSpec = tensor.Nothing


AFTER = {_PYTHON + 'framework.ops': _graph_questions,
         _PYTHON + 'eager.context': _shared_eager_state,
         _PYTHON + 'ops.resource_variable_ops': _no_variable_spec,
         'tensorflow.contrib.seq2seq.ops.gen_beam_search_ops': gather_tree.install}
