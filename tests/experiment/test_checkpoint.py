"""Checkpoints cross over between this package and real TensorFlow 1.15, both ways."""
import hashlib
import json
import os
import re
import shutil
import signal
from pathlib import Path
from typing import Callable, Dict, List, Tuple

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from conftest import GOLDEN, small_run
from lstm_numpy import Parameters, forward

from reproduce.experiment import checkpoint
from reproduce.experiment.network import open_network
from reproduce.experiment.variables import BIAS, KERNEL, OUT_BIASES, OUT_WEIGHTS
from reproduce.mnist import Datasets
from reproduce.run import main
from reproduce.shared.errors import InputError

FROM_TF1 = GOLDEN / 'tf1' / 'seed-1' / 'checkpoint' / 'model.ckpt-500'
OURS = GOLDEN / 'checkpoint' / 'model.ckpt-500'


def lines_after(step: int, last: int) -> List[str]:
    """The step lines of seed 1 on TensorFlow 1.15 after `step`, to `last`."""
    lines = (GOLDEN / 'tf1' / 'seed-1.log').read_text().splitlines()[4:55]
    return [line for line in lines if step < int(line.split()[1].strip(',')) <= last]


def test_tensorflow_1_s_checkpoint_is_read(recorded_trace: dict) -> None:
    weights, step = checkpoint.read(str(FROM_TF1))
    assert step == 500
    assert sorted(weights) == sorted(recorded_trace['final'])
    for name, recorded in recorded_trace['final'].items():
        value = weights[name].astype(np.float64)
        assert np.sqrt((value ** 2).sum()) == pytest.approx(recorded['l2'], rel=1e-12)
        assert value.sum() == pytest.approx(recorded['sum'], rel=1e-9)


