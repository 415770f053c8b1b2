"""Run an unmodified TensorFlow 1.x script on today's TensorFlow.

python -m reproduce.legacy --seed 7 script.py its own arguments
"""
import argparse
import logging
import os
import random
import re
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import List, Optional

from reproduce import cli
from reproduce.environment import set_up, without_banners
from reproduce.errors import InputError


def parse_args(argv: List[str]) -> argparse.Namespace:
    """What the user asks for; all that follows the script is the script's."""
    parser = cli.Parser(prog='python -m reproduce.legacy', description=__doc__.split('\n')[0])
    parser.add_argument('--seed', type=int, metavar='N',
                        help='tf.set_random_seed, random.seed and numpy.random.seed, before the '
                             'script begins')
    parser.add_argument('--data-dir', metavar='DIR', default=cli.own_data_dir(),
                        help='the folder of the four MNIST files, where the folder that the '
                             'script names lacks them')
    parser.add_argument('--threads', type=cli.whole_number(1), metavar='N',
                        help='cores to use; by default what the script says, or all')
    parser.add_argument('--seeds', metavar='FILE',
                        help='replay the op seeds that --record-seeds wrote on TensorFlow 1.x')
    parser.add_argument('script', metavar='SCRIPT', help='the script, or - for standard input')
    parser.add_argument('arguments', metavar='ARGS', nargs=argparse.REMAINDER,
                        help="the script's own arguments")
    return parser.parse_args(argv)


def check_versions() -> None:
    """Check that tf_keras is there, and of TensorFlow's minor version.

    Raises:
      InputError: it is not; the message says what to install.
    """
    try:
        wanted = '.'.join(_version('tensorflow', 'tensorflow-cpu', 'tf-nightly').split('.')[:2])
    except PackageNotFoundError:
        raise InputError('TensorFlow is not installed; run: pip install "tensorflow==2.21.*" '
                         '"tf_keras==2.21.*"') from None
    try:
        found = _version('tf_keras')
    except PackageNotFoundError:
        raise InputError(f'tf_keras is not installed; run: pip install "tf_keras=={wanted}.*"'
                         ) from None
    if not re.match(re.escape(wanted) + r'(\.|$)', found):
        raise InputError(f'tf_keras {found} does not fit TensorFlow {wanted}; run: pip install '
                         f'"tf_keras=={wanted}.*"')


def _version(*names: str) -> str:
    for name in names[:-1]:
        try:
            return version(name)
        except PackageNotFoundError:
            pass
    return version(names[-1])


def legacy(args: argparse.Namespace) -> int:
    """Run the script, and return 0; what it raises goes on."""
    from reproduce.legacy import script
    check_versions()
    code = script.compiled(args.script)
    prepare(args)
    if not args.debug:
        script.show_only_the_scripts_frames()
    script.run(args.script, args.arguments, code)
    return cli.EXIT_FINE


def prepare(args: argparse.Namespace) -> None:
    """Make this process one in which TensorFlow is 1.x."""
    from reproduce.legacy import numpy_names, op_seeds, world
    recorded = iter(op_seeds.read_seeds(args.seeds)) if args.seeds else None
    os.environ['TF_USE_LEGACY_KERAS'] = '1'
    os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
    os.environ.setdefault('TF_ENABLE_ONEDNN_OPTS', '0')  # 1.15 had it not, and rounds as without
    set_up()
    with without_banners():
        tf = world.install(recorded, args.data_dir, args.threads)
    numpy_names.install()
    if args.seed is not None:
        import numpy as np
        tf.set_random_seed(args.seed)
        random.seed(args.seed)
        np.random.seed(args.seed % 2**32)


def main(argv: Optional[List[str]] = None) -> int:
    """The command."""
    args = parse_args(sys.argv[1:] if argv is None else argv)
    # The root logger is the script's.
    logger = logging.getLogger('reproduce')
    logger.addHandler(logging.StreamHandler(sys.stderr))
    logger.propagate = False
    try:
        return legacy(args)
    except InputError as error:
        if args.debug:
            raise
        print(f'error: {error}', file=sys.stderr)
        return cli.EXIT_USAGE


if __name__ == '__main__':
    sys.exit(main())
