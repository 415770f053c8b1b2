"""The graphs of a script on two versions of TensorFlow, node by node."""
import re
from typing import Dict, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

from reproduce.legacy.proof.recording import Node

# What TensorFlow 2.x builds otherwise than 1.15 and computes the same with, measured on the
# scripts of golden/legacy: where such a node stands, and what it belongs to.
_CELL = r'(basic_lstm_cell|lstm_cell|gru_cell|basic_rnn_cell|layer_norm_basic_lstm_cell)(_\d+)?'
KNOWN_PLACES = tuple((re.compile(pattern), reason) for pattern, reason in (
    (r'(^|/)gradients(_\d+)?(/|$)', "2.x's gradient functions"),
    (r'(^|/)dropout(_\d+)?(/|$)', 'dropout selects, where 1.15 multiplies'),
    (rf'(^|/){_CELL}(/.*)?/(Const|split|Add|add)(_\d+)?$', 'the constants of a cell'),
    (r'(^|/)TensorArrayStack(_\d+)?/', 'the length of a stacked array'),
    (r'(^|/)flatten(_\d+)?/', 'the shape in flatten'),
    (r'/dilation_rate$', 'the dilation rate of a convolution'),
    (r'(^|/)batch_normalization(_\d+)?/cond/', 'the branches of batch normalization'),
    (r'(^|/)random_uniform(_\d+)?(/(min|max|sub|mul|RandomUniform))?$',
     'the bounds of random_uniform'),
    (r'(^|/)(num_present|assert_broadcastable)/', 'the weights of a loss'),
    (r'(^|/)(\w+_loss|mean_squared_error|absolute_difference)(_\d+)?/(Rank|range|Const)'
     r'(_\d+)?(/\w+)?$', 'the weights of a loss'),
    (r'^VarIsInitializedOp(_\d+)?$', "the order of Keras' set of variables"),
    (r'(^|/)cond(_\d+)?/((Rank|range)(_\d+)?(/(start|delta))?|Const(_\d+)?)$',
     'the axes of a reduction'),
))
KNOWN_TYPES = {('Add', 'AddV2'), ('Select', 'SelectV2'), ('BatchMatMul', 'BatchMatMulV2')}

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
    explained: Dict[str, str] = {}

    def difference(name: str, what: str, one: str, other: str,
                   reason: Optional[str]) -> NodeDifference:
        if reason is not None:
            explained[name] = reason
        return NodeDifference(number, name, what, one, other, reason)

    for node in reference:
        if node.name not in found:
            yield difference(node.name, 'missing', '', node.type, _place(node.name))
    for node in nodes:
        if node.name not in expected:
            yield difference(node.name, 'extra', node.type, '', _place(node.name))
    for node in reference:
        other = found.get(node.name)
        if other is None or other == node:
            continue
        if other.type != node.type:
            known = f'{other.type} for {node.type}' if (node.type, other.type) in KNOWN_TYPES \
                else _place(node.name)
            yield difference(node.name, 'type', other.type, node.type, known)
        if other.inputs != node.inputs:
            changed = set(other.inputs) ^ set(node.inputs)
            reasons = [explained.get(_source(name)) or _place(_source(name)) for name in changed]
            known = _place(node.name) or (
                reasons[0] if reasons and None not in reasons else None)
            yield difference(node.name, 'inputs', ', '.join(other.inputs),
                             ', '.join(node.inputs), known)
        elif other.value != node.value:
            yield difference(node.name, 'value', str(other.value), str(node.value),
                             _place(node.name))


def _place(name: str) -> Optional[str]:
    """What the place of a node says of a difference."""
    return next((reason for pattern, reason in KNOWN_PLACES if pattern.search(name)), None)


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
