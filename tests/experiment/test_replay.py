"""Recordings: a run that replays one draws nothing, and prints the same."""
import random
import zipfile
from pathlib import Path
from typing import Callable, List, Optional

import numpy as np
import pytest
from conftest import GOLDEN, small_run

from reproduce.experiment import replay
from reproduce.run import main
from reproduce.shared.errors import InputError

UNSEEDED = GOLDEN / 'replay' / 'unseeded.npz'


def small(data_dir: Path, *flags: object) -> List[str]:
    return small_run(data_dir, '--training-steps', 5, *flags)


@pytest.mark.parametrize('engine', ['fast', pytest.param('static', marks=pytest.mark.full)])
def test_a_replayed_run_prints_what_the_recorded_run_printed(
        engine: str, idx_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    file = tmp_path / 'run.npz'
    # A seed of its own: of unseeded weights, some would have a loss on the edge of its last digit.
    assert main(small(idx_folder, '--seed', 7, '--record', file)) == 0
    printed = capsys.readouterr().out
    flags = [flag for flag in small(idx_folder, '--replay', file, '--engine', engine)
             if flag != '--quiet']
    assert main(flags) == 0
    replayed = capsys.readouterr()
    assert replayed.out == printed
    assert f'; replayed from {file}\n' in replayed.err
    assert main(small(idx_folder)) == 0  # with the seed that a replayed run has for nothing
    assert capsys.readouterr().out != printed
    assert main(small(idx_folder, '--seed', 9, '--replay', file)) == 2
    assert 'leave out --seed' in capsys.readouterr().err


def test_an_unseeded_run_is_recorded_and_replayed(idx_folder: Path, tmp_path: Path,
                                                  capsys: pytest.CaptureFixture) -> None:
    """By the same engine on the same thread, which has the same bits."""
    file = tmp_path / 'run.npz'
    assert main(small(idx_folder, '--threads', 1, '--seed', 'none', '--record', file)) == 0
    printed = capsys.readouterr().out
    assert main(small(idx_folder, '--threads', 1, '--replay', file)) == 0
    assert capsys.readouterr().out == printed


def test_recording_changes_nothing(idx_folder: Path, tmp_path: Path,
                                   capsys: pytest.CaptureFixture) -> None:
    assert main(small(idx_folder)) == 0
    printed = capsys.readouterr().out
    assert main(small(idx_folder, '--record', tmp_path / 'run.npz')) == 0
    assert capsys.readouterr().out == printed


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    recording = replay.Recording({'Variable': np.float32([[1, 2]]),
                                  'rnn/basic_lstm_cell/kernel': np.ones((3, 4), np.float32)},
                                 np.arange(12, dtype=np.int32).reshape(3, 4))
    path = str(tmp_path / 'some.npz')
    replay.save(recording, path)
    loaded = replay.load(path)
    assert sorted(loaded.weights) == sorted(recording.weights)
    for name, value in recording.weights.items():
        np.testing.assert_array_equal(loaded.weights[name], value)
    np.testing.assert_array_equal(loaded.rows, recording.rows)


@pytest.mark.parametrize('change, said', [
    ({'rows': None}, 'holds no batches'),
    ({'rows': np.zeros((2, 2))}, 'holds no batches'),
    ({'rows': np.int32([[-1]])}, 'holds no batches'),
    ({'w': np.zeros(2)}, 'not finite float32'),
    ({'w': np.float32([np.nan])}, 'not finite float32'),
    ({'w': np.array([{}], object)}, 'is damaged or something else')])
def test_other_files_are_refused(change: dict, said: str, tmp_path: Path) -> None:
    arrays = dict({'rows': np.zeros((2, 2), np.int32), 'w': np.zeros(2, np.float32)}, **change)
    np.savez(str(tmp_path / 'odd.npz'), **{k: v for k, v in arrays.items() if v is not None})
    with pytest.raises(InputError, match=said):
        replay.load(str(tmp_path / 'odd.npz'))


def test_a_bare_array_is_refused(tmp_path: Path) -> None:
    with open(tmp_path / 'bare.npz', 'wb') as file:
        np.save(file, np.zeros(3))
    with pytest.raises(InputError, match='is damaged or something else'):
        replay.load(str(tmp_path / 'bare.npz'))


def packed(path: Path, name: str = 'rows.npy', packing: int = zipfile.ZIP_DEFLATED,
           announced: Optional[int] = None) -> str:
    """A file of 100 MB of zeros, which says what it is to unpack to."""
    with zipfile.ZipFile(str(path / 'packed.npz'), 'w', packing) as archive:
        archive.writestr(name, bytes(10**8))
        archive.infolist()[0].file_size = announced or 10**8
    return str(path / 'packed.npz')


@pytest.mark.parametrize('options, said', [
    ({'name': 'rows'}, 'holds other files than arrays'),
    ({'announced': 2**31}, 'unpacks to 2048 MB, and 256 is the most'),
    ({'packing': zipfile.ZIP_BZIP2, 'announced': 10}, 'is packed otherwise than NumPy does it')])
def test_what_is_packed_is_looked_at_before_it_is_unpacked(options: dict, said: str,
                                                           tmp_path: Path) -> None:
    with pytest.raises(InputError, match=said):
        replay.load(packed(tmp_path, **options))


def test_no_more_is_stored_than_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, 'MOST_BYTES', 2**20)
    recording = replay.Recording({}, np.zeros((2**10, 2**8), np.int32))
    replay.save(recording, str(tmp_path / 'whole.npz'))
    with pytest.raises(InputError, match='would hold more than 1 MB; record fewer steps'):
        replay.save(recording._replace(weights={'w': np.zeros(1, np.float32)}),
                    str(tmp_path / 'over.npz'))


