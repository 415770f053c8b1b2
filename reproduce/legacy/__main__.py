"""Run an unmodified TensorFlow 1.x script on today's TensorFlow.

python -m reproduce.legacy --get
python -m reproduce.legacy --seed 7 script.py its own arguments
"""
import argparse
import contextlib
import logging
import re
import sys
from typing import List, Optional

from reproduce.legacy import observe
from reproduce.legacy.front.location import needed
from reproduce.legacy.versions import check_runtime, installed_tensorflow
from reproduce.shared import cli
from reproduce.shared.errors import InputError
from reproduce.shared.files import own_data_dir


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
    parser.add_argument('--against', metavar='PYTHON|FOLDER',
                        help='run the script on this Python, which has TensorFlow 1.x, and here, '
                             'and compare the two; or compare with what observe.py --record has '
                             'written to this folder: exit code 0: the same, 1: not, 2: a side '
                             'cannot run it')
    parser.add_argument('--json', metavar='FILE', help='with --against: write the findings there')
    parser.add_argument('--runs', type=cli.whole_number(1), metavar='N',
                        help='with --against: stop both sides after N session runs')
    parser.add_argument('--ignore', action='append', default=[], type=_pattern, metavar='REGEX',
                        help='with --against: leave what matches out of printed lines; times and '
                             'dates are told apart without')
    parser.add_argument('--in-place', action='store_true',
                        help='with --against: run in this folder, not each time in a copy of it')
    parser.add_argument('--observe', metavar='FOLDER', help=argparse.SUPPRESS)  # for --against
    parser.add_argument('--nudge', action='store_true', help=argparse.SUPPRESS)  # for --observe
    observe.add_program(parser)
    args = parser.parse_args(argv)
    observe.parse_program(parser, args)
    if args.script is None and not (args.get or args.version):
        parser.error('name a script')
    if args.against is None:
        for flag, given in (('--json', args.json), ('--ignore', args.ignore),
                            ('--in-place', args.in_place),
                            ('--runs', args.runs and not args.observe)):
            if given:
                parser.error(f'{flag} needs --against')
    return args


def _pattern(text: str) -> str:
    """A flag's type: a regular expression."""
    try:
        re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f'{text!r} is no regular expression ({error})') from None
    return text


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
    """Run the program, and return 0; what it raises goes on."""
    from reproduce.legacy import script
    from reproduce.legacy.front.program import prepare
    front = needed(args.front)
    check_runtime()
    code = script.checked(args.script, args.args)
    prepare(front, args.seed, args.threads, args.data_dir, args.seeds)
    if not args.debug:
        script.show_only_the_scripts_frames()
    with contextlib.ExitStack() as stack:
        if args.observe:
            about = observe.about_run(args.script, args.args, args.seed, args.runs)
            about['runtime'] = installed_tensorflow()
            stack.enter_context(observe.observed(args.observe, args.nudge, args.runs, about))
        observe.run_program(args.script, args.args, code)
    return cli.EXIT_FINE


def prove(args: argparse.Namespace) -> int:
    """Run the program here and on TensorFlow 1.x, print the comparison, return the exit code."""
    from reproduce.legacy.proof.against import Settings, compare_with
    front = needed(args.front, args.against)
    check_runtime()
    report = compare_with(
        Settings(args.against, args.script, args.args, args.seed, args.threads, args.data_dir,
                 args.seeds, args.runs, args.ignore, args.in_place, front), args.json,
        lambda line: print(line, file=sys.stderr))
    print(report.text)
    return cli.EXIT_FINE if report.same else cli.EXIT_FAILED


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
