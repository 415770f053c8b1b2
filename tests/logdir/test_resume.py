"""A flag of a run that is there is honoured or refused; what is not given is what it was."""
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Callable, Dict, List

import numpy as np
import pytest
from conftest import MNIST, ROOT, write_data_set
from test_logdir import begun, data, final_weights, flags, made, stop_at, whole  # noqa: F401

from reproduce.experiment import checkpoint
from reproduce.experiment.article import ARTICLE
from reproduce.logdir import manifest
from reproduce.logdir.keeper import FolderKeeper
from reproduce.run import main
from reproduce.shared.errors import RunError


def resume(folder: Path, *more: object) -> int:
    """Go on with the run in `folder`, with no more flags than these."""
    return main(['--logdir', str(folder), '--resume', '--quiet', *map(str, more)])


def files(folder: Path) -> Dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob('*') if path.is_file()}


def broken_off(folder: Path, data: Path, *more: object, at: int = 11) -> Path:  # noqa: F811
    """The folder of a run that broke off."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        stop_at(at, monkeypatch)
        assert main(flags(data, folder, *more)) == 1
    return folder


def assert_same_end(folder: Path, whole: Path) -> None:  # noqa: F811
    assert (folder / 'run.log').read_text() == (whole / 'run.log').read_text()
    for name, value in final_weights(whole).items():
        np.testing.assert_array_equal(final_weights(folder)[name], value)


# What is not given.

def test_flags_that_are_not_given_are_what_they_were(begun: Path, whole: Path) -> None:  # noqa: F811
    assert resume(begun) == 0
    assert_same_end(begun, whole)
    assert [path.name for path in sorted(begun.glob('model.ckpt-*.index'))] == [
        f'model.ckpt-{step}.index' for step in (0, 12, 4, 8)]  # --save-every 4, not 500


def test_a_run_that_was_to_keep_going_does_so_when_it_is_resumed(
        data: Path, tmp_path: Path) -> None:  # noqa: F811
    folder = broken_off(tmp_path / 'run', data, '--keep-going', '--learning-rate', 1e30, at=2)
    assert resume(folder) == 0


@pytest.mark.parametrize('more, said', [
    (['--seed', 2], '--seed was 1, and is 2'), (['--seed', 'none'], '--seed was 1, and is none'),
    (['--engine', 'static'], '--engine was fast, and is static'),
    (['--deterministic'], '--deterministic was False, and is True'),
    (['--learning-rate', 0.1], '--learning-rate was 0.001, and is 0.1'),
    (['--training-steps', 10000], '--training-steps was 12, and is 10000'),  # the default, given
    (['--record', 'new.npz'], '--record was none, and is new.npz'),
    (['--replay', 'x.npz'], '--replay was none, and is x.npz'),
    (['--init-checkpoint', 'x'], '--init-checkpoint was none, and is x')])
@pytest.mark.parametrize('finished', [True, False])
def test_what_the_run_can_no_longer_follow_is_refused(
        more: list, said: str, finished: bool, whole: Path, begun: Path,  # noqa: F811
        capfd: pytest.CaptureFixture) -> None:
    folder = whole if finished else begun
    before = files(folder)
    assert resume(folder, *more) == 2
    assert said in capfd.readouterr().err.splitlines()[-1]
    assert files(folder) == before


# While steps are left, a run can be kept otherwise.

def test_another_schedule_is_honoured_while_steps_are_left(
        begun: Path, whole: Path, capfd: pytest.CaptureFixture) -> None:  # noqa: F811
    assert resume(begun, '--save-every', 3, '--keep', 2) == 0
    assert_same_end(begun, whole)
    assert sorted(path.name for path in begun.glob('model.ckpt-*.index')) == [
        'model.ckpt-12.index', 'model.ckpt-9.index']  # and none of the first session's four
    assert manifest.read(str(begun))['settings']['save_every'] == 3
    assert resume(begun, '--save-every', 4) == 2
    assert '--save-every was 3, and is 4' in capfd.readouterr().err


# A finished run.

def judged(folder: Path, same: object) -> Path:
    """Have the finished run be one of the article's settings, with a verdict."""
    said = manifest.read(str(folder))
    said['settings'].update({name: getattr(ARTICLE, name) for name in vars(ARTICLE)})
    manifest.write(str(folder), dict(said, verdict='this was said', same=same))
    return folder


@pytest.mark.parametrize('same, code', [(True, 0), (False, 1), (None, 2)])
def test_check_of_a_finished_run_exits_by_its_verdict(
        same: object, code: int, whole: Path, capfd: pytest.CaptureFixture) -> None:  # noqa: F811
    judged(whole, same)
    assert resume(whole, '--check') == code
    said = capfd.readouterr().err
    assert ('this was said' in said) == (code != 0)  # quietly, what is fine is not said
    assert resume(whole) == 0


def test_check_of_a_run_that_cannot_be_compared_is_refused(
        whole: Path, begun: Path, capfd: pytest.CaptureFixture) -> None:  # noqa: F811
    for folder in (whole, begun):
        assert resume(folder, '--check') == 2
        assert '--check: --batch-size 8 is not' in capfd.readouterr().err


