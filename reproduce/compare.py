"""The regression comparison: is a printed log the experiment's?

Run as `python -m reproduce.compare my.log golden/tf1/seed-1.log` it is the exact rung: the log
against logs that it should equal.  Run as `python -m reproduce.compare my.log`, for a log whose
seed is not known, it is the statistical rung: the log against many seeds' runs.  It imports no
TensorFlow.
"""
import argparse
import json
import sys
from typing import List, Optional
from xml.etree import ElementTree

from reproduce import cli
from reproduce.article import ARTICLE
from reproduce.contract import check_contract
from reproduce.errors import InputError
from reproduce.files import replacing
from reproduce.golden import article_log
from reproduce.log import Log, parse_log, read_log
from reproduce.verdict import Result, exact_result, statistical_result


def parse_args(argv: Optional[List[str]]) -> argparse.Namespace:
    """The flags."""
    parser = cli.Parser(prog='python -m reproduce.compare', description=(
        'Compare a printed log with the logs that it should equal, or, without any, with the '
        'runs of many seeds. Exit code 0: match, 1: differ, 2: unusable input.'))
    parser.add_argument('run', metavar='RUN', help="the log in question; '-' reads stdin")
    parser.add_argument('references', nargs='*', metavar='REFERENCE',
                        help='what it should be to the printed digit')
    parser.add_argument('--batch-size', type=cli.whole_number(1), metavar='N',
                        default=ARTICLE.batch_size, help='images behind a training accuracy')
    parser.add_argument('--test-len', type=cli.whole_number(1), metavar='N',
                        default=ARTICLE.test_len, help='images behind the test accuracy')
    parser.add_argument('--json', metavar='FILE', help='write the verdict there')
    parser.add_argument('--junit', metavar='FILE',
                        help='write the verdict there as JUnit XML, a test case a reference')
    parser.add_argument('--plot', metavar='FILE', help='draw the logs there')
    return parser.parse_args(argv)


def run(args: argparse.Namespace) -> int:
    """Compare, report, and return the exit code."""
    paths = [args.run] + args.references
    if paths.count('-') > 1:
        raise InputError('-: stdin can be read once; name files for the other logs')
    if not args.references:
        _check_settings(args)
    logs = [_read(path, args) for path in paths]
    if args.references:
        for path, reference in zip(paths[1:], logs[1:]):
            _check_finite(path, reference)
        result = exact_result(args.run, logs[0], list(zip(paths[1:], logs[1:])))
    else:
        result = statistical_result(args.run, logs[0])
    print(result.text)
    print(f'{args.run}: {logs[0].skipped} lines skipped that are no part of a log')
    if args.json:
        with replacing(args.json) as temporary, open(temporary, 'w') as file:
            json.dump(result.facts, file, indent=1, allow_nan=False)
    if args.junit:
        with replacing(args.junit) as temporary:
            _as_junit(args.run, result).write(temporary, 'utf-8', xml_declaration=True)
    if args.plot:
        _draw(paths, logs, args.plot)
    return cli.EXIT_FINE if result.same else cli.EXIT_FAILED


def _read(path: str, args: argparse.Namespace) -> Log:
    """The log at `path`, or on stdin, checked against the contract."""
    log = parse_log(sys.stdin, 'stdin') if path == '-' else read_log(path)
    check_contract(log, path, args.batch_size, args.test_len)
    return log


def _check_finite(path: str, reference: Log) -> None:
    for record, line in zip(reference.steps, reference.step_lines):
        if not abs(record.loss) < float('inf'):
            raise InputError(f'{path}:{line}: the loss is {record.loss}, which nothing equals; '
                             'name another reference')


def _check_settings(args: argparse.Namespace) -> None:
    for flag, given, wanted in (('--batch-size', args.batch_size, ARTICLE.batch_size),
                                ('--test-len', args.test_len, ARTICLE.test_len)):
        if given != wanted:
            raise InputError(f"{flag} {given}: the ensemble's is the article's {wanted}; name a "
                             'REFERENCE with the same settings')


def _draw(paths: List[str], logs: List[Log], picture: str) -> None:
    """Draw the logs; where the run is alone, beside the article's and the ensemble's envelope."""
    from reproduce.plot import draw, ensemble_bands
    if len(logs) > 1:
        draw(logs, paths, picture)
        return
    bands = ensemble_bands(logs[0])
    article = read_log(article_log())
    if article.steps != logs[0].steps:
        paths, logs = paths + [article_log()], logs + [article]
    draw(logs, paths, picture, bands)


def _as_junit(name: str, result: Result) -> ElementTree.ElementTree:
    failed = [case for case in result.cases if not case.same]
    suite = ElementTree.Element('testsuite', name=f'reproduce.compare {name}',
                                tests=str(len(result.cases)), failures=str(len(failed)))
    for case in result.cases:
        element = ElementTree.SubElement(suite, 'testcase', classname=result.rung,
                                         name=case.name)
        if case in failed:
            failure = ElementTree.SubElement(element, 'failure',
                                             message=case.text.splitlines()[0])
            failure.text = case.text
    return ElementTree.ElementTree(suite)


def main(argv: Optional[List[str]] = None) -> int:
    """The command; returns its exit code."""
    return cli.run_command(run, parse_args(argv))


if __name__ == '__main__':
    sys.exit(main())
