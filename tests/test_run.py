"""The main job through its real command line."""
import gzip
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable, List, Tuple

import numpy as np
import pytest
from conftest import GOLDEN, MNIST, ROOT, idx_bytes, peak_of

from reproduce.run import compare, main, parse_args

SMALL = ('--training-steps', 3, '--batch-size', 8, '--num-hidden', 4, '--display-step', 2,
         '--test-len', 16)


@pytest.fixture
def run(run_module: Callable) -> Callable:
    return lambda *flags, **options: run_module('reproduce.run', *flags, **options)


def assert_refused(done: 'subprocess.CompletedProcess[str]', *words: str) -> None:
    """Exit code 2, and one line on stderr that holds `words`."""
    assert done.returncode == 2
    assert 'Traceback' not in done.stderr
    line, = [line for line in done.stderr.splitlines() if 'not MNIST' not in line]
    for word in words:
        assert word in line


def test_another_data_set_through_the_flag(idx_folder: Path, capsys: pytest.CaptureFixture,
                                           caplog: pytest.LogCaptureFixture) -> None:
    assert main(['--data-dir', str(idx_folder), *map(str, SMALL)]) == 0
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert lines[:4] == [f'Extracting {idx_folder}/{name}' for name in (
        'train-images-idx3-ubyte', 'train-labels-idx1-ubyte',
        't10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte')]
    assert [line.split(',')[0] for line in lines[4:]] == [
        'Step 1', 'Step 2', 'Optimization Finished!', lines[-1]]
    assert lines[-1].startswith('Testing Accuracy: 0.')
    assert ['not MNIST' in record.getMessage() for record in caplog.records] == [True] * 4
    errors = [line for line in said.err.splitlines() if 'not MNIST' not in line]
    assert errors[0].startswith('Accuracy on all 200 test images: 0.')
    assert errors[1].startswith('3 steps, ')
    assert errors[1].endswith('seed 1')
    assert errors[2:] == ["not comparable: --batch-size 8 is not the article's 128"]


@pytest.mark.parametrize('seed_of_the_lines', [1, 2])
def test_the_verdict_is_said_and_returned(seed_of_the_lines: int,
                                          capsys: pytest.CaptureFixture) -> None:
    lines = (GOLDEN / 'tf1' / f'seed-{seed_of_the_lines}.log').read_text().splitlines()[4:]
    assert compare(lines, parse_args([]))[1] == (seed_of_the_lines == 1)
    said = capsys.readouterr()
    assert said.err.startswith('match: 53 lines' if seed_of_the_lines == 1 else 'differ: from')
    assert said.out == ''


def test_seeds_repeat_and_none_does_not(idx_folder: Path, capsys: pytest.CaptureFixture) -> None:
    def log(seed: object) -> str:
        flags = ('--quiet', '--data-dir', idx_folder, '--seed', seed) + SMALL
        assert main([str(flag) for flag in flags]) == 0
        return capsys.readouterr().out

    log_of_5 = log(5)
    assert log(5) == log_of_5
    assert log(6) != log_of_5
    assert log('none') != log('none')


def test_it_takes_no_more_than_tensorflow_and_thrice_its_data(
        first_steps: Tuple[List[str], int]) -> None:
    """The images as float32, as the files hold them, and what a step and its graph take."""
    _, bare = peak_of(['-c', 'import tensorflow'])
    images = 70000 * 28 * 28 * 4  # bytes
    assert images < first_steps[1] - bare < 3 * images


@pytest.mark.parametrize('flags', [('--help',), ('--version',), ('--threads', 'many')])
def test_answers_come_before_tensorflow(run: Callable, flags: tuple, tmp_path: Path) -> None:
    """No import of TensorFlow or NumPy: a stand-in for either would fail."""
    for name in ('tensorflow', 'numpy'):
        (tmp_path / (name + '.py')).write_text('raise SystemExit("imported")')
    done = run(*flags, env=dict(os.environ, PYTHONPATH=str(tmp_path)))
    assert done.returncode == (2 if 'many' in flags else 0)
    assert 'imported' not in done.stdout + done.stderr


def test_help_shows_each_default(run: Callable) -> None:
    text = ' '.join(run('--help').stdout.split())
    for flag, default in (('--training-steps', 10000), ('--batch-size', 128),
                          ('--learning-rate', 0.001), ('--display-step', 200),
                          ('--num-hidden', 128), ('--forget-bias', 1.0), ('--test-len', 128),
                          ('--seed', 1), ('--data-dir', 'reproduce/mnist'), ('--engine', 'fast')):
        assert flag in text
        assert f'(default: {default})' in text
    assert run('--version').stdout.startswith('reproduce ')


@pytest.mark.parametrize('flag, value', [
    ('--training-steps', '-1'), ('--batch-size', '0'), ('--display-step', '0'),
    ('--num-hidden', '1.5'), ('--test-len', '0'), ('--threads', '0'), ('--seed', 'one'),
    ('--learning-rate', '0'), ('--learning-rate', '-1'), ('--learning-rate', 'nan'),
    ('--learning-rate', 'inf'), ('--forget-bias', 'inf'), ('--learn', '1')])
