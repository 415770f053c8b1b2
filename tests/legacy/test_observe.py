"""The observer writes down what a script does, on either side, and changes nothing."""
import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable, List

import pytest
from conftest import MNIST, ROOT
from recorded import SCRIPTS, recorded
from running import needs_front

from reproduce.legacy import observe
from reproduce.legacy.observe import STDOUT
from reproduce.legacy.proof.ladder import SAME, climb
from reproduce.legacy.proof.recording import Recording, Run, read_recording
from reproduce.shared.errors import InputError

TF1 = os.environ.get('REPRODUCE_TF1')
needs_tf1 = pytest.mark.skipif(
    TF1 is None, reason='REPRODUCE_TF1 names no Python with TensorFlow 1.x')
RunModule = Callable[..., 'subprocess.CompletedProcess[str]']


def observed_here(run_module: RunModule, folder: Path, *script: str) -> Recording:
    done = run_module('reproduce.legacy', '--seed', 7, '--observe', folder, *script)
    (folder / STDOUT).write_text(done.stdout)
    return read_recording(str(folder), done.returncode)


def calls_of(recording: Recording) -> List[Run]:
    """The script's own session runs, without the ends of sessions."""
    return [run for run in recording.runs if not run.end]


def observed_there(folder: Path, *flags: Any) -> 'subprocess.CompletedProcess[str]':
    return subprocess.run([TF1, observe.__file__, *map(str, flags)], cwd=str(folder),
                          stdout=subprocess.PIPE, text=True, check=False)


def test_the_observer_is_python_3_5() -> None:
    source = Path(observe.__file__).read_text()
    tree = ast.parse(source, feature_version=(3, 5))
    assert not [node for node in ast.walk(tree) if isinstance(node, (ast.JoinedStr, ast.AnnAssign))]
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import)
                for name in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not [name for name in imported if name.startswith('reproduce')]


@needs_front
@pytest.mark.full
def test_several_graphs_and_sessions_are_recorded_as_on_1x(run_module: RunModule,
                                                           tmp_path: Path) -> None:
    here, there = observed_here(run_module, tmp_path, SCRIPTS / 'several.py'), recorded(
        'several-there')
    assert [len(graph) > 3 for graph in here.graphs] == [True] * 3
    assert [seed for seed, _ in here.seeds] == [seed for seed, _ in there.seeds]
    assert here.initial.keys() == there.initial.keys()
    assert {graph for graph, _ in here.initial} == {0, 1}
    calls, wanted = (calls_of(one) for one in (here, there))
    assert [run.error for run in calls] == [run.error for run in wanted]
    assert [run.error for run in calls].count('OutOfRangeError') == 1
    names, expected = ([[value.name for value in run.values] for run in one]
                       for one in (calls, wanted))
    assert names == expected
    assert ['SparseTensor/indices:0', 'SparseTensor/values:0',
            'SparseTensor/dense_shape:0'] in names
    assert len(calls) == here.all_runs
    assert sum(run.end for run in here.runs) >= 1
    assert here.elsewhere == 1  # the thread's run is not among them
    report = climb(here, there, [])
    assert report.same, report.text
    assert [rung.state for rung in report.rungs[1:]].count(SAME) >= 3


@needs_front
@pytest.mark.full
def test_huge_fetches_are_kept_small(run_module: RunModule, tmp_path: Path) -> None:
    recording = observed_here(run_module, tmp_path, SCRIPTS / 'huge.py')
    values = [run.values[0] for run in calls_of(recording)]
    assert [(value.size, len(value.numbers)) for value in values] == [
        (10**6, observe.KEPT_NUMBERS + 3)] * 3
    assert len({value.digest for value in values}) == 3
    assert (tmp_path / observe.RUNS).stat().st_size < 20000


def test_the_recording_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observe, 'MOST_BYTES', 100)
    observer = observe.Observer(str(tmp_path))

    class Session:
        graph = object()

    for _ in range(5):
        observer._saw_run(Session, {}, [('loss:0', 1.5)], [], None)
    assert observer._counts['runs'] == 5
    assert observer._counts['recorded'] == 1


