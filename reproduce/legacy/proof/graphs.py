"""The graphs of a script on two versions of TensorFlow, node by node."""
import re
from typing import Dict, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

from reproduce.legacy.proof.recording import Node

# What 1.15's Python builds in an order that it leaves open.
_OPEN_ORDER = (
    (re.compile(r'^VarIsInitializedOp(_\d+)?$'), "the order of Keras' set of variables"),)

# What comes out of these is a choice: it stays the same, or jumps.
_DECISIONS = {'ArgMax', 'ArgMin', 'Equal', 'NotEqual', 'Less', 'LessEqual', 'Greater',
              'GreaterEqual', 'InTopK', 'InTopKV2', 'Round', 'Rint', 'Floor', 'Ceil', 'Sign'}
_SHAPES = {'Shape', 'ShapeN', 'Size', 'Rank'}
_SHOWN = 60  # characters of a value


class NodeDifference(NamedTuple):
    """A node that is not the reference's."""

    graph: int
    name: str
    what: str  # 'missing', 'extra', 'type', 'inputs' or 'value'
    found: str
    expected: str
    reason: Optional[str]  # what is known of it, and harmless

    def __str__(self) -> str:
        """What differs."""
        if self.what == 'missing':
            return f'`{self.name}` ({self.expected}) is missing here'
        if self.what == 'extra':
            return f'`{self.name}` ({self.found}) is here alone'
        return (f'`{self.name}` has the {self.what} {_shown(self.found)} here, '
                f'{_shown(self.expected)} there')


class GraphComparison(NamedTuple):
    """All graphs of a run beside the reference's."""

    nodes: int
    reference_nodes: int
    differences: Tuple[NodeDifference, ...]  # in the order in which the reference was built

    @property
    def unknown(self) -> List[NodeDifference]:
        """The differences that nothing is known of; other values first, they tell most."""
        found = [one for one in self.differences if one.reason is None]
        return sorted(found, key=lambda one: one.what != 'value')

    @property
    def known(self) -> Dict[str, int]:
        """How many nodes differ for each reason that is known."""
        counts: Dict[str, int] = {}
        for difference in self.differences:
            if difference.reason is not None:
                counts[difference.reason] = counts.get(difference.reason, 0) + 1
        return counts


def compare_graphs(graphs: Sequence[Sequence[Node]],
                   references: Sequence[Sequence[Node]]) -> GraphComparison:
    """Compare graphs, aligned by the order of their use and the names of their nodes."""
    differences: List[NodeDifference] = []
    for number in range(max(len(graphs), len(references))):
        found = graphs[number] if number < len(graphs) else ()
        expected = references[number] if number < len(references) else ()
        differences += _compare(number, found, expected)
    return GraphComparison(sum(map(len, graphs)), sum(map(len, references)), tuple(differences))


def _compare(number: int, nodes: Sequence[Node],
             reference: Sequence[Node]) -> Iterator[NodeDifference]:
    found = {node.name: node for node in nodes}
    expected = {node.name: node for node in reference}

    def difference(name: str, what: str, one: object, other: object) -> NodeDifference:
        return NodeDifference(number, name, what, str(one), str(other), _harmless(name))

    for node in reference:
        if node.name not in found:
            yield difference(node.name, 'missing', '', node.type)
    for node in nodes:
        if node.name not in expected:
            yield difference(node.name, 'extra', node.type, '')
    for node in reference:
        other = found.get(node.name)
        if other is None or other == node:
            continue
        if other.type != node.type:
            yield difference(node.name, 'type', other.type, node.type)
        if other.inputs != node.inputs:
            yield difference(node.name, 'inputs', ', '.join(other.inputs), ', '.join(node.inputs))
        elif other.value != node.value:
            yield difference(node.name, 'value', other.value, node.value)


def _harmless(name: str) -> Optional[str]:
    """Why a difference at this node does no harm; None where it may."""
    return next((reason for pattern, reason in _OPEN_ORDER if pattern.search(name)), None)


def _source(name: str) -> str:
    """The node that an input comes from."""
    return name.lstrip('^').split(':')[0]


def decisions(nodes: Sequence[Node], fetched: Set[str]) -> Set[str]:
    """Which of the `fetched` names depend on numbers through choices alone, as an accuracy does."""
    graph = {node.name: node for node in nodes}
    return {name for name in fetched if _decides(graph, _source(name))}


def _decides(graph: Dict[str, Node], name: str) -> bool:
    waiting, seen, chosen = [name], {name}, False
    while waiting:
        node = graph.get(waiting.pop())
        if node is None:
            return False
        if node.type in _DECISIONS:
            chosen = True
        elif node.type not in _SHAPES:
            above = {_source(one) for one in node.inputs if not one.startswith('^')}
            if not above and node.type != 'Const':
                return False  # a placeholder, a variable, a random operation
            waiting += above - seen
            seen |= above
    return chosen


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN - 3] + '...'
