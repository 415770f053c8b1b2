"""A picture of printed logs: loss and training accuracy by step.

Run as `python -m reproduce.plot golden/article.log my.log --out curves.png`.
"""
import argparse
import os
import sys
from typing import List, Optional

from reproduce.comparison.log import read_log
from reproduce.comparison.picture import check_drawable, draw
from reproduce.comparison.reader import name_of
from reproduce.shared import cli
from reproduce.shared.errors import InputError
from reproduce.shared.outputs import check_outputs


def parse_args(argv: Optional[List[str]]) -> argparse.Namespace:
    """The flags."""
    parser = cli.Parser(prog='python -m reproduce.plot',
                        description='Draw the curves of printed logs over each other.')
    parser.add_argument('logs', nargs='+', metavar='LOG',
                        help="a printed log, '-' for stdin; its file's name is its name in the "
                             'picture, or its path where two have one name')
    parser.add_argument('--out', required=True, metavar='FILE',
                        help='picture to write; its ending says the format (.png, .svg, .pdf)')
    return parser.parse_args(argv)


def run(args: argparse.Namespace) -> int:
    """Read the logs and draw them."""
    paths = args.logs
    if paths.count('-') > 1:
        raise InputError('-: stdin can be read once; name files for the other logs')
    check_outputs({'--out': args.out}, [path for path in paths if path != '-'])
    check_drawable(args.out, '--out')
    logs = [read_log(path) for path in paths]
    names = [os.path.basename(name_of(path)) for path in paths]
    draw(logs, names if len(set(names)) == len(names) else [name_of(path) for path in paths],
         args.out)
    return cli.EXIT_FINE


def main(argv: Optional[List[str]] = None) -> int:
    """The command; returns its exit code."""
    return cli.run_command(run, parse_args(argv))


if __name__ == '__main__':
    sys.exit(main())
