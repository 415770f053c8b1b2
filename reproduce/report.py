"""A report on a run as one HTML page: the verdict, the curves, the misread images, the machine.

Run as `python -m reproduce.report LOGDIR`, on a folder that `reproduce/run.py --logdir` wrote.  It
imports no TensorFlow.
"""
import argparse
import hashlib
import json
import os
import sys
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple

from reproduce.comparison import verdict
from reproduce.comparison.log import Log, read_log
from reproduce.experiment.article import ARTICLE
from reproduce.shared import cli
from reproduce.shared.errors import InputError
from reproduce.shared.files import check_writable

if TYPE_CHECKING:
    import numpy as np

    from reproduce.comparison.page import Predictions, Run
    from reproduce.mnist.source import IdxFile

_LOG, _MANIFEST, _PREDICTIONS = 'run.log', 'manifest.json', 'predictions.npz'
_MOST_BYTES = 2**24  # of a manifest; a run's has 3 KB
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
    from reproduce.comparison.page import write_report
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
    try:
        _check_comparable(manifest)
        reference = verdict.recorded_log(_seed(manifest))
        if not reference:
            return verdict.statistical_result(path, log), ''
        recorded = read_log(reference)
        if not log.finished:
            recorded = recorded.until(log.steps[-1].step)
        return verdict.exact_result(path, log, [(reference, recorded)]), ''
    except InputError as error:
        return None, str(error)


def _check_comparable(manifest: Dict[str, Any]) -> None:
    """Check that the run is one that recorded runs can be compared with.

    Raises:
      InputError: it is not.
    """
    for name, value in _settings(manifest).items():
        wanted = getattr(ARTICLE, name, value)
        if value != wanted:
            raise InputError(f'its {name} is {value}, and the article\'s {wanted}')
    for name in ('replay', 'init_checkpoint'):
        if _settings(manifest).get(name):
            raise InputError(f'it started from {_settings(manifest)[name]}, where no recorded run '
                             'did')
    from reproduce.mnist.source import FILES
    for file in FILES:
        if _digest(manifest, file) not in (None, *_digests_of_mnist(file)):
            raise InputError(f'it was not trained on MNIST: {file.name} had another digest')


def _settings(manifest: Dict[str, Any]) -> Dict[str, Any]:
    """The settings under the article's names, in whichever way they are spelt."""
    settings = manifest.get('settings')
    return {name.lstrip('-').replace('-', '_'): value for name, value in settings.items()
            } if isinstance(settings, dict) else {}


def _seed(manifest: Dict[str, Any]) -> Optional[int]:
    seed = manifest.get('seed')
    return seed if isinstance(seed, int) and not isinstance(seed, bool) else None


def read_run(logdir: str) -> 'Run':
    """What the folder holds beside the log.

    Raises:
      InputError: a file is damaged.
    """
    from reproduce.comparison.page import Run
    manifest = _read_manifest(os.path.join(logdir, _MANIFEST))
    predictions = _read_predictions(os.path.join(logdir, _PREDICTIONS))
    test_len = _settings(manifest or {}).get('test_len')
    if not isinstance(test_len, int) or isinstance(test_len, bool) or test_len < 1:
        test_len = ARTICLE.test_len
    images = None if predictions is None else _test_images(manifest or {})
    return Run(manifest, predictions, None if images is None else images[:test_len], test_len)


def _read_manifest(path: str) -> Optional[Dict[str, Any]]:
    if not os.path.exists(path):
        return None
    try:
        with open(path, 'rb') as file:
            data = file.read(_MOST_BYTES + 1)
        manifest = json.loads(data) if len(data) <= _MOST_BYTES else None
    except OSError as error:
        raise InputError(f'{path}: cannot be read ({error.strerror}); {_MEND}') from error
    except (ValueError, RecursionError) as error:
        raise InputError(f'{path}: is damaged ({error}); {_MEND}') from error
    if not isinstance(manifest, dict):
        raise InputError(f'{path}: is no manifest of a run; {_MEND}')
    return manifest


def _read_predictions(path: str) -> Optional['Predictions']:
    if not os.path.exists(path):
        return None
    from reproduce.comparison.page import Predictions
    from reproduce.mnist.dataset import NUM_CLASSES
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
    from reproduce.experiment.setup import own_data_dir
    from reproduce.mnist.idx import IMAGES_MAGIC, content_sha256, read_idx
    from reproduce.mnist.source import TEST_IMAGES
    digest = _digest(manifest, TEST_IMAGES)
    if digest in _digests_of_mnist(TEST_IMAGES):
        return read_idx(TEST_IMAGES.path(own_data_dir()), IMAGES_MAGIC)
    folder = manifest.get('data_dir')
    if not isinstance(folder, str) or '\0' in folder:
        return None
    try:
        path = TEST_IMAGES.path(folder)
        images = read_idx(path, IMAGES_MAGIC)
        fits = digest in (None, content_sha256(images, IMAGES_MAGIC), _file_digest(path))
    except (InputError, OSError, UnicodeError):
        return None
    return images if fits else None


def _digest(manifest: Dict[str, Any], file: 'IdxFile') -> Optional[str]:
    """The digest that the manifest has of `file`, however it calls it."""
    data = manifest.get('data')
    for name, digest in data.items() if isinstance(data, dict) else ():
        name = os.path.basename(name).replace('.idx', '-idx')
        if name in (file.name, file.name[:-len('.gz')]):
            return str(digest)
    return None


def _digests_of_mnist(file: 'IdxFile') -> Tuple[str, str]:
    """The digests of MNIST's file: unpacked, and as this package has it."""
    from reproduce.experiment.setup import own_data_dir
    return file.sha256, _file_digest(file.path(own_data_dir()))


def _file_digest(path: str) -> str:
    with open(path, 'rb') as file:
        return hashlib.sha256(file.read()).hexdigest()


def main(argv: Optional[List[str]] = None) -> int:
    """The command; returns its exit code."""
    return cli.run_command(run, parse_args(argv))


if __name__ == '__main__':
    sys.exit(main())
