"""Graphs and their operations.

1.15 asks a graph for shapes, consumers and control inputs by functions of C that have no name
today.  Today's PyOperation and PyTensor answer the same questions, so each operation gets a
PyOperation, its node, when it is made.
"""
import re
import threading
import weakref
from typing import Any, List, MutableMapping, Optional, Sequence, Tuple

from reproduce.legacy.front.absent import AbsentOperationError
from reproduce.legacy.front.bridge.errors import NOT_FOUND, error
from reproduce.legacy.front.private import SESSION
from reproduce.legacy.front.runtime import PRODUCER, load

api = load(SESSION)
# Operation.__init__ knows an operation of C by the name of its type.
api.TF_Operation.__name__ = 'SwigPyObject'

_making = threading.local()  # .graph: the one whose operation this thread is making
# The contents of buffers that a function here has filled: C's cannot be, from Python.
filled: MutableMapping[Any, bytes] = weakref.WeakKeyDictionary()
_UNREGISTERED = re.compile(r"Op type not registered '(\w+)'")


def TF_NewGraph() -> Any:
    """An empty graph, of 1.15's version."""
    from tensorflow.core.framework import graph_pb2
    graph = api.PyGraph()
    empty = graph_pb2.GraphDef()
    empty.versions.producer = PRODUCER
    buffer = api.TF_NewBufferFromString(empty.SerializeToString())
    options = api.TF_NewImportGraphDefOptions()
    api.TF_DeleteImportGraphDefResults(
        api.TF_GraphImportGraphDefWithResults(graph, buffer, options))
    api.TF_DeleteBuffer(buffer)
    api.TF_DeleteImportGraphDefOptions(options)
    return graph


def TF_DeleteGraph(graph: Any) -> None:
    """Let go of the nodes, which hold the graph as it holds them."""
    graph.Dismantle()


def SetRequireShapeInferenceFns(graph: Any, required: bool) -> None:
    """A PyGraph never requires them, which is what 1.15 sets."""


def TF_NewOperation(graph: Any, kind: str, name: str) -> Any:
    """The description of an operation, to be finished by the same thread."""
    _making.graph = graph
    return api.TF_NewOperation(graph, kind, name)


def TF_FinishOperation(description: Any) -> Any:
    """Add the described operation to its graph.

    Raises:
      AbsentOperationError: the runtime has no such operation.
    """
    graph, _making.graph = _making.graph, None  # kept here no longer than needed
    try:
        operation = api.TF_FinishOperation(description)
    except Exception as failed:
        absent = _UNREGISTERED.match(str(failed))
        if absent is None:
            raise
        raise AbsentOperationError(
            f"{absent[1]}: TensorFlow 1.15 had this operation in a compiled library of its own; "
            "today's runtime has it not") from None
    _add_node(graph, operation)
    return operation


def TF_GraphImportGraphDefWithResults(graph: Any, buffer: Any, options: Any) -> Any:
    """Import a GraphDef; its operations get nodes too."""
    results = api.TF_GraphImportGraphDefWithResults(graph, buffer, options)
    for operation in graph.new_operations():
        _add_node(graph, operation)
    return results


def _add_node(graph: Any, operation: Any) -> None:
    node = api.PyOperation(operation, api.PyTensor)
    node.graph = graph
    graph._add_op(node)


def _node(graph: Any, operation: Any) -> Any:
    return graph._get_operation_by_name(api.TF_OperationName(operation))


def _tensor(graph: Any, output: Any) -> Any:
    return api.PyTensor(_node(graph, output.oper), output.index, 0, 0)


def TF_GraphGetTensorShapeHelper(graph: Any, output: Any) -> Tuple[List[Optional[int]], bool]:
    """The sizes of a tensor, None where one is unknown; whether their number is unknown."""
    return _tensor(graph, output)._shape


def TF_GraphSetTensorShape_wrapper(graph: Any, output: Any, sizes: Sequence[int],
                                   unknown: bool) -> None:
    """Merge these sizes, -1 for an unknown one, into a tensor's shape."""
    _tensor(graph, output)._set_shape(sizes, unknown)


def consumers(graph: Any, output: Any) -> List[str]:
    """The names of the operations that take a tensor."""
    return [node.name for node in _tensor(graph, output).consumers()]


def control_inputs(graph: Any, operation: Any) -> List[str]:
    """The names of the operations that have to run before an operation."""
    return [node.name for node in _node(graph, operation).control_inputs]


def AddControlInput(graph: Any, operation: Any, before: Any) -> None:
    """Let `operation` wait for `before`."""
    _node(graph, operation)._add_control_input(_node(graph, before))


def RemoveAllControlInputs(graph: Any, operation: Any) -> None:
    """Let `operation` wait for its inputs only."""
    _node(graph, operation)._remove_all_control_inputs()


def SetRequestedDevice(graph: Any, operation: Any, device: str) -> None:
    """Let `operation` run on `device`."""
    _node(graph, operation)._set_device_from_string(device)


def TF_GraphVersions(graph: Any, buffer: Any) -> None:
    """Put the graph's VersionDef into `buffer`."""
    filled[buffer] = graph._version_def


def TF_GraphGetOpDef(graph: Any, kind: bytes, buffer: Any) -> None:
    """Put the OpDef of a type of operation into `buffer`.

    Raises:
      NotFoundError: there is none.
    """
    try:
        filled[buffer] = graph._op_def_for_type(kind.decode())
    except RuntimeError as absent:
        raise error(NOT_FOUND, str(absent)) from None


def TF_GetBuffer(buffer: Any) -> Any:
    """The bytes in `buffer`."""
    return filled[buffer] if buffer in filled else api.TF_GetBuffer(buffer)


# Enumerations of pybind11 are no integers.


def TF_OperationOutputType(output: Any) -> int:
    """The number of a tensor's type."""
    return int(api.TF_OperationOutputType(output))


def TF_OperationInputType(input_: Any) -> int:
    """The number of an input's type."""
    return int(api.TF_OperationInputType(input_))


def TF_OperationGetAttrType(operation: Any, name: str) -> int:
    """The number of the type that an attribute holds."""
    return int(api.TF_OperationGetAttrType(operation, name))
