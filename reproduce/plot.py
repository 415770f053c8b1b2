"""A picture of printed logs: loss and training accuracy by step.

Run as `python -m reproduce.plot golden/article.log my.log --out curves.png`.
"""
import argparse
import os
import sys
from typing import TYPE_CHECKING, List, NamedTuple, Optional

from reproduce import cli
from reproduce.errors import InputError
from reproduce.files import replacing
from reproduce.golden import ensemble
from reproduce.log import Log, read_log

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from reproduce.statistical import Envelope


def parse_args(argv: Optional[List[str]]) -> argparse.Namespace:
    """The flags."""
    parser = cli.Parser(prog='python -m reproduce.plot',
                        description='Draw the curves of printed logs over each other.')
    parser.add_argument('logs', nargs='+', metavar='LOG', help="a printed log; its file's name "
                                                               "is its name in the picture")
    parser.add_argument('--out', required=True, metavar='FILE',
                        help='picture to write; its ending says the format (.png, .svg, .pdf)')
    return parser.parse_args(argv)


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
    from reproduce.statistical import curves, envelope
    others = ensemble(without=log)
    found = curves(log, others, 'the log')
    return Bands(f'{len(others)} seeds, 95 % envelope', envelope(found.steps, found.losses),
                 envelope(found.steps, found.accuracies))


def draw(logs: List[Log], names: List[str], path: str, bands: Optional[Bands] = None) -> None:
    """Draw `logs` under their `names`, loss above and training accuracy below, into `path`.

    Raises:
      InputError: matplotlib is missing, or `path` cannot be written as it says.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise InputError('drawing needs matplotlib; run pip install -e ".[plot]"') from error
    figure = Figure(figsize=(8, 6), layout='constrained')
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
    _save(figure, path)


def _save(figure: 'Figure', path: str) -> None:
    endings = figure.canvas.get_supported_filetypes()
    if os.path.splitext(path)[1][1:] not in endings:
        raise InputError('--out {}: end the name in one of {}'.format(
            path, ', '.join('.' + ending for ending in sorted(endings))))
    with replacing(path) as temporary:
        figure.savefig(temporary, dpi=120)


def run(args: argparse.Namespace) -> int:
    """Read the logs and draw them."""
    logs = [read_log(path) for path in args.logs]
    draw(logs, [os.path.basename(path) for path in args.logs], args.out)
    return cli.EXIT_FINE


def main(argv: Optional[List[str]] = None) -> int:
    """The command; returns its exit code."""
    return cli.run_command(run, parse_args(argv))


if __name__ == '__main__':
    sys.exit(main())