def right_and_tied(weights: Dict[str, np.ndarray], images: np.ndarray,
                   labels: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """By image, in float64: whether the answer is right, and whether float32 may give another.

    It may where the two largest logits are nearer than two sums of as many products as a gate
    has, in float32, can be apart.
    """
    gates = [dict(zip(('input', 'candidate', 'forget', 'output'), np.split(part, 4, axis=-1)))
             for part in (weights[KERNEL][:28], weights[KERNEL][28:], weights[BIAS])]
    parameters = Parameters(*gates, weights[OUT_WEIGHTS], weights[OUT_BIASES])
    logits = np.concatenate([
        forward(parameters, part.reshape(-1, 28, 28).astype(np.float64), 1.0)['logits']
        for part in np.split(images, range(500, len(images), 500))])
    second, first = np.sort(logits, axis=1)[:, -2:].T
    rounding = 2 * len(weights[KERNEL]) * 2.0**-24 * np.abs(logits).max(axis=1)
    return logits.argmax(1) == labels.argmax(1), first - second <= rounding


@pytest.mark.full
def test_evaluated_it_gives_tensorflow_1_s_accuracies_but_for_ties(
        run_module: Callable, recorded_trace: dict, mnist_data: Datasets) -> None:
    done = run_module('reproduce.run', '--init-checkpoint', FROM_TF1, '--training-steps', 0)
    assert done.returncode == 0, done.stderr
    finished, accuracy = done.stdout.splitlines()[4:]
    assert finished == 'Optimization Finished!'
    test = mnist_data.test
    right, tied = right_and_tied(checkpoint.read(str(FROM_TF1)).weights, test.images, test.labels)
    assert tied.sum() < 10  # of 10,000
    for count, found, recorded in (
            (128, float(accuracy.split()[-1]), recorded_trace['test128_correct'] / 128),
            (10000, float(re.search(r'test images: (\S+) ', done.stderr)[1]),
             recorded_trace['test10k_accuracy'])):
        for share in (found, recorded):
            assert abs(round(share * count) - right[:count].sum()) <= tied[:count].sum()


@pytest.mark.parametrize('engine', ['fast', pytest.param('static', marks=pytest.mark.full)])
def test_a_run_goes_on_as_tensorflow_1_did(engine: str, capsys: pytest.CaptureFixture) -> None:
    assert main(['--init-checkpoint', str(FROM_TF1), '--training-steps', '600', '--engine', engine,
                 '--quiet']) == 0
    assert capsys.readouterr().out.splitlines()[4:5] == lines_after(500, 600)


def test_tensorflow_1_read_ours_and_went_on(recorded_trace: dict) -> None:
    """What real TensorFlow 1.15 printed from the checkpoint that this package wrote."""
    printed = (GOLDEN / 'checkpoint' / 'tf1.log').read_text().splitlines()
    assert printed[4:6] == lines_after(500, 800)
    said = json.loads((GOLDEN / 'checkpoint' / 'tf1.json').read_text())
    weights, _ = checkpoint.read(str(OURS))
    assert said['weights'] == {name: hashlib.sha256(value.astype('<f4').tobytes()).hexdigest()
                               for name, value in weights.items()}
    assert said['test128_correct'] == recorded_trace['test128_correct']
    assert said['test10k_accuracy'] == pytest.approx(recorded_trace['test10k_accuracy'], abs=1e-7)


def test_a_run_in_two_parts_is_the_run_in_one(idx_folder: Path, tmp_path: Path,
                                              capsys: pytest.CaptureFixture) -> None:
    def printed(*flags: object) -> List[str]:
        assert main(small_run(idx_folder, *flags)) == 0
        return [line for line in capsys.readouterr().out.splitlines() if 'Extracting' not in line]

    whole = printed('--training-steps', 6)
    first = printed('--training-steps', 4, '--save-checkpoint', tmp_path / 'model.ckpt')
    second = printed('--training-steps', 6, '--init-checkpoint', tmp_path / 'model.ckpt-4')
    assert first[:4] + second == whole


def test_the_names_are_those_that_saver_gives(tmp_path: Path) -> None:
    network = open_network(seed=1, engine='fast')
    with network.session:
        prefix = checkpoint.save(network, str(tmp_path / 'model.ckpt'), 7)
        saved = network.weights()
    assert prefix == str(tmp_path / 'model.ckpt-7')
    weights, step = checkpoint.read(prefix)
    assert step == 7
    for name, value in saved.items():
        np.testing.assert_array_equal(weights[name], value)


@pytest.mark.usefixtures('pythons_own_handler')
def test_an_interrupt_waits_for_the_checkpoint(tmp_path: Path,
                                               monkeypatch: pytest.MonkeyPatch) -> None:
    save = tf.train.Saver.save

    def interrupted(*args: object, **kwargs: object) -> str:
        os.kill(os.getpid(), signal.SIGINT)
        return save(*args, **kwargs)

    monkeypatch.setattr(tf.train.Saver, 'save', interrupted)
    network = open_network(seed=1, engine='fast')
    with network.session, pytest.raises(KeyboardInterrupt):
        checkpoint.save(network, str(tmp_path / 'model.ckpt'), 7)
    assert checkpoint.read(str(tmp_path / 'model.ckpt-7')).step == 7


@pytest.mark.parametrize('damage, said', [
    (lambda file: file.unlink(), 'is no checkpoint'),
    (lambda file: file.write_bytes(b''), 'is damaged'),
    (lambda file: file.write_bytes(file.read_bytes()[:100]), 'is damaged')])
def test_a_damaged_index(damage: Callable, said: str, tmp_path: Path) -> None:
    shutil.copytree(str(FROM_TF1.parent), str(tmp_path / 'copy'))
    damage(tmp_path / 'copy' / 'model.ckpt-500.index')
    with pytest.raises(InputError, match=said):
        checkpoint.read(str(tmp_path / 'copy' / 'model.ckpt-500'))


@pytest.mark.parametrize('change', [lambda data: data[:1000], lambda data: b'',
                                    lambda data: data[:-50] + bytes(50)])
def test_damaged_values(change: Callable, tmp_path: Path) -> None:
    shutil.copytree(str(FROM_TF1.parent), str(tmp_path / 'copy'))
    data = tmp_path / 'copy' / 'model.ckpt-500.data-00000-of-00001'
    data.write_bytes(change(data.read_bytes()))
    with pytest.raises(InputError, match='is damaged'):
        checkpoint.read(str(tmp_path / 'copy' / 'model.ckpt-500'))


def test_another_graph_s_checkpoint_is_refused(idx_folder: Path,
                                               capfd: pytest.CaptureFixture) -> None:
    assert main(small_run(idx_folder, '--init-checkpoint', FROM_TF1)) == 2
    error, = [line for line in capfd.readouterr().err.splitlines() if line.startswith('error')]
    assert 'model.ckpt-500: holds' in error


def test_an_unwritable_folder_is_refused_before_the_run(run_module: Callable) -> None:
    done = run_module('reproduce.run', '--save-checkpoint', '/nowhere/model.ckpt')
    assert done.returncode == 2
    assert '--save-checkpoint /nowhere: cannot be written' in done.stderr
