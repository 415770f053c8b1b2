"""What people's surroundings do to the commands: one line, the right exit code, nothing lost."""
import argparse
import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable, List
from xml.etree import ElementTree

import numpy as np
import pytest
from comparison_logs import LINES, SEED_1, changed
from conftest import GOLDEN, MNIST, ROOT, idx_bytes, small_run

from reproduce.experiment import checkpoint
from reproduce.experiment.experiment import read_data
from reproduce.experiment.start import check_prefix
from reproduce.run import main
from reproduce.shared import cli
from reproduce.shared.errors import InputError, RunError

QUICK = ['--data-dir', 'nowhere']  # ends after the first line


def shell(command: str, *arguments: object, cwd: Path = ROOT, **environment: str
          ) -> 'subprocess.CompletedProcess[str]':
    """Run `command` in bash, with PYTHON for this interpreter and $1, $2 ... for `arguments`."""
    return subprocess.run(['bash', '-c', command.replace('PYTHON', sys.executable), 'bash',
                           *map(str, arguments)], cwd=str(cwd), capture_output=True, text=True,
                          env={**os.environ, 'PYTHONPATH': str(ROOT), **environment}, timeout=120)


def last_line(done: 'subprocess.CompletedProcess[str]') -> str:
    assert 'Traceback' not in done.stderr
    return done.stderr.splitlines()[-1]


def test_nothing_but_the_log_goes_to_stdout_when_stderr_is_closed() -> None:
    done = shell('PYTHON -m reproduce.run --data-dir nowhere 2>&-')
    assert (done.returncode, done.stdout) == (2, 'Extracting nowhere/train-images-idx3-ubyte.gz\n')


def test_a_closed_stdout_is_an_error_at_once() -> None:
    for command, code in (('run', 1), ('compare golden/article.log', 3)):
        done = shell(f'PYTHON -m reproduce.{command} >&-')
        assert done.returncode == code
        assert last_line(done).startswith('error: stdout is closed')


def test_a_closed_stdin_is_unusable_input() -> None:
    done = shell('PYTHON -m reproduce.compare - golden/tf1/seed-1.log <&-')
    assert done.returncode == 2
    assert last_line(done) == 'error: -: standard input is closed; name a log file'


def test_a_current_folder_that_is_gone(tmp_path: Path) -> None:
    gone = 'cd "$1" && mkdir gone && cd gone && rmdir ../gone && '
    done = shell(gone + 'PYTHON -m reproduce.compare "$2" "$2"', tmp_path, SEED_1)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, f'match: 53 lines as in {SEED_1}')
    done = shell(gone + f'PYTHON {ROOT}/reproduce/run.py --data-dir /nowhere', tmp_path)
    assert (done.returncode, last_line(done)[:15]) == (2, 'error: /nowhere')


def test_paths_that_stdout_cannot_encode(tmp_path: Path) -> None:
    folder = tmp_path / '日志'
    folder.mkdir()
    shutil.copy(str(SEED_1), str(folder / 'a.log'))
    done = shell('PYTHON -m reproduce.compare "$1" "$1"', folder / 'a.log',
                 PYTHONIOENCODING='ascii')
    assert (done.returncode, done.stderr) == (0, '')
    assert r'\u65e5\u5fd7/a.log' in done.stdout
    done = shell('PYTHON -m reproduce.run --data-dir "$1"', folder, PYTHONIOENCODING='ascii')
    assert (done.returncode, r'\u65e5\u5fd7/train' in done.stdout) == (2, True)


def test_no_folder_for_temporary_files(tmp_path: Path) -> None:
    code = ('import tempfile\n'
            'def none(): raise FileNotFoundError(2, "No usable temporary directory found")\n'
            'tempfile.gettempdir = none\n'
            'from reproduce import run; raise SystemExit(run.main())')
    done = shell('PYTHON -c "$1"', code)
    assert done.returncode == 2
    assert last_line(done).endswith('set TMPDIR to one')


@pytest.mark.parametrize('name', ['tensorflow', 'numpy', 'random'])
def test_a_file_of_the_user_s_that_hides_a_module(name: str, tmp_path: Path) -> None:
    (tmp_path / f'{name}.py').write_text('x = 1')
    done = shell('PYTHON -m reproduce.run', cwd=tmp_path)
    assert done.returncode == 2
    assert last_line(done) == (f'error: {tmp_path}/{name}.py: hides the module {name!r} that is '
                               'needed here; rename it')


