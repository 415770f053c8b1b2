"""Graphs, nodes and functions as messages: without the attributes that came after 1.15.

1.15 reads them again then, and a function's name, a digest of its nodes, is the one of old.
"""
from typing import Any, Dict, FrozenSet, Iterable, Optional

from reproduce.legacy.front.bridge.graph import api, filled

_known: Dict[str, Optional[FrozenSet[str]]] = {}


def TF_GraphToGraphDef(graph: Any, buffer: Any) -> None:
    """Put the graph's GraphDef into `buffer`."""
    from tensorflow.core.framework import graph_pb2
    api.TF_GraphToGraphDef(graph, buffer)
    graph_def = graph_pb2.GraphDef.FromString(api.TF_GetBuffer(buffer))
    _strip(graph_def.node)
    for function in graph_def.library.function:
        _strip(function.node_def)
    filled[buffer] = graph_def.SerializeToString()


def TF_OperationToNodeDef(operation: Any, buffer: Any) -> None:
    """Put the operation's NodeDef into `buffer`."""
    from tensorflow.core.framework import node_def_pb2
    api.TF_OperationToNodeDef(operation, buffer)
    node = node_def_pb2.NodeDef.FromString(api.TF_GetBuffer(buffer))
    _strip([node])
    filled[buffer] = node.SerializeToString()


def TF_FunctionToFunctionDef(function: Any, buffer: Any) -> None:
    """Put the function's FunctionDef into `buffer`."""
    from tensorflow.core.framework import function_pb2
    api.TF_FunctionToFunctionDef(function, buffer)
    definition = function_pb2.FunctionDef.FromString(api.TF_GetBuffer(buffer))
    _strip(definition.node_def)
    filled[buffer] = definition.SerializeToString()


def _strip(nodes: Iterable[Any]) -> None:
    """Take out what 1.15's definition of an operation does not name; 1.15 never sets it."""
    for node in nodes:
        node.ClearField('experimental_type')  # what today's inference has found
        known = _known[node.op] if node.op in _known else _attributes(node.op)
        if known is not None:
            for name in [name for name in node.attr if name not in known and name[0] != '_']:
                del node.attr[name]


def _attributes(kind: str) -> Optional[FrozenSet[str]]:
    """The attributes of a type of operation in 1.15; None for one that 1.15 does not know."""
    from tensorflow.python.framework import op_def_registry
    definition = op_def_registry.get_registered_ops().get(kind)
    if definition is None:  # a function, or a library that may yet be loaded
        return None
    return _known.setdefault(kind, frozenset(one.name for one in definition.attr))
