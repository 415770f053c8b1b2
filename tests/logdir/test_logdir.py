"""A run's folder: what is written, refused, and found again."""
import contextlib
import errno
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Callable, Dict, List

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from conftest import ROOT, idx_bytes, small_run, write_data_set

from reproduce.experiment import checkpoint
from reproduce.experiment.article import ARTICLE
from reproduce.experiment.network import Network
from reproduce.logdir import manifest
from reproduce.logdir.folder import Folder
from reproduce.logdir.keeper import FolderKeeper
from reproduce.run import main
from reproduce.shared.errors import InputError, RunError


def flags(data: Path, folder: Path, *more: object) -> List[str]:
    return small_run(data, '--logdir', folder, '--training-steps', 12, '--save-every', 4,
                     '--eval-every', 6, *more)


@pytest.fixture(scope='module')
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small data set, which no test changes."""
    folder = tmp_path_factory.mktemp('data')
    write_data_set(folder, train=6000, test=200)
    return folder


def stop_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the next run break off, as by a failure, before it writes the record of `step`."""
    write = FolderKeeper._write

    def broken(self: FolderKeeper, record: object) -> None:
        if getattr(record, 'step', 0) == step:
            raise ZeroDivisionError
        write(self, record)

    monkeypatch.setattr(FolderKeeper, '_write', broken)