def test_a_file_with_a_changed_bit_is_refused_or_holds_the_same(tmp_path: Path) -> None:
    whole = replay.load(str(UNSEEDED))
    generator = random.Random(0)
    refused = 0
    for _ in range(300):
        damaged = bytearray(UNSEEDED.read_bytes())
        damaged[generator.randrange(len(damaged))] ^= 1 << generator.randrange(8)
        (tmp_path / 'damaged.npz').write_bytes(damaged)
        try:
            found = replay.load(str(tmp_path / 'damaged.npz'))
        except InputError:
            refused += 1
        else:
            np.testing.assert_equal(found, whole)
    assert refused > 250


def test_truncated_files_are_refused(tmp_path: Path) -> None:
    whole = UNSEEDED.read_bytes()
    for size in (0, 1, 100, len(whole) // 2, len(whole) - 1):
        (tmp_path / 'cut.npz').write_bytes(whole[:size])
        with pytest.raises(InputError, match='cut.npz: '):
            replay.load(str(tmp_path / 'cut.npz'))


@pytest.mark.parametrize('wanted, said', [
    ({'steps': 401}, 'holds 400 batches; give --training-steps 400'),
    ({'batch_size': 64}, 'holds batches of 128; give --batch-size 128')])
def test_a_recording_has_to_fit(wanted: dict, said: str) -> None:
    fits = dict({'steps': 400, 'batch_size': 128}, **wanted)
    with pytest.raises(InputError, match=said):
        replay.check_fits(replay.load(str(UNSEEDED)), 'file', **fits)


def test_the_data_set_has_to_have_the_images() -> None:
    recording = replay.load(str(UNSEEDED))
    replay.check_rows(recording, 'file', 55000)
    with pytest.raises(InputError, match=r'names image \d+ of 6000'):
        replay.check_rows(recording, 'file', 6000)


@pytest.mark.parametrize('flags, said', [
    (('--replay', 'a.npz', '--record', 'b.npz'), '--replay a.npz and --record b.npz: each has'),
    (('--replay', 'a.npz', '--init-checkpoint', 'c'), '--replay a.npz and --init-checkpoint c'),
    (('--replay', 'nowhere.npz'), 'nowhere.npz: cannot be read'),
    (('--replay', UNSEEDED), 'unseeded.npz: holds'),
    (('--record', 'run.txt'), 'run.txt: end the name in .npz'),
    (('--record', '/nowhere/run.npz'), '--record /nowhere: cannot be written')])
def test_impossible_flags(flags: tuple, said: str, idx_folder: Path,
                          capfd: pytest.CaptureFixture) -> None:
    assert main(small(idx_folder, *flags)) == 2
    error, = [line for line in capfd.readouterr().err.splitlines() if line.startswith('error')]
    assert said in error


@pytest.mark.full
@pytest.mark.parametrize('engine', ['fast', 'static'])
def test_tensorflow_1_printed_the_same_from_the_same_recording(engine: str,
                                                               run_module: Callable) -> None:
    done = run_module('reproduce.run', '--replay', UNSEEDED, '--training-steps', 400,
                      '--quiet', '--engine', engine)
    assert done.returncode == 0, done.stderr
    recorded = (GOLDEN / 'replay' / 'tf1.log').read_text()
    assert done.stdout.splitlines()[4:] == recorded.splitlines()[4:]
