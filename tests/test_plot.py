from pathlib import Path
from typing import Callable

import pytest
from conftest import GOLDEN

pytest.importorskip('matplotlib', reason='drawing is an extra')


@pytest.mark.parametrize('ending, first', [('png', b'\x89PNG'), ('svg', b'<?xml'),
                                           ('pdf', b'%PDF')])
def test_a_picture_is_written(run_module: Callable, tmp_path: Path, ending: str,
                              first: bytes) -> None:
    out = tmp_path / ('curves.' + ending)
    done = run_module('reproduce.plot', GOLDEN / 'article.log', GOLDEN / 'tf1' / 'seed-1.log',
                      '--out', out)
    assert (done.returncode, done.stdout, done.stderr) == (0, '', '')
    assert out.read_bytes().startswith(first)
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


@pytest.mark.parametrize('log, out, word', [
    ('article.log', 'curves.txt', '.png'), ('article.log', 'nowhere/curves.png', 'nowhere'),
    ('README.md', 'curves.png', 'README.md'), ('missing.log', 'curves.png', 'missing.log')])
def test_unusable_input_is_one_line_and_loses_nothing(run_module: Callable, tmp_path: Path,
                                                      log: str, out: str, word: str) -> None:
    (tmp_path / 'curves.png').write_bytes(b'before')
    done = run_module('reproduce.plot', GOLDEN / log, '--out', tmp_path / out)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert word in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ['curves.png']
    assert (tmp_path / 'curves.png').read_bytes() == b'before'