def test_values_of_all_kinds_are_summarized() -> None:
    for value in (1, 2.5, True, b'text', 'text', [1, 2], [[1], [2, 3]], None, {}, 1j):
        json.dumps(observe._summary('name', value))
    assert observe._summary('name', [0.5, float('nan')])['numbers'][0] == 0.5
    assert observe._summary('name', [])['size'] == 0


@pytest.mark.parametrize('damage', [
    lambda folder: (folder / observe.OUTCOME).unlink(),
    lambda folder: (folder / observe.SEEDS).write_text('['),
    lambda folder: (folder / observe.RUNS).write_text('{}\n'),
    lambda folder: (folder / observe.GRAPHS).write_text('[[["name"]]]'),
    lambda folder: (folder / observe.INITIAL).write_text('[3]')])
def test_a_damaged_recording_is_refused(damage: Callable[[Path], Any], tmp_path: Path) -> None:
    from recorded import unpack
    unpack('changed-there', tmp_path)
    damage(tmp_path)
    with pytest.raises(InputError, match='holds no whole recording'):
        read_recording(str(tmp_path), 0)


def test_what_a_killed_process_leaves_is_read(tmp_path: Path) -> None:
    (tmp_path / STDOUT).write_text('one line\n')
    (tmp_path / observe.RUNS).write_text(
        '{"graph": 0, "error": null, "values": []}\n{"graph": 0, "er')
    recording = read_recording(str(tmp_path), -9)
    assert len(recording.runs) == 1
    assert recording.error is not None
    assert recording.error['type'] == 'signal 9'


def test_a_script_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, observe.__file__, 'no-script.py'], cwd=str(tmp_path),
                          capture_output=True, text=True)
    assert done.returncode == observe.EXIT_UNUSABLE
    assert done.stderr == f'error: {sys.executable}: no script no-script.py\n'


@needs_tf1
@pytest.mark.full
def test_1x_records_the_op_seeds(tmp_path: Path) -> None:
    script = SCRIPTS / 'mnist_seeds.py'
    done = observed_there(tmp_path, '--seed', 7, '--record-seeds', 'seeds.json', script)
    assert done.returncode == 0
    seeds = json.loads((tmp_path / 'seeds.json').read_text())
    assert seeds == [seed for seed, _ in recorded('mnist-seeds-there').seeds]
    assert len(seeds) == 2 + 3
    assert done.stdout.splitlines() == list(recorded('mnist-seeds-there').lines)
    assert [path.name for path in tmp_path.iterdir()] == ['seeds.json']


@needs_tf1
@pytest.mark.full
def test_1x_runs_a_script_as_without_the_observer(tmp_path: Path) -> None:
    script = tmp_path / 'script.py'
    script.write_text('import sys, sibling\nprint(__name__, __file__, sys.argv, sibling.VALUE)\n'
                      'sys.exit(5)\n')
    (tmp_path / 'sibling.py').write_text('VALUE = 3\n')
    done = observed_there(tmp_path, script, '--flag', 'x')
    plain = subprocess.run([TF1, str(script), '--flag', 'x'], stdout=subprocess.PIPE,
                           text=True, check=False)
    assert (done.returncode, done.stdout) == (plain.returncode, plain.stdout)
    assert done.returncode == 5


@needs_front
@pytest.mark.full
def test_the_recorded_op_seeds_are_replayed(run_module: RunModule, tmp_path: Path) -> None:
    recording = recorded('mnist-seeds-there')
    seeds = tmp_path / 'seeds.json'
    changed = [seed + 1000 for seed, _ in recording.seeds]
    seeds.write_text(json.dumps(changed))
    folder = tmp_path / 'run'
    folder.mkdir()
    done = run_module('reproduce.legacy', '--seed', 7, '--seeds', seeds, '--observe', folder,
                      SCRIPTS / 'mnist_seeds.py')
    assert done.returncode == 0, done.stderr
    assert [seed for seed, _ in json.loads((folder / observe.SEEDS).read_text())] == changed
    assert done.stdout.splitlines() == list(recording.lines)
    assert MNIST.is_dir()
    assert not (ROOT / 'no-such-folder').exists()