@pytest.mark.parametrize('megabytes', [600, 1500, 2000])
def test_too_little_address_space(megabytes: int) -> None:
    done = shell(f'ulimit -v {megabytes * 1024}; PYTHON -m reproduce.run')
    assert done.returncode == 2
    assert f'ulimit -v allows this process {megabytes} MB' in last_line(done)


@pytest.mark.parametrize('limit', ['', 'ulimit -v 8000000; '])
def test_a_full_stdout_is_no_lack_of_memory(limit: str, idx_folder: Path, tmp_path: Path) -> None:
    if not os.path.exists('/dev/full'):
        pytest.skip('only Linux has a device that is full')
    flags = small_run(idx_folder, '--training-steps', 2, '--logdir', tmp_path / 'run')
    done = shell(limit + 'PYTHON -m reproduce.run "$@" >/dev/full', *flags)
    assert done.returncode == 1
    assert done.stderr == ('error: stdout: cannot be written (No space left on device); redirect '
                           'it to a file on another disk\n')


@pytest.mark.parametrize('error, said', [
    (MemoryError(), True), (OSError(errno.ENOMEM, 'Cannot allocate memory'), True),
    (ImportError('x.so: failed to map segment from shared object'), True),
    (RuntimeError("can't start new thread"), True),
    (OSError(errno.ENOSPC, 'No space left on device'), False),
    (OSError(errno.EMFILE, 'Too many open files'), False), (ImportError('no name x'), False),
    (RuntimeError('odd'), False), (KeyError('memory of nothing'), False)])
@pytest.mark.parametrize('limit', [None, 2**32])
def test_only_a_lack_of_memory_is_told_to_raise_the_limit(
        error: Exception, said: bool, limit: object, monkeypatch: pytest.MonkeyPatch,
        capfd: pytest.CaptureFixture) -> None:
    def command(_: object) -> int:
        raise error

    monkeypatch.setattr(cli, 'memory_limit', lambda: limit)
    cli.run_command(command, argparse.Namespace(debug=False))
    assert ('ulimit -v' in capfd.readouterr().err) == (said and limit is not None)


def test_a_notebook_s_matplotlib_backend(tmp_path: Path) -> None:
    pytest.importorskip('matplotlib', reason='drawing is an extra')
    done = shell('PYTHON -m reproduce.plot golden/article.log --out "$1"', tmp_path / 'a.png',
                 MPLBACKEND='module://nowhere.to_be_found')
    assert (done.returncode, done.stderr) == (0, '')
    assert (tmp_path / 'a.png').exists()


def test_without_matplotlib_a_picture_is_refused_before_the_verdict(tmp_path: Path) -> None:
    (tmp_path / 'matplotlib.py').write_text('raise ImportError')
    done = shell('PYTHON -m reproduce.compare golden/article.log --plot "$1"', tmp_path / 'a.png',
                 PYTHONPATH=f'{tmp_path}:{ROOT}')
    assert (done.returncode, done.stdout) == (2, '')
    assert 'drawing needs matplotlib' in last_line(done)


def test_a_folder_of_the_package_s_name_hides_nothing(tmp_path: Path) -> None:
    """As where the checkout was cloned as `reproduce`; it holds after pip install -e."""
    (tmp_path / 'reproduce').mkdir()
    done = subprocess.run([sys.executable, '-c', 'import reproduce; print(reproduce.__file__)'],
                          cwd=str(tmp_path), capture_output=True, text=True)
    if 'No module' in done.stderr:
        pytest.skip('the package is not installed')
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith('__init__.py')


def test_a_machine_that_does_not_say_which_cores_are_free() -> None:
    code = ('import os; del os.sched_getaffinity; from reproduce.bench.__main__ import parse_args; '
            'from reproduce import run; from reproduce.shared.cgroup import core_limit; '
            'cores = max(1, int(min(os.cpu_count(), core_limit() or os.cpu_count()))); '
            'assert run.parse_args([]).threads == cores; '
            'parse_args([]); run.main(["--version"])')
    done = shell('PYTHON -c "$1"', code)
    assert (done.returncode, done.stdout[:10]) == (0, 'reproduce ')


