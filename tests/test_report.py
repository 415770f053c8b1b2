"""`python -m reproduce.report` on folders of runs, whole and otherwise."""
import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Callable, Optional

import numpy as np
import pytest
from conftest import GOLDEN, MNIST, ROOT, write_data_set

from reproduce import report
from reproduce.comparison.log import parse_log, read_log
from reproduce.logdir import manifest
from reproduce.mnist.idx import IMAGES_MAGIC, LABELS_MAGIC, content_sha256, read_idx
from reproduce.mnist.source import FILES, TEST_IMAGES, TEST_LABELS
from reproduce.shared.records import counted

SEED_1 = (GOLDEN / 'tf1' / 'seed-1.log').read_text()
SETTINGS = {'seed': 1, 'learning_rate': 0.001, 'batch_size': 128, 'replay': None}
MANIFEST = {'settings': SETTINGS, 'data_dir': 'elsewhere', 'versions': {'tensorflow': '2.21.0'},
            'data': {file.name: file.sha256 for file in FILES}, 'status': 'finished'}


def fill(folder: Path, log: Optional[str] = SEED_1, made_on: Optional[dict] = MANIFEST,
         predictions: bool = True) -> str:
    """A run's folder, in which the second test image is misread; its path."""
    if log is not None:
        (folder / 'run.log').write_text(log)
    if made_on is not None:
        manifest.write(str(folder), made_on)
    if predictions:
        labels = read_idx(TEST_LABELS.path(str(MNIST)), LABELS_MAGIC)
        predicted = labels.copy()
        predicted[1] = 7
        np.savez(str(folder / 'predictions.npz'), predicted=predicted, labels=labels)
    return str(folder)


def test_a_page_is_written_into_the_folder(tmp_path: Path,
                                           capsys: pytest.CaptureFixture) -> None:
    folder = fill(tmp_path)
    assert report.main([folder]) == 0
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ('', f'written to {folder}/report.html\n')
    text = (tmp_path / 'report.html').read_text(encoding='utf-8')
    assert 'The same experiment, number for number' in text
    assert 'Test image 2: shows 2, read as 7' in text
    assert 'which real TensorFlow 1.15 printed' in text
    assert 'tensorflow: 2.21.0' in text


def test_out_names_another_file(tmp_path: Path) -> None:
    folder = fill(tmp_path, made_on=None, predictions=False)
    assert report.main([folder, '--out', str(tmp_path / 'page.html')]) == 0
    text = (tmp_path / 'page.html').read_text(encoding='utf-8')
    assert 'no <code>manifest.json</code>' in text and 'no <code>predictions.npz</code>' in text
    assert not (tmp_path / 'report.html').exists()


@pytest.mark.parametrize('damage, said', [
    (lambda folder: (folder / 'run.log').unlink(), 'run.log: no such file; name a folder that'),
    (lambda folder: (folder / 'run.log').write_text('nothing'), 'run.log: holds no line'),
    (lambda folder: (folder / 'manifest.json').write_text('{'), 'manifest.json: is damaged'),
    (lambda folder: (folder / 'manifest.json').write_text('[]'), 'manifest.json: is damaged'),
    (lambda folder: (folder / 'predictions.npz').write_bytes(b'PK'), 'predictions.npz: is damaged'),
    (lambda folder: np.savez(str(folder / 'predictions.npz'), predicted=np.zeros(3)),
     'predictions.npz: does not hold the digits'),
    (lambda folder: np.savez(str(folder / 'predictions.npz'), predicted=np.zeros(3, int),
                             labels=np.full(3, 10)), 'predictions.npz: does not hold the digits'),
    (lambda folder: np.savez(str(folder / 'predictions.npz'), predicted=np.zeros(3, int),
                             labels=np.zeros(4, int)), 'holds 3 predictions and 4 labels')])
def test_unusable_folders_are_one_line(damage: Callable, said: str, tmp_path: Path,
                                       capsys: pytest.CaptureFixture) -> None:
    folder = fill(tmp_path)
    damage(tmp_path)
    assert report.main([folder]) == 2
    printed = capsys.readouterr()
    assert printed.out == '' and said in printed.err and printed.err.count('\n') == 1
    assert not (tmp_path / 'report.html').exists()


