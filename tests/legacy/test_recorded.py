"""The runner against what TensorFlow 1.15.5 recorded: op seeds, cells, printed lines."""
import json
import sys
from pathlib import Path
from typing import Dict, List

import numpy as np
import pytest
from conftest import EVERYTHING
from running import GOLDEN, needs_tf_keras, run_legacy

sys.path.insert(0, str(GOLDEN))
from record_scripts import ARGUMENTS, SEED  # noqa: E402

pytestmark = needs_tf_keras

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
SOME_SCRIPTS = ('logistic_regression',)
ALL_SCRIPTS = sorted(path.stem for path in (GOLDEN / 'scripts').glob('*.py'))

# Not restored: the first has operations that were taken apart differently, the second is said.
OTHER_COUNTS = {'function_image_crop_or_pad', 'gradient_einsum'}

# A loop's iterations draw their dropout in the order in which they happen to run, on 1.15 too.
RACES = ('dynamic_dropout_all', 'dynamic_dropout_output', 'dynamic_dropout_seed',
         'dynamic_with_lengths_dropout_all', 'dynamic_with_lengths_dropout_output',
         'dynamic_with_lengths_dropout_seed')


def printed(name: str, folder: Path, *arguments: str) -> Dict[str, dict]:
    done = run_legacy(str(GOLDEN / f'{name}.py'), *arguments, folder=folder)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def seeds(graph: dict) -> List[list]:
    """Types and seeds of the random operations."""
    return [operation[1:] for operation in graph['seeds']]


def check_seeds(here: Dict[str, dict]) -> int:
    recorded = json.loads((GOLDEN / 'op_seeds.json').read_text())
    for name, graph in here.items():
        ours, theirs = seeds(graph), seeds(recorded[name])
        if name in OTHER_COUNTS:
            continue
        if name.startswith('dynamic_') and 'with_lengths' not in name or name == 'encoder_decoder':
            ours, theirs = ours[:-1], theirs[:-1]  # the last follows the gradient of a loop
        assert ours == theirs, name
    return len(here)


def test_op_seeds_are_those_of_tensorflow_1(tmp_path: Path) -> None:
    assert check_seeds(printed('op_seeds', tmp_path, *SOME_GRAPHS)) >= 40


@pytest.mark.full
def test_all_op_seeds_are_those_of_tensorflow_1(tmp_path: Path) -> None:
    assert check_seeds(printed('op_seeds', tmp_path)) == 430


def check_cells(here: Dict[str, dict]) -> int:
    recorded = json.loads((GOLDEN / 'cells.json').read_text())
    for name, case in here.items():
        theirs = recorded[name]
        assert case.get('error') == theirs.get('error'), name
        if 'error' in theirs:
            continue
        assert case['variables'] == theirs['variables'], name
        assert case['initial'] == theirs['initial'], name
        for what in ('outputs', 'states', 'gradients'):
            assert len(case[what]) == len(theirs[what]), name
            for ours, other in zip(case[what], theirs[what]):
                if name not in RACES:
                    np.testing.assert_allclose(ours, other, rtol=2e-5, atol=1e-4, err_msg=name)
    return len(here)


def test_cells_compute_what_tensorflow_1_s_did(tmp_path: Path) -> None:
    assert check_cells(printed('cells', tmp_path, *SOME_CELLS)) == len(SOME_CELLS)


@pytest.mark.full
def test_more_cells_compute_what_tensorflow_1_s_did(tmp_path: Path) -> None:
    names = list(json.loads((GOLDEN / 'cells.json').read_text()))[::1 if EVERYTHING else 3]
    assert check_cells(printed('cells', tmp_path, *names)) == len(names)


def check_script(name: str, folder: Path) -> None:
    done = run_legacy('--seed', str(SEED), str(GOLDEN / 'scripts' / f'{name}.py'),
                      *ARGUMENTS.get(name, []), folder=folder)
    lines = done.stdout + (f'exit code {done.returncode}\n' if done.returncode else '')
    assert lines == (GOLDEN / 'logs' / f'{name}.log').read_text(), done.stderr
    assert done.stderr == ''
    assert not list(folder.iterdir())  # no data were fetched


@pytest.mark.parametrize('name', SOME_SCRIPTS)
def test_scripts_print_what_they_printed_on_tensorflow_1(name: str, tmp_path: Path) -> None:
    check_script(name, tmp_path)


@pytest.mark.full
@pytest.mark.parametrize('name', sorted(set(ALL_SCRIPTS) - {*SOME_SCRIPTS, 'article'}))
def test_other_scripts_print_what_they_printed(name: str, tmp_path: Path) -> None:
    check_script(name, tmp_path)


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
