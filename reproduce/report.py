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
from reproduce.comparison.log import Log, read_log
from reproduce.experiment.article import ARTICLE
from reproduce.shared import cli
from reproduce.shared.errors import InputError
from reproduce.shared.files import check_writable, own_data_dir

if TYPE_CHECKING:
    import numpy as np

    from reproduce.page.page import Predictions, Run

_LOG, _PREDICTIONS = 'run.log', 'predictions.npz'
_MEND = 'restore it, or move it away to leave out what it says'


def parse_args(argv: Optional[List[str]]) -> argparse.Namespace:
    """The flags."""
    parser = cli.Parser(prog='python -m reproduce.report', description=(
        'Write a page on a run: the verdict, its curves, what it misread, what it was made on.'))
    parser.add_argument('logdir', metavar='LOGDIR', help='folder of a run')
    parser.add_argument('--out', metavar='FILE', help='page to write (LOGDIR/report.html)')
    return parser.parse_args(argv)


def run(args: argparse.Namespace) -> int:
    """Read the folder and write the page."""
    from reproduce.page.page import write_report
    out = args.out or os.path.join(args.logdir, 'report.html')
    path = os.path.join(args.logdir, _LOG)
    if not os.path.exists(path):
        raise InputError(f'{path}: no such file; name a folder that run.py --logdir wrote')
    check_writable(os.path.dirname(out) or os.curdir, '--out')
    log = read_log(path)
    known = read_run(args.logdir)
    result, why_none = judged(path, log, known.manifest or {})
    write_report(out, path, log, result, known, why_none)
    print(f'written to {out}', file=sys.stderr)
    return cli.EXIT_FINE


def judged(path: str, log: Log,
           manifest: Dict[str, Any]) -> Tuple[Optional[verdict.Result], str]:
    """The verdict on the run, or None and why there is none.

    A run that stopped early is compared with the lines of the recorded log up to there.
    """
    settings = manifest.get('settings', {})
    try:
        _check_comparable(settings, manifest.get('data'))
        reference = verdict.recorded_log(_whole(settings.get('seed')))
        if not reference:
            return verdict.statistical_result(path, log), ''
        recorded = read_log(reference)
        if not log.finished:
            recorded = recorded.until(log.steps[-1].step)
        return verdict.exact_result(path, log, [(reference, recorded)]), ''
    except InputError as error:
        return None, str(error)


def _check_comparable(settings: Dict[str, Any], digests: Any) -> None:
    """Check that the run is one that recorded runs can be compared with.

    Raises:
      InputError: it is not.
    """
    for name, wanted in dataclasses.asdict(ARTICLE).items():
        if settings.get(name, wanted) != wanted:
            raise InputError(f"its {name} is {settings[name]}, and the article's {wanted}")
    for name in ('replay', 'init_checkpoint'):
        if settings.get(name):
            raise InputError(f'it started from {settings[name]}, where no recorded run did')
    from reproduce.mnist.source import FILES
    for file in FILES:
        if isinstance(digests, dict) and digests.get(file.name, file.sha256) != file.sha256:
            raise InputError(f"it did not read MNIST: its {file.name} was another data set's")


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
    arrays = read_arrays(path, _MEND)
    found = [arrays.get(name) for name in Predictions._fields]
    if any(array is None or array.ndim != 1 or array.dtype.kind not in 'iu' or not len(array)
           or array.min() < 0 or array.max() >= NUM_CLASSES for array in found):
        raise InputError(f'{path}: does not hold the digits predicted and labels; {_MEND}')
    if len(found[0]) != len(found[1]):
        raise InputError(f'{path}: holds {len(found[0])} predictions and {len(found[1])} labels; '
                         f'{_MEND}')
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