def test_the_checkpoint_of_a_finished_run_is_saved_where_it_is_asked_for(
        whole: Path, tmp_path: Path, capfd: pytest.CaptureFixture) -> None:  # noqa: F811
    assert resume(whole, '--save-checkpoint', tmp_path / 'copy.ckpt') == 0
    weights, step = checkpoint.read(str(tmp_path / 'copy.ckpt-12'))
    assert step == 12
    for name, value in final_weights(whole).items():
        np.testing.assert_array_equal(weights[name], value)
    (whole / 'model.ckpt-12.index').unlink()
    assert resume(whole, '--save-checkpoint', tmp_path / 'again.ckpt') == 2
    assert 'has no whole checkpoint after step 8' in capfd.readouterr().err
    assert not list(tmp_path.glob('again*'))


def test_a_finished_run_s_data_are_compared_if_they_are_given(
        whole: Path, data: Path, tmp_path: Path, capfd: pytest.CaptureFixture) -> None:  # noqa: F811
    assert resume(whole, '--data-dir', data) == 0
    write_data_set(tmp_path, train=6001, test=200)
    assert resume(whole, '--data-dir', tmp_path) == 2
    assert 'train-images-idx3-ubyte.gz of the data set is another file' in capfd.readouterr().err


# The files that a run starts from, or has recorded.

@pytest.fixture
def recording(data: Path, tmp_path: Path) -> Path:  # noqa: F811
    """A recording of a run of seed 5."""
    path = tmp_path / 'run.npz'
    assert main(flags(data, tmp_path / 'recorded', '--seed', 5, '--record', path)) == 0
    return path


def test_another_recording_is_not_replayed_on(recording: Path, data: Path, tmp_path: Path,  # noqa: F811
                                              capfd: pytest.CaptureFixture) -> None:
    folder = broken_off(tmp_path / 'run', data, '--replay', recording)
    moved = tmp_path / 'moved.npz'
    shutil.copy(str(recording), str(moved))
    other = tmp_path / 'other.npz'
    assert main(flags(data, tmp_path / 'other', '--seed', 6, '--record', other)) == 0
    shutil.copy(str(other), str(recording))
    for given in ([], ['--replay', recording], ['--replay', other]):
        assert resume(folder, *given) == 2
        assert '.npz is not what it was' in capfd.readouterr().err.splitlines()[-1]
    recording.unlink()
    assert resume(folder) == 2
    assert 'run.npz is not there any more' in capfd.readouterr().err.splitlines()[-1]
    assert resume(folder, '--replay', moved) == 0
    assert_same_end(folder, tmp_path / 'recorded')


def test_a_run_goes_on_without_the_checkpoint_that_it_began_with(
        whole: Path, data: Path, tmp_path: Path, capfd: pytest.CaptureFixture) -> None:  # noqa: F811
    for path in whole.glob('model.ckpt-4.*'):
        shutil.copy(str(path), str(tmp_path / path.name.replace('model', 'old')))
    old = tmp_path / 'old.ckpt-4'
    folders = [broken_off(tmp_path / name, data, '--init-checkpoint', old) for name in 'abcd']
    assert resume(folders[0]) == 0
    assert resume(folders[1], '--init-checkpoint', old) == 0
    for path in tmp_path.glob('old.ckpt-4.*'):
        shutil.copy(str(whole / path.name.replace('old', 'model').replace('-4', '-8')), str(path))
    assert resume(folders[2], '--init-checkpoint', old) == 2
    assert 'old.ckpt-4 is not what it was' in capfd.readouterr().err.splitlines()[-1]
    for path in tmp_path.glob('old.ckpt-4.*'):
        path.unlink()
    assert resume(folders[2]) == 0
    assert resume(folders[3], '--init-checkpoint', old) == 0
    for folder in folders:
        for name, value in final_weights(folders[0]).items():
            np.testing.assert_array_equal(final_weights(folder)[name], value)


def test_a_recording_is_there_or_cannot_be_asked_for_again(
        data: Path, tmp_path: Path, capfd: pytest.CaptureFixture) -> None:  # noqa: F811
    recorded = tmp_path / 'run.npz'
    folder = broken_off(tmp_path / 'run', data, '--record', recorded)
    before = recorded.read_bytes()
    assert resume(folder, '--record', recorded) == 0
    assert recorded.read_bytes() == before
    assert resume(folder, '--record', recorded) == 0  # finished
    recorded.write_bytes(b'something else')
    assert resume(folder, '--record', recorded) == 2
    assert 'run.npz is not what it was' in capfd.readouterr().err.splitlines()[-1]
    recorded.unlink()
    assert resume(folder, '--record', recorded) == 2
    assert 'run.npz is not there any more' in capfd.readouterr().err.splitlines()[-1]


# What is said.

