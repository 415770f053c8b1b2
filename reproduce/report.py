"""A report on a run as one HTML page: the verdict, the curves, the misread images, the machine.

Run as `python -m reproduce.report LOGDIR`, on a folder that `reproduce/run.py --logdir` wrote.  It
imports no TensorFlow.
"""
import argparse
import dataclasses
import os
import sys
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple

from reproduce.comparison import verdict
from reproduce.comparison.comparable import why_incomparable
from reproduce.comparison.log import Log, read_log
from reproduce.experiment.article import ARTICLE
from reproduce.shared import cli
from reproduce.shared.errors import InputError
from reproduce.shared.files import own_data_dir
from reproduce.shared.outputs import check_outputs

if TYPE_CHECKING:
    import numpy as np

    from reproduce.page.page import Predictions, Run

_LOG, _PREDICTIONS = 'run.log', 'predictions.npz'
_FIX = 'restore it, or move it away to leave out what it says'


def parse_args(argv: Optional[List[str]]) -> argparse.Namespace:
    """The flags."""
    parser = cli.Parser(prog='python -m reproduce.report', description=(
        'Write a page on a run: the verdict, its curves, what it misread, what it was made on.'))
    parser.add_argument('logdir', metavar='LOGDIR', help='folder of a run')
    parser.add_argument('--out', metavar='FILE', help='page to write (LOGDIR/report.html)')
    return parser.parse_args(argv)


def run(args: argparse.Namespace) -> int:
    """Read the folder and write the page."""
    from reproduce.logdir import manifest as run_manifest
    from reproduce.page.page import write_report
    out = args.out or os.path.join(args.logdir, 'report.html')
    path = os.path.join(args.logdir, _LOG)
    if not os.path.exists(path):
        raise InputError(f'{path}: no such file; name a folder that run.py --logdir wrote')
    check_outputs({'--out': out}, [os.path.join(args.logdir, name)
                                   for name in (_LOG, _PREDICTIONS, run_manifest.NAME)])
    log = read_log(path)
    known = read_run(args.logdir)
    result, why_none = judged(path, log, known.manifest or {})
    write_report(out, path, log, result, known, why_none)
    print(f'written to {out}', file=sys.stderr)
    return cli.EXIT_FINE


def judged(path: str, log: Log,
           manifest: Dict[str, Any]) -> Tuple[Optional[verdict.Result], str]:
    """The verdict on the run, or None and why there is none."""
    settings = dict(manifest.get('settings', {}))
    settings['seed'] = _whole(settings.get('seed'))
    other_data = None if _is_mnist(manifest.get('data')) else str(manifest.get('data_dir'))
    try:
        why = why_incomparable(settings, dataclasses.asdict(ARTICLE), other_data)
        if why:
            return None, why
        return verdict.of_run(log, settings['seed'], settings.get('training_steps'), path), ''
    except InputError as error:
        return None, str(error)


def _is_mnist(digests: Any) -> bool:
    """Whether the data files' `digests` are MNIST's; what is not known is taken to be."""
    from reproduce.mnist.source import FILES
    return not isinstance(digests, dict) or all(
        digests.get(file.name, file.sha256) == file.sha256 for file in FILES)


def _whole(number: Any) -> Optional[int]:
    """`number`, if it is a whole one."""
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def read_run(logdir: str) -> 'Run':
    """What the folder holds beside the log.

    Raises:
      InputError: a file is damaged.
    """
    from reproduce.logdir import manifest as run_manifest
    from reproduce.page.page import Run
    manifest = run_manifest.read(logdir)
    predictions = _read_predictions(os.path.join(logdir, _PREDICTIONS))
    settings = (manifest or {}).get('settings', {})
    test_len = max(1, _whole(settings.get('test_len')) or ARTICLE.test_len)
    images = _test_images(manifest) if manifest and predictions else None
    return Run(manifest, predictions, None if images is None else images[:test_len], test_len)


def _read_predictions(path: str) -> Optional['Predictions']:
    if not os.path.exists(path):
        return None
    from reproduce.mnist.dataset import NUM_CLASSES
    from reproduce.page.page import Predictions
    from reproduce.shared.arrays import read_arrays
    arrays = read_arrays(path, _FIX)
    found = [arrays.get(name) for name in Predictions._fields]
    if any(array is None or array.ndim != 1 or array.dtype.kind not in 'iu' or not len(array)
           or array.min() < 0 or array.max() >= NUM_CLASSES for array in found):
        raise InputError(f'{path}: does not hold the digits predicted and labels; {_FIX}')
    if len(found[0]) != len(found[1]):
        raise InputError(f'{path}: holds {len(found[0])} predictions and {len(found[1])} labels; '
                         f'{_FIX}')
    return Predictions(*found)


def _test_images(manifest: Dict[str, Any]) -> Optional['np.ndarray']:
    """The test images that the run read, uint8 [n, rows, columns]; None where they are gone.

    They are in its data folder, or they are MNIST's, which this package has.
    """
    from reproduce.mnist.idx import IMAGES_MAGIC, content_sha256, read_idx
    from reproduce.mnist.source import TEST_IMAGES
    digests, folder = manifest.get('data'), manifest.get('data_dir')
    digest = digests.get(TEST_IMAGES.name) if isinstance(digests, dict) else None
    if digest == TEST_IMAGES.sha256:
        folder = own_data_dir()
    if not isinstance(folder, str):
        return None
    try:
        images = read_idx(TEST_IMAGES.path(folder), IMAGES_MAGIC)
    except (InputError, ValueError):  # the latter for what is no path
        return None
    return images if digest in (None, content_sha256(images, IMAGES_MAGIC)) else None


def main(argv: Optional[List[str]] = None) -> int:
    """The command; returns its exit code."""
    return cli.run_command(run, parse_args(argv))


if __name__ == '__main__':
    sys.exit(main())