def test_an_impossible_flag(run: Callable, flag: str, value: str) -> None:
    assert_refused(run(flag + '=' + value), flag, '--help')


@pytest.mark.parametrize('flag, value, most', [('--batch-size', 1001, 1000),
                                               ('--test-len', 201, 200)])
def test_more_images_than_there_are(run: Callable, idx_folder: Path, flag: str, value: int,
                                    most: int) -> None:
    assert_refused(run('--data-dir', idx_folder, flag, value), flag, str(most))


def zipped(content: bytes) -> bytes:
    return gzip.compress(content, 1)


IMAGES, LABELS = 'train-images-idx3-ubyte', 'train-labels-idx1-ubyte'


@pytest.mark.parametrize('name, content, word', [
    (IMAGES, None, 'no such file'),
    (IMAGES, b'', 'header'),
    (IMAGES, b'plain text, no images', 'magic number'),
    (IMAGES, idx_bytes(np.zeros((6000, 28, 28), np.uint8))[:-1], 'ends after'),
    (IMAGES, idx_bytes(np.zeros((6000, 28, 28), np.uint8)) + b'x', 'goes on past'),
    (IMAGES, b'\0\0\x08\x03' + b'\xff' * 12, 'is the most'),
    (IMAGES, idx_bytes(np.zeros((5999, 28, 28), np.uint8)), '6000 labels'),
    (IMAGES, idx_bytes(np.zeros((6000, 32, 32), np.uint8)), '32 x 32'),
    (LABELS, idx_bytes(np.full(6000, 10, np.uint8)), 'label 10'),
    (IMAGES + '.gz', zipped(idx_bytes(np.zeros((6000, 28, 28), np.uint8)))[:-10], '.gz'),
    (IMAGES + '.gz', b'\x1f\x8b' + bytes(200), '.gz'),
    (IMAGES + '.gz', zipped(idx_bytes(np.zeros((2, 28, 28), np.uint8)) + bytes(2**28)),
     'goes on past')],
    # The contents are megabytes, and pytest puts an id into the environment of the program.
    ids=('missing', 'empty', 'text', 'short', 'long', 'bomb announced', 'one image fewer',
         'another size', 'label 10', 'gzip cut short', 'no gzip', 'gzip bomb'))
def test_a_damaged_data_file(run: Callable, idx_folder: Path, name: str, content: Any,
                             word: str) -> None:
    if content is None:
        (idx_folder / name).unlink()
    else:
        (idx_folder / name).write_bytes(content)
    done = run('--data-dir', idx_folder)
    assert_refused(done, word, str(idx_folder))
    assert 'Step' not in done.stdout


def test_no_data_folder(run: Callable, tmp_path: Path) -> None:
    assert_refused(run('--data-dir', tmp_path / 'nowhere'), 'nowhere', '--download')


def without_network() -> dict:
    """An environment in which every https request is refused at once."""
    return dict(os.environ, https_proxy='http://127.0.0.1:9', no_proxy='')


def test_a_download_without_a_network(run: Callable, tmp_path: Path) -> None:
    done = run('--download', '--data-dir', tmp_path, env=without_network())
    assert done.returncode == 2
    assert 'Traceback' not in done.stderr
    assert done.stderr.splitlines()[-1].startswith('error: ')
    assert 'no mirror gave it' in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_quietly_with_a_complete_folder_it_needs_neither_network_nor_stderr(
        run: Callable, tmp_path: Path) -> None:
    for path in MNIST.glob('*.gz'):
        shutil.copy(str(path), str(tmp_path))
    done = run('--download', '--quiet', '--data-dir', tmp_path, *SMALL, env=without_network())
    assert (done.returncode, done.stderr) == (0, '')


def test_debug_shows_the_traceback(run: Callable, tmp_path: Path) -> None:
    done = run('--debug', '--data-dir', tmp_path)
    assert done.returncode != 0
    assert 'Traceback' in done.stderr


def test_a_closed_stdout_is_no_traceback() -> None:
    done = subprocess.run(f'{sys.executable} -m reproduce.run --training-steps 1 | head -1',
                          shell=True, cwd=str(ROOT), capture_output=True, text=True)
    assert done.stdout.startswith('Extracting ')
    assert done.stderr == ''


@pytest.mark.full
def test_an_interrupt_ends_with_130(idx_folder: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, '-u', '-m', 'reproduce.run', '--data-dir', str(idx_folder),
         '--num-hidden', '4', '--display-step', '1'], cwd=str(ROOT),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        # A shell's background job, as these tests may be, ignores interrupts, and so would this.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    while not process.stdout.readline().startswith('Step'):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert 'Traceback' not in errors
    assert 'interrupted' in errors
