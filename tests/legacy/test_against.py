"""`--against`: what cannot be run is said in a line; what can be run is compared."""
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable

import pytest
from conftest import ROOT
from recorded import SCRIPTS, unpack
from running import needs_front

from reproduce.legacy import observe
from reproduce.legacy.proof import against
from reproduce.legacy.proof.recording import Recording, read_recording

TF1 = os.environ.get('REPRODUCE_TF1')
needs_tf1 = pytest.mark.skipif(
    TF1 is None, reason='REPRODUCE_TF1 names no Python with TensorFlow 1.x')
RunModule = Callable[..., 'subprocess.CompletedProcess[str]']
CHANGED = SCRIPTS / 'changed.py'


@needs_front
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


@needs_front
def test_an_unforeseen_error_has_an_exit_code_of_its_own(monkeypatch: pytest.MonkeyPatch,
                                                         capsys: pytest.CaptureFixture) -> None:
    from reproduce.legacy.__main__ import main

    def fail(*_: Any) -> None:
        raise ZeroDivisionError('unforeseen')

    monkeypatch.setattr(against, 'compare_with', fail)
    assert main(['--against', 'python', 'script.py']) == 3
    assert 'ZeroDivisionError: unforeseen' in capsys.readouterr().err


@pytest.mark.parametrize('kind, missing', [
    ('ModuleNotFoundError', True), ('AbsentOperationError', False)])
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


@pytest.fixture
def recording(tmp_path: Path) -> Callable[[str], Path]:
    """Unpacks a recording that observe.py made beside TensorFlow 1.15.5."""
    def unpacked(name: str) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        unpack(f'{name}-there', folder)
        return folder
    return unpacked


@needs_front
@pytest.mark.parametrize('name', ['counter', 'restored'])
def test_what_was_recorded_once_is_proven_here(name: str, recording: Callable[[str], Path],
                                               run_module: RunModule) -> None:
    done = run_module('reproduce.legacy', '--seed', 7, '--against', recording(name),
                      SCRIPTS / f'{name}.py')
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith('same: TensorFlow ')
    assert not Path('kept').exists()


def settings(folder: Path, script: Path, **others: Any) -> against.Settings:
    return against.Settings(str(folder), str(script), [], **{
        'seed': 7, 'threads': None, 'data_dir': None, **others})


@pytest.mark.parametrize('others, said', [
    ({'seed': 8}, '--seed was 7 there and is 8'), ({'seed': None}, '--seed was 7 there'),
    ({'most_runs': 3}, '--runs was None there and is 3')])
def test_a_recording_of_another_run_is_refused(others: dict, said: str,
                                               recording: Callable[[str], Path]) -> None:
    folder = recording('counter')
    with pytest.raises(against.InputError, match=said):
        against._Recorded(settings(folder, SCRIPTS / 'counter.py', **others)).there()
    with pytest.raises(against.InputError, match='is another script'):
        against._Recorded(settings(folder, SCRIPTS / 'restored.py')).there()


@pytest.mark.parametrize('flags', [('--json', 'x'), ('--runs', '3'), ('--ignore', 'x'),
                                   ('--in-place',)])
def test_flags_of_the_comparison_need_it(flags: tuple, capsys: pytest.CaptureFixture) -> None:
    from reproduce.legacy.__main__ import main
    with pytest.raises(SystemExit) as error:
        main([*flags, 'script.py'])
    assert error.value.code == 2
    assert f'{flags[0]} needs --against' in capsys.readouterr().err


@needs_front
def test_the_observer_changes_no_program(run_module: RunModule, tmp_path: Path) -> None:
    script = SCRIPTS / 'counter.py'
    plain = run_module('reproduce.legacy', '--seed', 7, script)
    seen = run_module('reproduce.legacy', '--seed', 7, '--observe', tmp_path, script)
    assert plain.stdout == seen.stdout == 'counted 1.0\n'


@needs_front
def test_a_run_is_stopped_after_so_many_session_runs(run_module: RunModule,
                                                     tmp_path: Path) -> None:
    done = run_module('reproduce.legacy', '--seed', 7, '--runs', 3, '--observe', tmp_path,
                      SCRIPTS / 'restored.py', cwd=str(tmp_path), env=dict(
                          os.environ, PYTHONPATH=str(ROOT)))
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 1  # the third is stopped before it is printed
    (tmp_path / observe.STDOUT).write_text(done.stdout)
    recording = read_recording(str(tmp_path), 0)
    assert recording.all_runs == 3
    assert recording.runs[-1].end


@needs_tf1
@pytest.mark.full
def test_a_recording_with_its_controls_proves_what_rounding_alone_changes(
        run_module: RunModule, tmp_path: Path) -> None:
    folder = tmp_path / 'recorded'
    script = SCRIPTS / 'zero_bias.py'
    done = subprocess.run([TF1, observe.__file__, '--seed', '7', '--record', str(folder),
                           '--controls', str(script)], cwd=str(tmp_path), capture_output=True)
    assert done.returncode == 0, done.stderr
    assert {name for name in os.listdir(str(folder)) if (folder / name).is_dir()} == {
        observe.REPEATED, observe.THREADED, observe.NUDGED}
    done = run_module('reproduce.legacy', '--seed', 7, '--against', folder, script)
    assert done.stdout.startswith('differs by rounding'), done.stdout + done.stderr
