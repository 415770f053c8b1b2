"""Run an unmodified TensorFlow 1.x script on today's TensorFlow.

python -m reproduce.legacy --get
python -m reproduce.legacy --seed 7 script.py its own arguments
"""
import argparse
import contextlib
import logging
import os
import random
import sys
from typing import List, Optional

from reproduce.legacy.front.fetch import COST
from reproduce.legacy.versions import check_versions
from reproduce.shared import cli
from reproduce.shared.environment import set_up, without_banners
from reproduce.shared.errors import InputError
from reproduce.shared.files import own_data_dir

WITHOUT = ("TensorFlow 1.15's own Python is not here, so today's stands in for it, as far as that "
           f'goes; python -m reproduce.legacy --get fetches it ({COST})')


def parse_args(argv: List[str]) -> argparse.Namespace:
    """What the user asks for; all that follows the script is the script's."""
    parser = cli.Parser(prog='python -m reproduce.legacy', description=__doc__.split('\n')[0])
    parser.add_argument('--version', action='store_true',
                        help='name the front end and the runtime')
    parser.add_argument('--get', action='store_true',
                        help="fetch TensorFlow 1.15's own Python, once: pip downloads its "
                             'official wheel')
    parser.add_argument('--front', metavar='DIR',
                        help="the folder of 1.15's Python; by default one in the user's cache")
    parser.add_argument('--seed', type=int, metavar='N',
                        help='the seed of every graph, of eager execution, and of random and '
                             'numpy.random')
    parser.add_argument('--data-dir', metavar='DIR', default=own_data_dir(),
                        help='the folder of the four MNIST files, where the folder that the '
                             'script names lacks them')
    parser.add_argument('--threads', type=cli.whole_number(1), metavar='N',
                        help='cores to use; by default what the script says, or all')
    parser.add_argument('--seeds', metavar='FILE',
                        help='replay the op seeds that --record-seeds wrote on TensorFlow 1.x')
    parser.add_argument('--against', metavar='PYTHON',
                        help='run the script on this Python, which has TensorFlow 1.x, and here, '
                             'and compare the two: exit code 0: the same lines, 1: others, 2: '
                             'a side cannot run it')
    parser.add_argument('--json', metavar='FILE', help='with --against: write the findings there')
    parser.add_argument('--observe', metavar='FOLDER', help=argparse.SUPPRESS)  # for --against
    parser.add_argument('--nudge', action='store_true', help=argparse.SUPPRESS)  # for --observe
    parser.add_argument('-m', dest='module', action='store_true',
                        help='SCRIPT is the name of a module, as for python -m')
    parser.add_argument('script', metavar='SCRIPT', nargs='?',
                        help='the script, or - for standard input')
    parser.add_argument('arguments', metavar='ARGS', nargs=argparse.REMAINDER,
                        help="the script's own arguments")
    args = parser.parse_args(argv)
    if args.script is None and not args.get and not args.version:
        parser.error('name a script')
    if args.module and args.against is not None:
        parser.error('--against takes a script, no module')
    return args


def get(args: argparse.Namespace) -> int:
    """Fetch 1.15's own Python, and return 0."""
    from reproduce.legacy.front.fetch import fetch
    from reproduce.legacy.front.location import default_folder
    fetch(args.front or default_folder(), lambda line: print(line, file=sys.stderr))
    return cli.EXIT_FINE


def version(args: argparse.Namespace) -> int:
    """Print what builds a script's graph, and what computes it, and return 0."""
    from reproduce.legacy.front import runtime
    from reproduce.legacy.front.location import described
    print(f'front end: {described(args.front)}\nruntime: TensorFlow {runtime.version()}')
    return cli.EXIT_FINE


def legacy(args: argparse.Namespace) -> int:
    """Run the script, and return 0; what it raises goes on."""
    from reproduce.legacy import script
    from reproduce.legacy.front.location import find
    front = find(args.front)
    check_versions(front is not None)
    code = None if args.module else script.compiled(args.script)
    if front is None:
        print(WITHOUT, file=sys.stderr)
        prepare(args)
    else:
        prepare_front(args, front)
    if not args.debug:
        script.show_only_the_scripts_frames(front is not None)
    with contextlib.ExitStack() as stack:
        if args.observe:
            from reproduce.legacy.observe import observed
            stack.enter_context(observed(args.observe, args.nudge))
        if code is None:
            script.run_module(args.script, args.arguments)
        else:
            script.run(args.script, args.arguments, code)
    return cli.EXIT_FINE


def prove(args: argparse.Namespace) -> int:
    """Run the script here and on TensorFlow 1.x, print the comparison, return the exit code."""
    from reproduce.legacy.front.location import find, installed_in
    from reproduce.legacy.proof.against import Settings, compare_with
    front = find(args.front) or installed_in(args.against)
    check_versions(front is not None)
    report = compare_with(
        Settings(args.against, args.script, args.arguments, args.seed, args.threads,
                 args.data_dir, args.seeds, front), args.json,
        lambda line: print(line, file=sys.stderr))
    print(report.text)
    return cli.EXIT_FINE if report.same else cli.EXIT_FAILED


def prepare_front(args: argparse.Namespace, front: str) -> None:
    """Make this process one in which TensorFlow is 1.15's own, from the folder `front`."""
    from reproduce.legacy import observe
    from reproduce.legacy.front import seeds, start
    recorded = iter(seeds.read_seeds(args.seeds)) if args.seeds else None
    start.install(front)
    observe.serve_mnist(args.data_dir)
    if args.threads:
        observe.limit_threads(args.threads)
    if recorded is not None:
        seeds.replay(recorded)
    if args.seed is not None:
        observe.set_seeds(args.seed)


def prepare(args: argparse.Namespace) -> None:
    """Make this process one in which today's TensorFlow behaves as 1.x, as far as that goes."""
    from reproduce.legacy import numpy_names, world
    from reproduce.legacy.front.seeds import read_seeds
    recorded = iter(read_seeds(args.seeds)) if args.seeds else None
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
    if args.get or args.version:
        return cli.run_command(get if args.get else version, args)
    if args.against is not None:
        return cli.run_command(prove, args, failed=cli.EXIT_UNEXPECTED,
                               unexpected=cli.EXIT_UNEXPECTED)
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