def test_a_damaged_last_checkpoint_is_named(begun: Path) -> None:  # noqa: F811
    """In a process of its own, where TensorFlow's banners are held back."""
    path = begun / 'model.ckpt-8.data-00000-of-00001'
    path.write_bytes(path.read_bytes()[:100])
    done = subprocess.run([sys.executable, '-m', 'reproduce.run', '--logdir', str(begun),
                           '--resume'], cwd=str(ROOT), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert f'{begun}/model.ckpt-8: is damaged' in done.stderr


@pytest.mark.parametrize('damage, said', [
    (lambda log: log.unlink(), 'run.log lacks 8 of the 8 lines up to step 8'),
    (lambda log: log.write_text(''.join(log.read_text().splitlines(True)[:-5])),
     'run.log lacks 3 of the 8 lines up to step 8'),
    (lambda log: log.write_text(log.read_text().replace('Loss= ', 'Loss ', 1)),
     'run.log lacks 1 of the 8 lines up to step 8')])
def test_lines_that_the_log_has_lost_are_missed(
        damage: Callable, said: str, begun: Path, whole: Path,  # noqa: F811
        caplog: pytest.LogCaptureFixture) -> None:
    damage(begun / 'run.log')
    assert main(['--logdir', str(begun), '--resume']) == 0
    assert said in caplog.text
    for name, value in final_weights(whole).items():
        np.testing.assert_array_equal(final_weights(begun)[name], value)


def test_a_log_that_has_lost_lines_gets_no_verdict(
        data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,  # noqa: F811
        capfd: pytest.CaptureFixture) -> None:
    """A run of the article's settings; that its lines are missing is no difference."""
    folder = tmp_path / 'run'
    write = FolderKeeper._write

    def broken(self: FolderKeeper, record: object) -> None:
        write(self, record)
        if getattr(record, 'step', 0) == 2:
            raise ZeroDivisionError

    monkeypatch.setattr(FolderKeeper, '_write', broken)
    assert main(['--logdir', str(folder), '--data-dir', str(MNIST), '--save-every', '2']) == 1
    (folder / 'run.log').unlink()
    assert resume(folder, '--check') == 2
    assert '--check: ' in capfd.readouterr().err
    assert manifest.read(str(folder))['status'] == 'failed'  # and no session of the refused one
    assert len(manifest.read(str(folder))['sessions']) == 1


# What the manifest says of each session.

def sessions(folder: Path) -> List[dict]:
    return manifest.read(str(folder))['sessions']


def test_each_session_is_noted(begun: Path) -> None:  # noqa: F811
    assert resume(begun) == 0
    first, second = sessions(begun)
    assert (first['steps'], first['status']) == ([0, 10], 'failed')
    assert (second['steps'], second['status']) == ([8, 12], 'finished')
    said = manifest.read(str(begun))
    assert said['status'] == 'finished'
    assert said['seconds'] == pytest.approx(first['seconds'] + second['seconds'], abs=0.11)
    for session in (first, second):
        assert session['started'] <= session['ended']
        assert {'command', 'commit', 'tensorflow', 'numpy', 'python', 'processor', 'oneDNN',
                'kernels'} <= session.keys()


def test_a_killed_session_has_got_as_far_as_its_last_checkpoint(
        begun: Path) -> None:  # noqa: F811
    said = manifest.read(str(begun))
    said['sessions'][0].update(status='running', steps=[0, 8])
    manifest.write(str(begun), dict(said, status='running'))  # as a kill leaves it
    assert resume(begun) == 0
    assert [session['status'] for session in sessions(begun)] == ['killed', 'finished']


def test_a_folder_of_an_older_version_goes_on(begun: Path, whole: Path) -> None:  # noqa: F811
    said = manifest.read(str(begun))
    del said['sessions']
    manifest.write(str(begun), said)
    assert resume(begun) == 0
    assert_same_end(begun, whole)


def test_a_session_on_another_version_is_noted_and_said(
        begun: Path, caplog: pytest.LogCaptureFixture) -> None:  # noqa: F811
    said = manifest.read(str(begun))
    said['sessions'][0]['tensorflow'] = '1.15.5'
    manifest.write(str(begun), said)
    assert main(['--logdir', str(begun), '--resume']) == 0
    assert 'tensorflow was: 1.15.5, and is: ' in caplog.text
    assert [session['tensorflow'] == '1.15.5' for session in sessions(begun)] == [True, False]


def test_a_run_whose_extra_checkpoint_cannot_be_written_is_finished(
        data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,  # noqa: F811
        capfd: pytest.CaptureFixture) -> None:
    extra, save = str(tmp_path / 'extra.ckpt'), checkpoint.save

    def failing(network: object, prefix: str, *others: object) -> str:
        if prefix == extra:
            raise RunError(f'{prefix}: cannot be written (No space left on device)')
        return save(network, prefix, *others)

    monkeypatch.setattr(checkpoint, 'save', failing)
    assert main(flags(data, tmp_path / 'run', '--save-checkpoint', extra)) == 1
    assert 'it is kept as ' in capfd.readouterr().err
    assert manifest.read(str(tmp_path / 'run'))['status'] == 'finished'