@pytest.mark.parametrize('flags, said', [
    (['--threads', '99999999999'], 'from 1 to 10000'), (['--threads', '40000'], 'from 1 to 10000'),
    (['--num-hidden', '100000000'], 'GB of memory at the least'),
    (['--save-checkpoint', 'out/'], 'such as out/model.ckpt'),
    (['--save-checkpoint', 'a[1]/model.ckpt'], "whose path has a '['"),
    (['--init-checkpoint', 'a*/model.ckpt'], "whose path has a '*'"),
    (['--replay', 'nowhere.npz'], 'nowhere.npz: cannot be read'),
    (['--init-checkpoint', 'nowhere/model.ckpt'], 'nowhere/model.ckpt: is no checkpoint'),
    (['--init-checkpoint', str(GOLDEN / 'checkpoint' / 'model.ckpt-500'),
      '--training-steps', '400'], 'has made 500 steps already; give more, or 0')])
def test_a_flag_that_cannot_be_followed_is_refused_before_the_data_are_read(
        flags: List[str], said: str, capfd: pytest.CaptureFixture) -> None:
    try:
        code = main([*QUICK, *flags])
    except SystemExit as error:
        code = error.code
    captured = capfd.readouterr()
    assert (code, captured.out) == (2, '')
    assert said in captured.err.splitlines()[-1]


@pytest.mark.parametrize('character', '[]*?\\')
def test_characters_that_tensorflow_takes_for_a_pattern(character: str) -> None:
    with pytest.raises(InputError, match='rename it'):
        check_prefix(f'a{character}b/model.ckpt', 'rename it')
    check_prefix('a (1)/{b}/模型.ckpt', 'rename it')


def write_images(folder: Path, name: str, array: np.ndarray) -> None:
    (folder / name).write_bytes(idx_bytes(array))


@pytest.mark.parametrize('name, shape, said', [
    ('t10k', (200, 14, 14), 't10k-images-idx3-ubyte: its images are 14 x 14'),
    ('t10k', (10, 28, 28), '--test-len 16: there are 10 images'),
    ('t10k', (0, 28, 28), 't10k-images-idx3-ubyte: holds no test images'),
    ('train', (6000, 32, 32), 'train-images-idx3-ubyte: its images are 32 x 32'),
    ('train', (1000, 28, 28), 'train-images-idx3-ubyte: holds 1000 training images, and '),
    ('train', (5000, 28, 28), 'train-images-idx3-ubyte: holds 5000 training images, and ')])
def test_data_that_would_fail_at_the_end_are_refused_before_the_start(
        name: str, shape: tuple, said: str, idx_folder: Path,
        capfd: pytest.CaptureFixture) -> None:
    write_images(idx_folder, f'{name}-images-idx3-ubyte', np.zeros(shape, np.uint8))
    write_images(idx_folder, f'{name}-labels-idx1-ubyte', np.zeros(shape[0], np.uint8))
    assert main(small_run(idx_folder, '--training-steps', 2)) == 2
    captured = capfd.readouterr()
    assert 'Step' not in captured.out
    assert said in captured.err


