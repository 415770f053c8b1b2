"""A picture of printed logs: loss and training accuracy by step."""
import itertools
import math
import os
import statistics
from typing import TYPE_CHECKING, List, NamedTuple, Optional, Sequence

from reproduce.comparison.log import Log, read_log
from reproduce.comparison.recorded import article_log, ensemble
from reproduce.shared.errors import InputError
from reproduce.shared.files import replacing

if TYPE_CHECKING:
    from reproduce.comparison.statistical import Envelope

_ENDINGS = ('.png', '.svg', '.pdf')
_HIGHEST = 1.5  # the axis of losses goes on so far above what is usual, for a run that is above
_LONGEST = 70  # characters of a name in the legend
_WIDTH = 90  # characters that stand side by side there
_STYLES = ('-', '--', ':', '-.')  # where there are more logs than colours


class Bands(NamedTuple):
    """What right runs stay within."""

    name: str
    loss: 'Envelope'
    accuracy: 'Envelope'


def ensemble_bands(log: Log) -> Bands:
    """The ensemble's 95 % envelopes, as far as `log` goes.

    Of a run that diverged, the article's log tells how far.

    Raises:
      InputError: `log` cannot be compared with the ensemble.
    """
    from reproduce.comparison.statistical import curves, envelope
    if log.diverged:
        steps = [record.step for record in log.steps]
        article = read_log(article_log()).until(steps[-1])
        if [record.step for record in article.steps] == steps:
            log = article
    others = ensemble(without=log)
    found = curves(log, others, 'the log')
    bands = [envelope(found.steps, values) for values in (found.losses, found.accuracies)]
    outside = [[bool(band.left_at(curve)) for curve in values[1:]]
               for band, values in zip(bands, (found.losses, found.accuracies))]
    return Bands(f'{len(others)} seeds, of which {_share(outside[0])} never leave the band of '
                 f'losses, and {_share(outside[1])} that of accuracies', *bands)


def _share(outside: List[bool]) -> str:
    return f'{100 * (1 - sum(outside) / len(outside)):.0f} %'


def highest_loss(logs: Sequence[Log], bands: Optional[Bands]) -> float:
    """Where an axis ends that shows the losses of `logs`, but for those far above all others.

    The article's losses, `bands`, and half of the losses of the lowest log are shown.
    """
    finite = [[record.loss for record in log.steps if math.isfinite(record.loss)] for log in logs]
    usual = [record.loss for record in read_log(article_log()).steps]
    if bands:
        usual.append(float(bands.loss.high.max()))
    usual.append(min((statistics.median(losses) for losses in finite if losses), default=0.0))
    return max(max(usual), min(max(map(max, filter(None, finite)), default=0.0),
                               _HIGHEST * max(usual)))


def check_drawable(path: str, flag: str) -> None:
    """Check that a picture can be drawn into `path`, which `flag` names.

    Raises:
      InputError: matplotlib is missing, or `path` names no format.
    """
    _import_matplotlib()
    if os.path.splitext(path)[1].lower() not in _ENDINGS:
        raise InputError(f'{flag} {path}: end the name in one of {", ".join(_ENDINGS)}')


def draw(logs: List[Log], names: List[str], path: str, bands: Optional[Bands] = None) -> None:
    """Draw `logs` under their `names`, loss above and training accuracy below, into `path`.

    Raises:
      InputError: as `check_drawable`, or `path` cannot be written.
    """
    _import_matplotlib()
    from matplotlib import colormaps
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    top = highest_loss(logs, bands)
    labels = [bands.name] if bands else []
    labels += [_label(name, log, top) for name, log in zip(names, logs)]
    columns = max(1, _WIDTH // (max(map(len, labels)) + 7))
    figure = Figure(figsize=(8, 6 + 0.22 * math.ceil(len(labels) / columns)), layout='constrained')
    FigureCanvasAgg(figure)
    loss, accuracy = figure.subplots(2, 1, sharex=True)
    handles = []
    if bands:
        for axes, band in ((loss, bands.loss), (accuracy, bands.accuracy)):
            area = axes.fill_between(band.steps, band.low, band.high, color='0.85')
        handles.append(area)
    colours = colormaps['tab10' if len(logs) <= 10 else 'tab20'].colors
    looks = itertools.cycle(itertools.product(_STYLES, colours))
    for log, (style, colour) in zip(logs, looks):
        steps = [record.step for record in log.steps]
        for axes, values, most in (
                (loss, [record.loss for record in log.steps], 2 * top),
                (accuracy, [record.accuracy for record in log.steps], 1.0)):
            shown = [min(value, most) if math.isfinite(value) else math.nan for value in values]
            line, = axes.plot(steps, shown, style, color=colour, linewidth=1.2,
                              marker='.' if len(steps) == 1 else None)
        handles.append(line)
    loss.set(ylabel='minibatch loss (nats)', ylim=(0.0, 1.05 * top))
    accuracy.set(ylabel='training accuracy', xlabel='step', ylim=(0.0, 1.02))
    for axes in (loss, accuracy):
        axes.grid(alpha=0.3)
    legend = figure.legend(handles, ['.'] * len(labels), loc='outside lower left', ncols=columns,
                           frameon=False)
    for text, label in zip(legend.get_texts(), labels):
        text.set_parse_math(False)  # a name may hold $
        text.set_text(label)  # only now: an entry that began with _ would have been left out
    with replacing(path) as temporary:
        figure.savefig(temporary, dpi=120)


def _label(name: str, log: Log, top: float) -> str:
    """What the legend says of `log`: its name, and what cannot be seen of its losses."""
    shown = ''.join(character if character.isprintable() else repr(character)[1:-1]
                    for character in name)
    if len(shown) > _LONGEST:
        shown = '...' + shown[3 - _LONGEST:]
    losses = [record.loss for record in log.steps]
    finite = [loss for loss in losses if math.isfinite(loss)]
    if len(finite) < len(losses):
        shown += ' (some losses are no numbers)'
    if finite and max(finite) > top:
        shown += f' (losses up to {max(finite):.4g})'
    return shown


def _import_matplotlib() -> None:
    """Import matplotlib, without the backend that the environment asks for.

    A notebook's MPLBACKEND names a module that may be missing here, and no window is needed.
    """
    backend = os.environ.pop('MPLBACKEND', None)
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise InputError('drawing needs matplotlib; run pip install -e ".[plot]"') from error
    finally:
        if backend is not None:
            os.environ['MPLBACKEND'] = backend
