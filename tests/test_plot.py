from pathlib import Path
from typing import Callable

import numpy as np
import pytest
from conftest import GOLDEN

from reproduce.comparison import recorded
from reproduce.comparison.log import read_log
from reproduce.comparison.picture import Bands, draw, ensemble_bands
from reproduce.comparison.statistical import Envelope

image = pytest.importorskip('matplotlib.image', reason='drawing is an extra')


@pytest.mark.parametrize('ending, first', [
    ('png', b'\x89PNG'), pytest.param('svg', b'<?xml', marks=pytest.mark.full),
    pytest.param('pdf', b'%PDF', marks=pytest.mark.full)])
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


def test_a_run_of_the_ensemble_is_no_part_of_its_own_bands() -> None:
    members = recorded.ensemble()
    for log, others in ((read_log(recorded.article_log()), members), (members[0], members[1:])):
        bands = ensemble_bands(log)
        assert bands.name == f'{len(others)} seeds, 95 % envelope'


def test_bands_are_drawn_behind_the_logs(tmp_path: Path) -> None:
    log = read_log(str(GOLDEN / 'article.log'))
    steps = np.array([record.step for record in log.steps])
    losses = np.array([record.loss for record in log.steps])
    band = Envelope(steps, losses - 0.3, losses + 0.3)
    for name, bands in (('without', None), ('with', Bands('99 seeds', band, band))):
        draw([log], ['article'], str(tmp_path / f'{name}.png'), bands)
    without, with_bands = (image.imread(str(tmp_path / f'{name}.png'))
                           for name in ('without', 'with'))
    changed = (without != with_bands).any(-1).mean()
    assert 0.02 < changed < 0.5