@pytest.mark.parametrize('name, said', [('run.log', 'is read by'), ('manifest.json', 'is read by'),
                                        ('predictions.npz', 'is read by'), ('', 'no regular')])
def test_no_page_takes_another_file_s_place(name: str, said: str, tmp_path: Path,
                                            capsys: pytest.CaptureFixture) -> None:
    folder = fill(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    assert report.main([folder, '--out', str(tmp_path / name)]) == 2
    assert said in capsys.readouterr().err
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_shorter_run_has_its_verdict(tmp_path: Path) -> None:
    lines = SEED_1.splitlines()
    folder = fill(tmp_path, '\n'.join(lines[:7] + lines[-2:]), dict(MANIFEST, settings=dict(
        SETTINGS, training_steps=400)))
    assert report.main([folder]) == 0
    text = (tmp_path / 'report.html').read_text(encoding='utf-8')
    assert 'The same experiment, number for number, up to step 400' in text


@pytest.mark.parametrize('changes, log, said', [
    ({'learning_rate': 0.01}, SEED_1, "--learning-rate 0.01 is not the article's 0.001"),
    ({'replay': 'a.npz'}, SEED_1, '--replay a.npz is not where a recorded run started'),
    ({'seed': None}, '\n'.join(SEED_1.splitlines()[:6]), 'has 2 lines, too few')])
def test_why_there_is_no_verdict(changes: dict, log: str, said: str) -> None:
    made_on = dict(MANIFEST, settings=dict(SETTINGS, **changes))
    result, why_none = report.judged('run.log', parse_log(log.splitlines(), 'run.log'), made_on)
    assert result is None and said in why_none


def test_other_data_has_no_verdict() -> None:
    made_on = dict(MANIFEST, data={TEST_IMAGES.name: '0' * 64})
    assert report.judged('run.log', read_log(str(GOLDEN / 'article.log')), made_on)[0] is None


@pytest.mark.parametrize('seed, comparison', [(1, 'exact'), (5, 'exact'), (None, 'statistical'),
                                              (777, 'statistical')])
def test_a_seeded_run_is_compared_exactly(seed: Optional[int],
                                          comparison: str) -> None:
    name = 'tf1/seed-1.log' if seed == 1 else 'ensemble/seed-0005.log'
    log = read_log(str(GOLDEN / name))
    result, _ = report.judged('run.log', log, {'settings': {'seed': seed}})
    assert result.comparison == comparison and result.same


@pytest.mark.parametrize('lines', [5, 30, 55])
def test_a_run_that_stopped_is_compared_as_far_as_it_went(lines: int) -> None:
    log = parse_log(SEED_1.splitlines()[:lines], 'run.log')
    result, _ = report.judged('run.log', log, MANIFEST)
    assert result.same and f'match: {counted(lines - 4, "line")} as in' in result.text
    if lines == 55:  # all of its steps, and not its end
        assert report.judged('run.log', log, {})[0].same


def test_the_pictures_are_those_of_the_run_s_data(tmp_path: Path) -> None:
    write_data_set(tmp_path, train=10, test=200)
    images = read_idx(TEST_IMAGES.path(str(tmp_path)), IMAGES_MAGIC)
    digest = content_sha256(images, IMAGES_MAGIC)
    for data, shown in (({TEST_IMAGES.name: digest}, True), ({TEST_IMAGES.name: '0'}, False),
                        (None, True)):
        found = report._test_images({'data_dir': str(tmp_path), 'data': data})
        assert (found is not None) == shown
        assert found is None or hashlib.sha256(found).digest() == hashlib.sha256(images).digest()
    for odd in ({}, {'data_dir': 3}, {'data_dir': 'a\0b'}, {'data_dir': 'nowhere'}):
        assert report._test_images(odd) is None


def test_no_tensorflow_and_no_matplotlib_is_imported(tmp_path: Path) -> None:
    code = ('import sys; from reproduce import report; '
            f'assert report.main(["{fill(tmp_path)}"]) == 0; '
            'assert not {"tensorflow", "matplotlib"} & set(sys.modules)')
    assert subprocess.run([sys.executable, '-c', code], cwd=str(ROOT)).returncode == 0
