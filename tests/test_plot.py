from pathlib import Path
from typing import Callable

import numpy as np
import pytest
from conftest import GOLDEN

from reproduce import plot
from reproduce.comparison import recorded
from reproduce.comparison.log import Log, parse_log, read_log
from reproduce.comparison.picture import Bands, draw, ensemble_bands, highest_loss
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
    ('article.log', 'curves.txt', '.png'), ('article.log', 'curves.pgf', '.png'),
    ('article.log', '..', 'no regular file'), ('article.log', 'nowhere/curves.png', 'nowhere'),
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
        assert bands.name.startswith(f'{len(others)} seeds, of which 95 % never leave ')


ARTICLE = read_log(recorded.article_log())


def with_losses(loss: float, first: int, last: int = 51) -> Log:
    """The article's log with these of its losses replaced."""
    return ARTICLE._replace(steps=tuple(
        record._replace(loss=loss) if first <= place < last else record
        for place, record in enumerate(ARTICLE.steps)))


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> list:
    """The figures that are drawn."""
    from matplotlib.figure import Figure
    drawn, savefig = [], Figure.savefig
    monkeypatch.setattr(Figure, 'savefig', lambda figure, *arguments, **options: (
        drawn.append(figure), savefig(figure, *arguments, **options)))
    return drawn


@pytest.mark.parametrize('ending', ['png', 'svg', 'pdf', 'PNG'])
def test_any_name_stands_in_the_legend(ending: str, figures: list, tmp_path: Path) -> None:
    names = ['$', 'a$x_1$', '_hidden', '$\\frac{$', 'x' * 200, 'tab\tand\udcff', '%', '', 'run.log']
    draw([ARTICLE] * len(names), names, str(tmp_path / f'a.{ending}'))
    shown = [text.get_text() for text in figures[0].legends[0].get_texts()]
    assert shown == [*names[:4], '...' + 'x' * 67, 'tab\\tand\\udcff', *names[6:]]


def test_the_legend_of_many_logs_buries_no_chart(figures: list, tmp_path: Path) -> None:
    draw([ARTICLE] * 45, [f'runs/{seed}/run.log' for seed in range(45)], str(tmp_path / 'a.png'))
    figure, = figures
    legend = figure.legends[0].get_window_extent()
    assert len(figure.legends[0].get_texts()) == 45
    assert legend.x0 >= 0 and legend.y0 >= 0 and legend.x1 <= figure.bbox.width
    for axes in figure.axes:
        box = axes.get_window_extent()
        assert box.y0 >= legend.y1 and box.height > figure.bbox.height / 5
    looks = {(line.get_color(), line.get_linestyle()) for line in figure.axes[0].lines}
    assert len(looks) == 45


@pytest.mark.parametrize('log, most', [
    (ARTICLE, 2.8645), (with_losses(1e30, 7, 8), 1.5 * 2.8645),
    (with_losses(1e30, 1), 1.5 * 2.8645),
    (with_losses(float('nan'), 0), 2.8645), (with_losses(float('inf'), 3), 2.8645),
    (with_losses(0.0, 3), 2.8645), (with_losses(3.5, 3, 4), 3.5)])
def test_no_loss_flattens_the_others(log: Log, most: float, figures: list,
                                     tmp_path: Path) -> None:
    assert highest_loss([log, ARTICLE], None) == pytest.approx(most)
    draw([log, ARTICLE], ['run.log', 'article'], str(tmp_path / 'a.svg'))
    assert figures[0].axes[0].get_ylim() == pytest.approx((0.0, 1.05 * most))
    label = figures[0].legends[0].get_texts()[0].get_text()
    assert ('(losses up to 1e+30)' in label) == (most == 1.5 * 2.8645)


def test_logs_of_high_losses_are_seen() -> None:
    steps = [f'Step {step}, Minibatch Loss= {loss}, Training Accuracy= 0.500'
             for step, loss in ((1, 300.0), (200, 200.0), (400, 100.0))]
    assert highest_loss([parse_log(steps, 'sums')], None) == 300.0


def test_the_bands_hold_as_many_runs_as_is_said() -> None:
    bands, members = ensemble_bands(ARTICLE), recorded.ensemble()
    for band, kind, said in ((bands.loss, 'loss', 'losses'),
                             (bands.accuracy, 'accuracy', 'accuracies')):
        outside = sum(bool(band.left_at(np.array([getattr(record, kind) for record in log.steps])))
                      for log in members)
        share = round(100 * (1 - outside / len(members)))
        assert f'{share} % never leave the band of {said}' in bands.name or (
            f'{share} % that of {said}' in bands.name)


def test_logs_of_one_name_are_told_apart(figures: list, tmp_path: Path) -> None:
    for folder in 'ab':
        (tmp_path / folder).mkdir()
        (tmp_path / folder / 'run.log').write_text((GOLDEN / 'article.log').read_text())
    paths = [str(tmp_path / folder / 'run.log') for folder in 'ab']
    assert plot.main([*paths, '--out', str(tmp_path / 'a.png')]) == 0
    assert [text.get_text()[-10:] for text in figures[0].legends[0].get_texts()] == [
        '/a/run.log', '/b/run.log']
    assert plot.main(['-', '-', '--out', str(tmp_path / 'a.png')]) == 2
    assert plot.main([paths[0], '--out', paths[0]]) == 2


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
