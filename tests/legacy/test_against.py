"""`--against`: what cannot be run is said in a line; what can be run is compared."""
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable

import pytest
from recorded import SCRIPTS
from running import needs_tf_keras

from reproduce.legacy.proof import against
from reproduce.legacy.proof.recording import Recording

TF1 = os.environ.get('REPRODUCE_TF1')
needs_tf1 = pytest.mark.skipif(
    TF1 is None, reason='REPRODUCE_TF1 names no Python with TensorFlow 1.x')
RunModule = Callable[..., 'subprocess.CompletedProcess[str]']
CHANGED = SCRIPTS / 'changed.py'


@needs_tf_keras
@pytest.mark.parametrize('python, said', [
    ('no-such-python', 'cannot be run (No such file or directory)'),
    ('/', 'cannot be run (Permission denied)'),
    ('/bin/false', 'cannot run {} (exit code 1)'),
    pytest.param(sys.executable, 'name a Python with 1.x', marks=pytest.mark.full)])
def test_a_python_without_1x_is_named(python: str, said: str, run_module: RunModule) -> None:
    done = run_module('reproduce.legacy', '--against', python, CHANGED, 'none')
    assert done.returncode == 2
    assert done.stdout == ''
    error = done.stderr.splitlines()[-1]
    assert error.startswith(f'error: --against {python}: ')
    assert said.format(CHANGED) in error


@needs_tf_keras
def test_an_unforeseen_error_has_an_exit_code_of_its_own(monkeypatch: pytest.MonkeyPatch,
                                                         capsys: pytest.CaptureFixture) -> None:
    from reproduce.legacy.__main__ import main

    def fail(*_: Any) -> None:
        raise ZeroDivisionError('unforeseen')

    monkeypatch.setattr(against, 'compare_with', fail)
    assert main(['--against', 'python', 'script.py']) == 3
    assert 'ZeroDivisionError: unforeseen' in capsys.readouterr().err


@pytest.mark.parametrize('kind, missing', [
    ('ModuleNotFoundError', True), ('AbsentSymbolError', False)])
def test_what_is_missing_says_nothing_of_the_script(kind: str, missing: bool) -> None:
    error = {'type': kind, 'message': 'No module named sklearn', 'line': 1, 'missing': missing}
    recording = Recording({}, 1, error, (), 0, (), {}, (), 0, 0, ())
    with pytest.raises(against.InputError, match='No module named sklearn; install it there'):
        against._check_imports(recording, '--against python')
    against._check_imports(recording._replace(error=dict(error, type='ValueError', missing=False)),
                           '--against python')


@needs_tf1
@pytest.mark.full
@pytest.mark.parametrize('change, code, verdict', [
    ('none', 0, 'same: '), ('fail', 0, 'same: '), ('seed', 1, 'differs: the same seeds'),
    ('more', 1, 'differs: random operations get other seeds'),
    ('layer', 1, 'differs: the program computes something else'),
    ('rate', 1, 'differs: the program computes something else'),
    ('schedule', 1, 'differs: the program computes something else'),
    ('crash', 1, 'differs: the script stops with ZeroDivisionError'),
    ('print', 1, "differs: TensorFlow's numbers are the same, and other text"),
    ('import', 2, '')])
def test_a_change_is_found(change: str, code: int, verdict: str, run_module: RunModule,
                           tmp_path: Path) -> None:
    found = tmp_path / 'found.json'
    done = run_module('reproduce.legacy', '--seed', 7, '--against', TF1, '--json', found, CHANGED,
                      change)
    assert done.returncode == code, done.stdout + done.stderr
    assert done.stdout.startswith(verdict)
    if code == 2:
        assert "No module named 'no_such_package'" in done.stderr
    else:
        facts = json.loads(found.read_text())
        assert facts['same_output'] == (code == 0 or change == 'import')
        assert facts['verdict'] == done.stdout.splitlines()[0]


@needs_tf1
@pytest.mark.full
@pytest.mark.parametrize('script, verdict', [
    ('zero_bias.py', 'differs by rounding'), ('several.py', 'same: '), ('huge.py', 'same: '),
    ('mnist_seeds.py', 'same: ')])
def test_scripts_that_are_the_same_but_for_rounding(script: str, verdict: str,
                                                    run_module: RunModule) -> None:
    done = run_module('reproduce.legacy', '--seed', 7, '--against', TF1, SCRIPTS / script)
    assert done.stdout.startswith(verdict), done.stdout + done.stderr
    assert done.returncode == int(verdict.startswith('differs'))


@needs_tf1
@pytest.mark.full
def test_a_script_on_standard_input_runs_on_both_sides(run_module: RunModule) -> None:
    done = run_module('reproduce.legacy', '--seed', 7, '--against', TF1, '-', 'none',
                      input=CHANGED.read_text())
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith('same: ')


@needs_tf1
@pytest.mark.full
def test_without_a_seed_random_operations_are_named(run_module: RunModule) -> None:
    done = run_module('reproduce.legacy', '--against', TF1, CHANGED, 'none')
    assert done.returncode == 1
    assert 'random operations have no seed' in done.stdout.splitlines()[0]
