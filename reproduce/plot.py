"""A picture of printed logs: loss and training accuracy by step.

Run as `python -m reproduce.plot golden/article.log my.log --out curves.png`.
"""
import argparse
import os
import sys
from typing import List, Optional

from reproduce.comparison.log import read_log
from reproduce.comparison.picture import check_drawable, draw
from reproduce.shared import cli


def parse_args(argv: Optional[List[str]]) -> argparse.Namespace:
    """The flags."""
    parser = cli.Parser(prog='python -m reproduce.plot',
                        description='Draw the curves of printed logs over each other.')
    parser.add_argument('logs', nargs='+', metavar='LOG', help="a printed log; its file's name "
                                                               "is its name in the picture")
    parser.add_argument('--out', required=True, metavar='FILE',
                        help='picture to write; its ending says the format (.png, .svg, .pdf)')
    return parser.parse_args(argv)


def run(args: argparse.Namespace) -> int:
    """Read the logs and draw them."""
    check_drawable(args.out, '--out')
    logs = [read_log(path) for path in args.logs]
    draw(logs, [os.path.basename(path) for path in args.logs], args.out)
    return cli.EXIT_FINE


def main(argv: Optional[List[str]] = None) -> int:
    """The command; returns its exit code."""
    return cli.run_command(run, parse_args(argv))


if __name__ == '__main__':
    sys.exit(main())
