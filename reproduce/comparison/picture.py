"""A picture of printed logs: loss and training accuracy by step."""
import os
from typing import TYPE_CHECKING, List, NamedTuple, Optional

from reproduce.comparison.log import Log
from reproduce.comparison.recorded import ensemble
from reproduce.shared.errors import InputError
from reproduce.shared.files import check_writable, replacing

if TYPE_CHECKING:
    from reproduce.comparison.statistical import Envelope


class Bands(NamedTuple):
    """What right runs stay within."""

    name: str
    loss: 'Envelope'
    accuracy: 'Envelope'


def ensemble_bands(log: Log) -> Bands:
    """The ensemble's 95 % envelopes, as far as `log` goes.

    Raises:
      InputError: `log` cannot be compared with the ensemble.
    """
    from reproduce.comparison.statistical import curves, envelope
    others = ensemble(without=log)
    found = curves(log, others, 'the log')
    return Bands(f'{len(others)} seeds, 95 % envelope', envelope(found.steps, found.losses),
                 envelope(found.steps, found.accuracies))


def check_drawable(path: str, flag: str) -> None:
    """Check that a picture can be drawn into `path`, which `flag` names.

    Raises:
      InputError: matplotlib is missing, or `path` cannot be written as it says.
    """
    _import_matplotlib()
    from matplotlib.backend_bases import FigureCanvasBase
    endings = sorted('.' + ending for ending in FigureCanvasBase.filetypes)
    if os.path.splitext(path)[1] not in endings:
        raise InputError(f'{flag} {path}: end the name in one of {", ".join(endings)}')
    check_writable(os.path.dirname(path) or os.curdir, flag)


def draw(logs: List[Log], names: List[str], path: str, bands: Optional[Bands] = None) -> None:
    """Draw `logs` under their `names`, loss above and training accuracy below, into `path`.

    Raises:
      InputError: as `check_drawable`.
    """
    _import_matplotlib()
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    figure = Figure(figsize=(8, 6), layout='constrained')
    FigureCanvasAgg(figure)
    loss, accuracy = figure.subplots(2, 1, sharex=True)
    if bands:
        for axes, band in ((loss, bands.loss), (accuracy, bands.accuracy)):
            axes.fill_between(band.steps, band.low, band.high, color='0.85', label=bands.name)
    for log, name in zip(logs, names):
        steps = [record.step for record in log.steps]
        loss.plot(steps, [record.loss for record in log.steps], label=name, linewidth=1.2)
        accuracy.plot(steps, [record.accuracy for record in log.steps], linewidth=1.2)
    loss.set_ylabel('minibatch loss (nats)')
    accuracy.set_ylabel('training accuracy')
    accuracy.set_xlabel('step')
    for axes in (loss, accuracy):
        axes.grid(alpha=0.3)
    loss.legend()
    with replacing(path) as temporary:
        figure.savefig(temporary, dpi=120)


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
