"""Imports point down only: commands, then experiment, comparison and mnist, then shared."""
import ast
from pathlib import Path

import pytest
from conftest import ROOT

PACKAGE = ROOT / 'reproduce'
BELOW = {'shared': set(), 'mnist': {'shared'}, 'comparison': {'shared'},
         'experiment': {'mnist', 'shared'}, 'page': {'comparison', 'shared'},
         'plan': {'experiment', 'shared'}, 'logdir': {'experiment', 'mnist', 'shared'},
         'legacy': {'experiment', 'comparison', 'mnist', 'shared'}}


def imported(path: Path) -> set:
    """All that the file imports, at its top or later: dotted names."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    return {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names} | {
        f'{node.module}.{name.name}' for node in nodes if isinstance(node, ast.ImportFrom)
        for name in node.names}


@pytest.mark.parametrize('room', BELOW)
def test_a_room_imports_only_itself_and_those_below(room: str) -> None:
    for path in (PACKAGE / room).rglob('*.py'):
        for name in imported(path):
            package, _, rest = name.partition('.')
            if package == 'reproduce':
                assert rest.split('.')[0] in BELOW[room] | {room, '__version__'}, path
            assert room != 'legacy' or rest.split('.')[0] != 'experiment' or (
                rest.startswith('experiment.seeds.')), path
            assert package != 'tensorflow' or room in ('experiment', 'logdir', 'legacy'), path