@pytest.fixture(scope='module')
def made(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two folders of runs: `whole` is finished, `begun` broke off at step 11, saved at step 8."""
    folder = tmp_path_factory.mktemp('made')
    with (folder / 'printed').open('w') as out, contextlib.redirect_stdout(out):
        assert main(flags(data, folder / 'whole')) == 0
    with pytest.MonkeyPatch.context() as monkeypatch, \
            contextlib.redirect_stdout(io.StringIO()):
        stop_at(11, monkeypatch)
        assert main(flags(data, folder / 'begun')) == 1
    return folder


@pytest.fixture
def whole(made: Path, tmp_path: Path) -> Path:
    """A copy of the finished run's folder."""
    return Path(shutil.copytree(str(made / 'whole'), str(tmp_path / 'whole')))


@pytest.fixture
def begun(made: Path, tmp_path: Path) -> Path:
    """A copy of the folder of the run that broke off."""
    return Path(shutil.copytree(str(made / 'begun'), str(tmp_path / 'begun')))


def events(folder: Path) -> Dict[str, List[tuple]]:
    """By tag, the (step, value) pairs of all event files below `folder`."""
    found: Dict[str, List[tuple]] = {}
    for path in sorted(folder.glob('events.*')):
        for event in tf.train.summary_iterator(str(path)):
            for value in event.summary.value:
                found.setdefault(value.tag, []).append((event.step, value.simple_value))
            if event.graph_def:
                found['graph'] = [(len(event.graph_def), 0.0)]
    return found


def final_weights(folder: Path) -> Dict[str, np.ndarray]:
    return checkpoint.read(str(folder / 'model.ckpt-12')).weights


def test_the_folder_holds_what_the_run_was(whole: Path, made: Path) -> None:
    assert (whole / 'run.log').read_text() == (made / 'printed').read_text()
    steps = [line for line in (whole / 'run.log').read_text().splitlines() if 'Step' in line]
    train, test = events(whole / 'train'), events(whole / 'test')
    assert [step for step, _ in train['loss']] == list(range(1, 13))
    assert [f'Step {step}, Minibatch Loss= {loss:.4f}, Training Accuracy= {accuracy:.3f}'
            for (step, loss), (_, accuracy) in zip(train['loss'], train['accuracy'])] == steps
    assert train['graph'][0][0] > 10000
    assert [step for step, _ in test['accuracy']] == [6, 12]
    assert sorted(path.name for path in whole.glob('model.ckpt-*.index')) == [
        f'model.ckpt-{step}.index' for step in (0, 12, 4, 8)]
    assert tf.train.latest_checkpoint(str(whole)) == str(whole / 'model.ckpt-12')
    said = manifest.read(str(whole))
    assert (said['status'], said['settings']['training_steps']) == ('finished', 12)
    assert [seed2 for _, seed2 in said['op_seeds']] == [5, 14, 49]
    initial = checkpoint.read(str(whole / 'model.ckpt-0')).weights
    assert said['initial_weights'] == manifest.weights_digest(initial)
    with np.load(str(whole / 'predictions.npz'), allow_pickle=False) as file:
        right = (file['predicted'] == file['labels']).mean()
    assert right == pytest.approx(test['accuracy'][-1][1], abs=1e-6)


def test_old_checkpoints_are_deleted(data: Path, tmp_path: Path) -> None:
    assert main(flags(data, tmp_path / 'run', '--keep', 2)) == 0
    assert len(list((tmp_path / 'run').glob('model.ckpt-*.index'))) == 2


@pytest.mark.parametrize('more, code, said', [
    ([], 2, 'holds a run already'), (['--resume'], 0, 'is finished'),
    (['--resume', '--overwrite'], 2, '--resume and --overwrite'), (['--overwrite'], 0, '')])
def test_a_folder_that_holds_a_run(more: list, code: int, said: str, whole: Path,
                                   data: Path, capfd: pytest.CaptureFixture) -> None:
    before = {path: path.read_bytes() for path in whole.rglob('*') if path.is_file()}
    assert main(flags(data, whole, *more)) == code
    assert said in capfd.readouterr().err
    if more != ['--overwrite']:
        assert {path: path.read_bytes() for path in whole.rglob('*') if path.is_file()} == before


def stopped(data: Path, folder: Path, after: str, number: int, *more: object) -> int:
    """Run until a line begins with `after`, send the signal; return the exit code."""
    with subprocess.Popen(
            [sys.executable, '-m', 'reproduce.run', *flags(data, folder, '--training-steps', 3000,
                                                           '--save-every', 50, *more)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=str(ROOT),
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)) as process:
        while not process.stdout.readline().startswith(after):
            assert process.poll() is None, process.stderr.read()
        process.send_signal(number)
        process.stdout.read()
        return process.wait(60)


@pytest.mark.full
@pytest.mark.parametrize('number, code', [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_run_that_is_asked_to_end_saves_first(number: int, code: int, data: Path,
                                                tmp_path: Path) -> None:
    assert stopped(data, tmp_path / 'run', 'Step 70,', number) == code
    *_, last = (tmp_path / 'run' / 'run.log').read_text().splitlines()
    step = int(last.split()[1].strip(','))
    assert (tmp_path / 'run' / f'model.ckpt-{step}.index').exists()
    assert manifest.read(str(tmp_path / 'run'))['status'] == 'interrupted'


def test_a_resumed_run_prints_the_remaining_lines_and_ends_with_the_same_weights(
        begun: Path, whole: Path, data: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(flags(data, begun, '--resume')) == 0
    lines = (whole / 'run.log').read_text().splitlines()
    assert capsys.readouterr().out.splitlines() == lines[4 + 8:]
    assert (begun / 'run.log').read_text().splitlines() == lines
    for name, value in final_weights(whole).items():
        np.testing.assert_array_equal(final_weights(begun)[name], value)


def test_an_unseeded_run_goes_on_with_its_own_batches(data: Path, tmp_path: Path,
                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    """The generator's state is kept: the resumed run draws what the broken one would have."""
    unseeded = flags(data, tmp_path / 'run', '--seed', 'none')
    with pytest.MonkeyPatch.context() as patch:
        stop_at(9, patch)
        assert main([*unseeded, '--record', str(tmp_path / 'run.npz')]) == 1
    assert main([*unseeded, '--resume']) == 0
    replayed = tmp_path / 'replayed'
    assert main(flags(data, replayed, '--replay', tmp_path / 'run.npz')) == 0
    for name, value in final_weights(replayed).items():
        np.testing.assert_array_equal(final_weights(tmp_path / 'run')[name], value)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


@pytest.mark.parametrize('damage', [
    lambda folder: truncate(folder / 'model.ckpt-8.data-00000-of-00001'),
    lambda folder: truncate(folder / 'model.ckpt-8.index'),
    lambda folder: (folder / 'model.ckpt-8.data-00000-of-00001').unlink(),
    lambda folder: (folder / 'model.ckpt-8.index').unlink(),
    lambda folder: (folder / 'checkpoint').write_text('nonsense')])
def test_a_damaged_checkpoint_is_passed_over_for_the_one_before(
        damage: Callable[[Path], object], begun: Path, whole: Path, data: Path) -> None:
    damage(begun)
    assert main(flags(data, begun, '--resume')) == 0
    for name, value in final_weights(whole).items():
        np.testing.assert_array_equal(final_weights(begun)[name], value)


def edited(folder: Path) -> None:
    said = json.loads((folder / 'manifest.json').read_text())
    said['settings']['seed'] = 7
    (folder / 'manifest.json').write_text(json.dumps(said))


@pytest.mark.parametrize('damage, said', [
    (edited, 'manifest.json: was edited'),
    (lambda folder: truncate(folder / 'manifest.json'), 'manifest.json: is damaged'),
    (lambda folder: (folder / 'manifest.json').unlink(), 'no manifest.json that says which'),
    (lambda folder: truncate(folder / 'generator.npz'), 'generator.npz: is damaged'),
    (lambda folder: [path.unlink() for path in folder.glob('model.ckpt*')], 'no whole checkpoint')])
def test_what_cannot_be_gone_on_with_is_named(damage: Callable[[Path], object], said: str,
                                              begun: Path, data: Path,
                                              capfd: pytest.CaptureFixture) -> None:
    damage(begun)
    assert main(flags(data, begun, '--resume')) == 2
    assert said in capfd.readouterr().err.splitlines()[-1]


def test_another_data_set_is_named(begun: Path, idx_folder: Path,
                                   capfd: pytest.CaptureFixture) -> None:
    (idx_folder / 't10k-labels-idx1-ubyte').write_bytes(idx_bytes(np.zeros(200, np.uint8)))
    assert main(flags(idx_folder, begun, '--resume')) == 2
    assert 't10k-labels-idx1-ubyte.gz of the data set is another file' in capfd.readouterr().err


@pytest.mark.full
def test_the_second_of_two_runs_is_refused(data: Path, tmp_path: Path,
                                           capfd: pytest.CaptureFixture) -> None:
    pytest.importorskip('fcntl', reason='Windows has no such locks')
    folder = tmp_path / 'run'
    with subprocess.Popen([sys.executable, '-m', 'reproduce.run', *flags(
            data, folder, '--training-steps', 100000)], stdout=subprocess.PIPE,
            cwd=str(ROOT), text=True) as process:
        while not process.stdout.readline().startswith('Step'):
            assert process.poll() is None
        assert main(flags(data, folder, '--resume')) == 2
        assert 'another run is writing there' in capfd.readouterr().err
        process.kill()
        process.stdout.read()
    assert main(flags(data, folder, '--overwrite')) == 0


def test_a_full_disk_keeps_the_last_whole_checkpoint(data: Path, tmp_path: Path,
                                                     whole: Path, capfd: pytest.CaptureFixture,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / 'run'
    save = checkpoint.save

    def full(network: object, prefix: str, step: int, saver: object) -> str:
        if step == 8:
            raise RunError(f'{prefix}-{step}: cannot be written (No space left on device)')
        return save(network, prefix, step, saver)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checkpoint, 'save', full)
        assert main(flags(data, folder)) == 1
    said = capfd.readouterr().err.splitlines()[-1]
    assert 'No space left on device' in said
    assert 'the last whole checkpoint is model.ckpt-4' in said
    assert main(flags(data, folder, '--resume')) == 0
    assert (folder / 'run.log').read_text() == (whole / 'run.log').read_text()


def test_a_limit_on_files_is_met_before_the_run(data: Path, tmp_path: Path) -> None:
    done = subprocess.run(['bash', '-c', 'ulimit -f 20; exec "$@"', 'bash', sys.executable, '-m',
                           'reproduce.run', '--logdir', str(tmp_path / 'run')], cwd=str(ROOT),
                          capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, '')
    assert 'cannot be written (File too large)' in done.stderr


@pytest.mark.full
def test_a_closed_stdout_is_saved(data: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        ['bash', '-c', '"$@" | head -6 >/dev/null; exit ${PIPESTATUS[0]}', 'bash', sys.executable,
         '-m', 'reproduce.run', *flags(data, tmp_path / 'run', '--training-steps', 2000,
                                       '--save-every', 5000)],
        cwd=str(ROOT), capture_output=True, text=True)
    assert done.returncode == 1
    *_, last = (tmp_path / 'run' / 'run.log').read_text().splitlines()
    step = int(last.split()[1].strip(','))
    assert step > 1
    assert (tmp_path / 'run' / f'model.ckpt-{step}.index').exists()


def test_a_run_that_diverges_keeps_its_good_checkpoints(data: Path, tmp_path: Path,
                                                        capfd: pytest.CaptureFixture) -> None:
    assert main(flags(data, tmp_path / 'run', '--learning-rate', 1e38)) == 1
    assert 'diverged' in capfd.readouterr().err
    said = manifest.read(str(tmp_path / 'run'))
    assert said['status'] == said['sessions'][0]['status'] == 'diverged'
    weights = checkpoint.read(str(tmp_path / 'run' / 'model.ckpt-0')).weights
    assert all(np.isfinite(value).all() for value in weights.values())
    assert [path.name for path in (tmp_path / 'run').glob('model.ckpt-*.index')] == [
        'model.ckpt-0.index']


def test_a_clock_that_jumps_changes_nothing(data: Path, tmp_path: Path, whole: Path,
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter(range(10**9, 0, -10**6))
    monkeypatch.setattr(time, 'time', lambda: float(next(times)))
    assert main(flags(data, tmp_path / 'run')) == 0
    assert (tmp_path / 'run' / 'run.log').read_text() == (whole / 'run.log').read_text()
    assert 0 <= manifest.read(str(tmp_path / 'run'))['seconds'] < 600


@pytest.mark.parametrize('more, said', [
    *(([flag, *value], f'{flag} needs --logdir DIR') for flag, *value in (
        ('--resume',), ('--overwrite',), ('--save-every', '500'), ('--keep', '5'),
        ('--eval-every', '2500'))),
    (['--logdir', '/dev/null/x'], 'cannot be made'), (['--logdir', 'a[1]'], "has a '['"),
    (['--logdir', 'a*/run'], "has a '*'"), (['--deterministic', '--seed', 'none'], 'give a seed')])
def test_flags_that_cannot_be_followed(more: list, said: str, tmp_path: Path,
                                       monkeypatch: pytest.MonkeyPatch,
                                       capfd: pytest.CaptureFixture) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(more) == 2
    assert said in capfd.readouterr().err
    assert os.listdir('.') == []


# The lock.

def test_a_refused_folder_is_not_locked(whole: Path, data: Path) -> None:
    assert main(flags(data, whole)) == 2  # it holds a run
    with Folder(str(whole), resume=True, overwrite=False, article=ARTICLE):
        pass
    with pytest.raises(InputError, match='holds a run already'):
        Folder(str(whole), resume=False, overwrite=False, article=ARTICLE)
    assert main(flags(data, whole, '--resume')) == 0


@pytest.mark.parametrize('number, said', [
    (errno.EWOULDBLOCK, 'another run is writing there'),
    (errno.ENOLCK, f'cannot be locked ({os.strerror(errno.ENOLCK)}); name a folder on another'),
    (errno.EOPNOTSUPP, f'cannot be locked ({os.strerror(errno.EOPNOTSUPP)})')])
def test_what_flock_says_is_said(number: int, said: str, data: Path, tmp_path: Path,
                                 monkeypatch: pytest.MonkeyPatch,
                                 capfd: pytest.CaptureFixture) -> None:
    fcntl = pytest.importorskip('fcntl', reason='Windows has no such locks')

    def refused(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, 'flock', refused)
    assert main(flags(data, tmp_path / 'run')) == 2
    assert said in capfd.readouterr().err


def test_a_lock_of_another_user_s_is_one_line(data: Path, tmp_path: Path,
                                              monkeypatch: pytest.MonkeyPatch,
                                              capfd: pytest.CaptureFixture) -> None:
    pytest.importorskip('fcntl', reason='Windows has no such locks')
    opened = os.open

    def refused(path: str, *arguments: int) -> int:
        if str(path).endswith('.lock'):
            raise PermissionError(errno.EACCES, 'Permission denied')
        return opened(path, *arguments)

    monkeypatch.setattr(os, 'open', refused)
    assert main(flags(data, tmp_path / 'run')) == 2
    error, = capfd.readouterr().err.splitlines()
    assert '.lock cannot be opened (Permission denied); name another folder' in error


# What stands in the way, and odd names.

@pytest.mark.parametrize('name, said', [
    ('run.log', 'run.log is a folder'), ('model.ckpt-8.index', 'model.ckpt-8.index is a folder'),
    ('manifest.json', 'manifest.json is a folder')])
def test_a_folder_in_the_place_of_a_file_is_named_before_anything_is_deleted(
        name: str, said: str, whole: Path, data: Path, capfd: pytest.CaptureFixture) -> None:
    (whole / name).unlink()
    (whole / name).mkdir()
    before = sorted(path.name for path in whole.iterdir())
    for flag in ('--overwrite', '--resume'):
        assert main(flags(data, whole, flag)) == 2
        assert said in capfd.readouterr().err.splitlines()[-1]
    assert sorted(path.name for path in whole.iterdir()) == before


def test_a_file_in_the_place_of_a_folder_is_named(data: Path, tmp_path: Path,
                                                  capfd: pytest.CaptureFixture) -> None:
    (tmp_path / 'train').write_text('')
    assert main(flags(data, tmp_path)) == 2
    assert 'train is a file' in capfd.readouterr().err.splitlines()[-1]


def test_a_data_folder_whose_name_is_no_utf_8(data: Path, whole: Path, tmp_path: Path) -> None:
    odd = os.fsencode(str(tmp_path)) + b'/\xff'
    try:
        shutil.copytree(os.fsencode(str(data)), odd)
    except OSError:
        pytest.skip('the file system has no such names')
    command = [sys.executable, '-m', 'reproduce.run', *flags(Path(os.fsdecode(odd)),
                                                             tmp_path / 'run')]
    done = subprocess.run(command, cwd=str(ROOT), capture_output=True)
    assert done.returncode == 0, done.stderr
    log = (tmp_path / 'run' / 'run.log').read_bytes()
    assert log == done.stdout
    assert b'/\\udcff/train-images-idx3-ubyte\n' in log
    assert main(['--logdir', str(tmp_path / 'run'), '--resume', '--quiet']) == 0
    report = subprocess.run([sys.executable, '-m', 'reproduce.report', str(tmp_path / 'run')],
                            cwd=str(ROOT), capture_output=True, text=True)
    assert report.returncode == 0, report.stderr


# Disks that fill up, and what is asked of a run that goes on.

def at_step(step: int, act: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the next run call `act` when it has written the record of `step`."""
    write = FolderKeeper._write

    def acting(self: FolderKeeper, record: object) -> None:
        write(self, record)
        if getattr(record, 'step', 0) == step:
            act()

    monkeypatch.setattr(FolderKeeper, '_write', acting)


def test_a_log_that_finds_the_disk_full_says_so(data: Path, tmp_path: Path,
                                                monkeypatch: pytest.MonkeyPatch,
                                                capfd: pytest.CaptureFixture) -> None:
    if not os.path.exists('/dev/full'):
        pytest.skip('only Linux has a device that is full')
    monkeypatch.setattr(FolderKeeper, '_opened_log', lambda self: open(  # noqa: SIM115
        '/dev/full', 'a', encoding='utf-8', buffering=1))
    assert main(flags(data, tmp_path / 'run')) == 1
    assert capfd.readouterr().err.splitlines()[-1] == (
        'error: /dev/full: cannot be written (No space left on device); make room, and go on with '
        '--resume')
    assert manifest.read(str(tmp_path / 'run'))['status'] == 'failed'


def test_what_cannot_be_written_at_the_end_is_a_failure_and_no_wrong_flag(
        data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
        capfd: pytest.CaptureFixture) -> None:
    with pytest.MonkeyPatch.context() as patch:
        at_step(11, (tmp_path / 'run' / 'predictions.npz').mkdir, patch)
        assert main(flags(data, tmp_path / 'run')) == 1
    error = capfd.readouterr().err.splitlines()[-1]
    assert 'predictions.npz: cannot be written (Is a directory)' in error
    assert manifest.read(str(tmp_path / 'run'))['status'] == 'failed'
    (tmp_path / 'run' / 'predictions.npz').rmdir()
    assert main(flags(data, tmp_path / 'run', '--resume')) == 0


@pytest.mark.usefixtures('pythons_own_handler')
@pytest.mark.parametrize('number, code', [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
@pytest.mark.parametrize('full', ['manifest', 'checkpoint', ''])
def test_a_request_to_end_is_followed_though_nothing_can_be_written(
        number: int, code: int, full: str, data: Path, tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture) -> None:
    def refused(*_: object) -> None:
        raise RunError('cannot be written (No space left on device)')

    def act() -> None:
        os.kill(os.getpid(), number)
        if full:
            monkeypatch.setattr(*{'manifest': (manifest, 'write', refused),
                                  'checkpoint': (checkpoint, 'save', refused)}[full])

    at_step(6, act, monkeypatch)
    assert main(flags(data, tmp_path / 'run')) == code
    said = capfd.readouterr().err
    assert ('terminated' if code == 143 else 'interrupted') in said
    if full != 'checkpoint':
        assert (tmp_path / 'run' / 'model.ckpt-6.index').exists()
    if full != 'manifest':
        assert manifest.read(str(tmp_path / 'run'))['status'] == 'interrupted'


def test_all_test_images_are_looked_at_once_at_the_end(data: Path, tmp_path: Path,
                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []
    predicted = Network.predicted
    monkeypatch.setattr(Network, 'predicted',
                        lambda *arguments: looks.append(1) or predicted(*arguments))
    assert main(flags(data, tmp_path / 'run')) == 0  # 12 steps, --eval-every 6
    assert len(looks) == 2
    del looks[:]
    assert main(small_run(data, '--training-steps', 2)) == 0  # quietly, nobody asks
    assert not looks


@pytest.mark.full
def test_two_deterministic_runs_have_the_same_bits(data: Path, tmp_path: Path) -> None:
    for name in ('one', 'other'):  # in processes of their own: the setting is a process's
        done = subprocess.run([sys.executable, '-m', 'reproduce.run', '--deterministic', *flags(
            data, tmp_path / name)], cwd=str(ROOT), capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    one, other = (final_weights(tmp_path / name) for name in ('one', 'other'))
    for name, value in one.items():
        np.testing.assert_array_equal(other[name], value)