def test_names_with_a_dot_are_read_and_other_near_names_are_to_be_changed(
        idx_folder: Path, capfd: pytest.CaptureFixture) -> None:
    for path in list(idx_folder.iterdir()):
        path.rename(idx_folder / path.name.replace('-idx', '.idx'))
    assert main(small_run(idx_folder, '--training-steps', 0)) == 0
    (idx_folder / 'train-images.idx3-ubyte').rename(
        idx_folder / 'emnist-digits-train-images-idx3-ubyte')
    assert main(small_run(idx_folder)) == 2
    said = capfd.readouterr().err.splitlines()[-1]
    assert 'rename emnist-digits-train-images-idx3-ubyte to train-images-idx3-ubyte' in said
    assert '--download' not in said


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every second save of a checkpoint finds the disk full; the ones between are kept."""
    save = checkpoint.save
    calls: List[Any] = []

    def saved(*arguments: Any) -> str:
        calls.append(arguments)
        if len(calls) % 2:
            raise RunError(f'{arguments[1]}: cannot be written (No space left on device)')
        return save(*arguments)

    monkeypatch.setattr(checkpoint, 'save', saved)


@pytest.mark.usefixtures('full_disk')
def test_a_checkpoint_that_finds_the_disk_full_is_kept_elsewhere(
        idx_folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture) -> None:
    assert main(small_run(idx_folder, '--training-steps', 2, '--save-checkpoint',
                          tmp_path / 'model.ckpt')) == 1
    captured = capfd.readouterr()
    assert 'Testing Accuracy' in captured.out
    assert 'No space left on device' in captured.err
    kept = captured.err.split('it is kept as ')[1].strip()
    assert checkpoint.read(kept).step == 2
    shutil.rmtree(os.path.dirname(kept))


def test_a_disk_without_room_for_the_checkpoint_is_known_before_the_run(tmp_path: Path) -> None:
    done = shell('ulimit -f 100; PYTHON -m reproduce.run --save-checkpoint "$1"',
                 tmp_path / 'model.ckpt')
    assert (done.returncode, done.stdout) == (2, '')
    assert 'cannot be written (File too large)' in last_line(done)
    assert list(tmp_path.iterdir()) == []


def compared(*arguments: object) -> 'subprocess.CompletedProcess[str]':
    return shell('PYTHON -m reproduce.compare "$@"', *arguments)


def test_a_test_accuracy_in_the_digits_of_an_old_numpy(tmp_path: Path) -> None:
    old = tmp_path / 'old.log'
    old.write_text('\n'.join(changed(53, '0.8515625', '0.851562')))
    for arguments in ([old, SEED_1], [SEED_1, old], [old]):
        done = compared(*arguments)
        assert done.returncode == 0, done.stderr
    old.write_text('\n'.join(changed(53, '0.8515625', '0.851563')))
    assert compared(old, SEED_1).returncode == 0  # rounded away from zero
    old.write_text('\n'.join(changed(53, '0.8515625', '0.851565')))
    assert compared(old, SEED_1).returncode == 2


@pytest.mark.parametrize('loss', ['nan', 'inf', '0.0000'])
def test_a_run_that_diverged_differs_in_every_comparison(loss: str, tmp_path: Path) -> None:
    run = tmp_path / 'run.log'
    run.write_text('\n'.join(changed(3, '1.9779', loss)))
    for arguments in ([run], [run, SEED_1]):
        done = compared(*arguments, '--json', tmp_path / 'v.json')
        assert (done.returncode, done.stderr) == (1, '')
        assert done.stdout.startswith('differ: ')
        assert json.loads((tmp_path / 'v.json').read_text())['same'] is False


def test_a_log_that_lost_its_last_step_is_compared_up_to_there(tmp_path: Path) -> None:
    run = tmp_path / 'run.log'
    run.write_text('\n'.join(LINES[:50] + LINES[51:]))
    assert "compared up to step 9800 only: the article's run goes to 10000" in compared(run).stdout


def test_an_error_that_nobody_foresaw_is_no_difference() -> None:
    code = ('from reproduce import compare\n'
            'def fails(*arguments): raise KeyError("unforeseen")\n'
            'compare.exact_result = fails\n'
            'raise SystemExit(compare.main(["golden/article.log", "golden/article.log"]))')
    done = shell('PYTHON -c "$1"', code)
    assert (done.returncode, done.stdout) == (3, '')
    assert last_line(done).startswith('error: KeyError')


def test_a_reader_that_has_seen_enough_changes_no_exit_code() -> None:
    for name, code in (('article.log', 0), ('power/adam/seed-0161.log', 1)):
        done = shell('PYTHON -m reproduce.compare golden/"$1" | true; exit ${PIPESTATUS[0]}', name)
        assert done.returncode == code


def test_junit_of_a_name_that_xml_cannot_hold(tmp_path: Path) -> None:
    run = tmp_path / 'a\x1b\x00'.replace('\x00', '\x01')
    run.write_text('\n'.join(LINES))
    assert compared(run, run, '--junit', tmp_path / 'v.xml').returncode == 0
    assert ElementTree.parse(str(tmp_path / 'v.xml')).getroot().get('tests') == '1'


def test_data_are_mnist_by_their_digests_whatever_the_path_says(
        idx_folder: Path, tmp_path: Path, run_module: Callable) -> None:
    done = run_module('reproduce.run', '--check', '--data-dir', idx_folder)
    assert (done.returncode, 'Step' in done.stdout) == (2, False)
    assert f'--check: --data-dir {idx_folder} does not hold MNIST' in done.stderr
    for path in MNIST.glob('*.gz'):
        shutil.copy(str(path), str(tmp_path))
    assert read_data(str(tmp_path)).is_mnist
    labels = tmp_path / 't10k-labels-idx1-ubyte.gz'
    labels.write_bytes(idx_bytes(np.zeros(10000, np.uint8)))
    assert not read_data(str(tmp_path)).is_mnist
