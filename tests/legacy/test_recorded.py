"""The front end against what TensorFlow 1.15.5 recorded: op seeds, cells, logs, graphs, parts."""
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import EVERYTHING
from running import GOLDEN, needs_front, run_legacy

sys.path.insert(0, str(GOLDEN))
from record_scripts import ARGUMENTS, SEED  # noqa: E402

pytestmark = needs_front

# What is tried by default; all are by the long tests.
SOME_GRAPHS = (
    'random_operations', 'random_with', 'variables', 'scopes', 'initializer_glorot_uniform',
    'initializer_contrib_xavier', 'dropout_keep_prob_placeholder', 'dropout_contrib',
    'layers_dense_3d', 'layers_conv2d_same', 'layers_batch_normalization_image',
    'contrib_layers_fully', 'contrib_layers_conv2d', 'arg_scope', 'function_nce', 'datasets',
    'losses_sequence', 'minimize_adam', 'minimize_embedding', 'gradient_add_vector',
    'gradient_pow', 'control_flow', 'static_basic_lstm', 'bidirectional_basic_lstm', 'raw_rnn',
    'two_dense_networks')
SOME_CELLS = ('static_lstm_everything', 'dynamic_with_lengths_gru', 'reused_scope')
# A loop's iterations draw their dropout in the order in which they happen to run, on 1.15 too.
RACES = ('dynamic_dropout_all', 'dynamic_dropout_output', 'dynamic_dropout_seed',
         'dynamic_with_lengths_dropout_all', 'dynamic_with_lengths_dropout_output',
         'dynamic_with_lengths_dropout_seed')

PARTS = json.loads((GOLDEN / 'parts.json').read_text())
GRAPHS = json.loads((GOLDEN / 'graphs.json').read_text())
STRIDE = 1 if EVERYTHING else 2  # of the long tests: each starts a process
SOME_PARTS = ('graph_and_session', 'gather_tree', 'eager')
SOME_SCRIPTS = ('logistic_regression',)


def check_op_seeds(folder: Path, *names: str) -> int:
    """Names, types and both seeds of every random operation."""
    done = run_legacy(str(GOLDEN / 'op_seeds.py'), *names, folder=folder)
    assert done.returncode == 0, done.stderr
    here, there = json.loads(done.stdout), json.loads((GOLDEN / 'op_seeds.json').read_text())
    assert here == {name: there[name] for name in here}
    return len(here)


def test_op_seeds(tmp_path: Path) -> None:
    assert check_op_seeds(tmp_path, *SOME_GRAPHS) >= 40


@pytest.mark.full
def test_all_op_seeds(tmp_path: Path) -> None:
    assert check_op_seeds(tmp_path) == 430


def alike(here: Any, there: Any, place: str, atol: float = 1e-5) -> None:
    """The same but for the rounding of float32 kernels, which were compiled anew."""
    if isinstance(there, dict):
        assert here.keys() == there.keys(), place
        for key in there:
            alike(here[key], there[key], f'{place} {key}', atol)
    elif isinstance(there, list):
        assert len(here) == len(there), place
        for index, (ours, theirs) in enumerate(zip(here, there)):
            alike(ours, theirs, f'{place} {index}', atol)
    elif isinstance(there, float):
        np.testing.assert_allclose(here, there, rtol=2e-5, atol=atol, err_msg=place)
    else:
        assert here == there, place


def check_cells(folder: Path, *names: str) -> None:
    done = run_legacy(str(GOLDEN / 'cells.py'), *names, folder=folder)
    assert done.returncode == 0, done.stderr
    here, there = json.loads(done.stdout), json.loads((GOLDEN / 'cells.json').read_text())
    for name in here:
        if name in RACES:
            for case in (here[name], there[name]):
                for what in ('outputs', 'states', 'gradients'):
                    case.pop(what)
        alike(here[name], there[name], name, atol=1e-4)
    assert len(here) == len(names or there)


def test_cells(tmp_path: Path) -> None:
    check_cells(tmp_path, *SOME_CELLS)


@pytest.mark.full
def test_more_cells(tmp_path: Path) -> None:
    names = list(json.loads((GOLDEN / 'cells.json').read_text()))[::1 if EVERYTHING else 3]
    check_cells(tmp_path, *names)


def check_script(name: str, folder: Path) -> None:
    """What it prints, and its graphs, node for node, attributes too."""
    found = folder / 'graphs.json'
    done = run_legacy('--seed', str(SEED), str(GOLDEN / 'graphs.py'), str(found),
                     str(GOLDEN / 'scripts' / f'{name}.py'), *ARGUMENTS.get(name, []),
                     folder=folder)
    lines = done.stdout + (f'exit code {done.returncode}\n' if done.returncode else '')
    assert lines == (GOLDEN / 'logs' / f'{name}.log').read_text(), done.stderr
    assert done.stderr == ''
    assert json.loads(found.read_text()) == GRAPHS[name]
    assert list(folder.iterdir()) == [found]  # no data were fetched


@pytest.mark.parametrize('name', SOME_SCRIPTS)
def test_scripts(name: str, tmp_path: Path) -> None:
    check_script(name, tmp_path)


@pytest.mark.full
@pytest.mark.parametrize('name', sorted(set(GRAPHS) - set(SOME_SCRIPTS))[::STRIDE])
def test_other_scripts(name: str, tmp_path: Path) -> None:
    check_script(name, tmp_path)


def check_part(name: str, folder: Path) -> None:
    """What it says, and its graphs, node for node, attributes too."""
    done = run_legacy('--seed', str(SEED), str(GOLDEN / 'parts.py'), name, folder=folder)
    assert done.returncode == 0, done.stderr
    here = json.loads(done.stdout)[name]
    assert here['graphs'] == PARTS[name]['graphs']
    alike(here['said'], PARTS[name]['said'], name)


@pytest.mark.parametrize('name', SOME_PARTS)
def test_parts(name: str, tmp_path: Path) -> None:
    check_part(name, tmp_path)


@pytest.mark.full
@pytest.mark.parametrize('name', sorted(set(PARTS) - set(SOME_PARTS))[::STRIDE])
def test_other_parts(name: str, tmp_path: Path) -> None:
    check_part(name, tmp_path)


@pytest.mark.full
def test_the_articles_program_prints_what_it_printed(tmp_path: Path) -> None:
    steps = 10000 if EVERYTHING else 1000
    done = run_legacy('--seed', '1', str(GOLDEN / 'scripts' / 'article.py'), str(steps),
                      folder=tmp_path)
    recorded = (GOLDEN.parent / 'tf1' / 'seed-1.log').read_text().splitlines()
    *lines, finished, accuracy = done.stdout.splitlines()
    assert lines == recorded[:4 + 1 + steps // 200]
    assert finished == recorded[-2]
    assert accuracy == recorded[-1] or not EVERYTHING
