"""The regression comparison: is a printed log the experiment's?

Run as `python -m reproduce.compare my.log golden/tf1/seed-1.log` it compares the log exactly,
with logs that it should equal; any other program's logs are compared so too, as text.  Run as
`python -m reproduce.compare my.log`, for a log whose seed is not known, it compares it
statistically, with many seeds' runs.  It imports no TensorFlow.
"""
import argparse
import json
import os
import sys
from typing import List, Optional
from xml.etree import ElementTree

from reproduce.comparison.contract import check_contract, other_batch_size
from reproduce.comparison.log import Log, is_article_log, parse_log, read_log
from reproduce.comparison.reader import name_of, read_lines
from reproduce.comparison.recorded import article_log
from reproduce.comparison.verdict import Result, exact_result, statistical_result, text_result
from reproduce.experiment.article import ARTICLE
from reproduce.shared import cli
from reproduce.shared.errors import InputError
from reproduce.shared.files import check_writable, replacing


def parse_args(argv: Optional[List[str]]) -> argparse.Namespace:
    """The flags."""
    parser = cli.Parser(prog='python -m reproduce.compare', description=(
        'Compare a printed log with the logs that it should equal, or, without any, with the '
        'runs of many seeds. Exit code 0: match, 1: differ, 2: unusable input, 3: an unexpected '
        'error.'))
    parser.add_argument('run', metavar='RUN', help="the log in question; '-' reads stdin")
    parser.add_argument('references', nargs='*', metavar='REFERENCE',
                        help='what it should be to the printed digit')
    parser.add_argument('--batch-size', type=cli.whole_number(1), metavar='N',
                        default=ARTICLE.batch_size, help='images behind a training accuracy')
    parser.add_argument('--test-len', type=cli.whole_number(1), metavar='N',
                        default=ARTICLE.test_len, help='images behind the test accuracy')
    parser.add_argument('--rtol', type=cli.finite_number, metavar='X', default=0.0,
                        help='compare as text, and let a number with a decimal point differ by '
                             "this share of the reference's: for other programs, whose rounding "
                             'grows')
    parser.add_argument('--json', metavar='FILE', help='write the verdict there')
    parser.add_argument('--junit', metavar='FILE',
                        help='write the verdict there as JUnit XML, a test case a reference')
    parser.add_argument('--plot', metavar='FILE', help='draw the logs there')
    parser.add_argument('--report', metavar='FILE',
                        help='write the verdict there as a page to read in a browser')
    return parser.parse_args(argv)


def run(args: argparse.Namespace) -> int:
    """Compare, report, and return the exit code."""
    cli.check_stdout()
    _check_flags(args)
    paths = [args.run] + args.references
    texts = [read_lines(path) for path in paths]
    if args.references and (args.rtol or not any(map(is_article_log, texts))):
        _check_article_only(args)
        result, remarks = _compare_as_text(paths, texts, args.rtol), []
    else:
        logs = [_parsed(path, lines, args) for path, lines in zip(paths, texts)]
        result, remarks = _compare(paths, logs), _remarks(args.run, logs[0])
        _write_pictures(paths, logs, result, args)
    if args.json:
        with replacing(args.json) as temporary, open(temporary, 'w') as file:
            json.dump(result.facts, file, indent=1, allow_nan=False)
    if args.junit:
        with replacing(args.junit) as temporary:
            _as_junit(args.run, result).write(temporary, 'utf-8', xml_declaration=True)
    try:
        print('\n'.join([result.text, *remarks]), flush=True)
    except BrokenPipeError:  # its reader has seen enough; the exit code tells the rest
        cli.drop_stdout()
    return cli.EXIT_FINE if result.same else cli.EXIT_FAILED


def _check_flags(args: argparse.Namespace) -> None:
    """Check what can be refused before a log is read."""
    if ([args.run] + args.references).count('-') > 1:
        raise InputError('-: stdin can be read once; name files for the other logs')
    if args.rtol and not args.references:
        raise InputError('--rtol: is for a comparison as text; name a REFERENCE')
    if not args.references:
        for flag, given, wanted in (('--batch-size', args.batch_size, ARTICLE.batch_size),
                                    ('--test-len', args.test_len, ARTICLE.test_len)):
            if given != wanted:
                raise InputError(f"{flag} {given}: the ensemble's is the article's {wanted}; name "
                                 'a REFERENCE with the same settings')
    for flag, path in (('--json', args.json), ('--junit', args.junit), ('--report', args.report)):
        if path:
            check_writable(os.path.dirname(path) or os.curdir, flag)
    if args.plot:
        from reproduce.comparison.picture import check_drawable
        check_drawable(args.plot, '--plot')


def _compare_as_text(paths: List[str], texts: List[List[str]], rtol: float) -> Result:
    """The result where the logs are another program's."""
    for path, lines in zip(paths, texts):
        if not any(line.strip() for line in lines):
            raise InputError(f'{name_of(path)}: is empty; give a log that a program printed')
    return text_result(paths[0], texts[0], list(zip(paths[1:], texts[1:])), rtol)


def _compare(paths: List[str], logs: List[Log]) -> Result:
    """The result where the logs are the article's: exact with references, else statistical."""
    if len(logs) == 1:
        return statistical_result(paths[0], logs[0])
    for path, reference in zip(paths[1:], logs[1:]):
        _check_finite(path, reference)
    return exact_result(paths[0], logs[0], list(zip(paths[1:], logs[1:])))


def _parsed(path: str, lines: List[str], args: argparse.Namespace) -> Log:
    """The log in `lines`, checked against the contract."""
    log = parse_log(lines, name_of(path))
    # A run of other batches than the ensemble's can be judged: it differs.
    other = None if args.references else other_batch_size(log, args.batch_size)
    check_contract(log, name_of(path), other or args.batch_size, args.test_len)
    return log


def _check_finite(path: str, reference: Log) -> None:
    for record, line in zip(reference.steps, reference.step_lines):
        if not abs(record.loss) < float('inf'):
            raise InputError(f'{path}:{line}: the loss is {record.loss}, which nothing equals; '
                             'name another reference')


def _remarks(name: str, log: Log) -> List[str]:
    """What the reader of the log took away, a line each."""
    remarks = []
    if log.skipped:
        lines = '1 line is' if log.skipped == 1 else f'{log.skipped} lines are'
        remarks.append(f'{name}: {lines} no part of the log, and skipped')
    if log.prefix:
        remarks.append(f'{name}: each line stands behind a prefix such as {log.prefix!r}, which '
                       f'is taken away ({len(log.steps)} step lines)')
    return remarks


def _check_article_only(args: argparse.Namespace) -> None:
    """Check that nothing is asked for that only the article's logs have."""
    for flag, path in (('--plot', args.plot), ('--report', args.report)):
        if path:
            raise InputError(f"{flag}: shows the article's curves, and these logs are compared as "
                             'text; leave it out')


def _write_pictures(paths: List[str], logs: List[Log], result: Result,
                    args: argparse.Namespace) -> None:
    """Draw and describe the logs where that is asked for."""
    if args.plot:
        _draw(paths, logs, args.plot)
    if args.report:
        from reproduce.page.page import write_report
        write_report(args.report, name_of(args.run), logs[0], result)


def _draw(paths: List[str], logs: List[Log], picture: str) -> None:
    """Draw the logs; where the run is alone, beside the article's and the ensemble's envelope."""
    from reproduce.comparison.picture import draw, ensemble_bands
    if len(logs) > 1:
        draw(logs, paths, picture)
        return
    bands = None if logs[0].diverged else ensemble_bands(logs[0])
    article = read_log(article_log())
    if article.steps != logs[0].steps:
        paths, logs = paths + [article_log()], logs + [article]
    draw(logs, paths, picture, bands)


def _as_junit(name: str, result: Result) -> ElementTree.ElementTree:
    failed = [case for case in result.cases if not case.same]
    suite = ElementTree.Element('testsuite', name=_in_xml(f'reproduce.compare {name}'),
                                tests=str(len(result.cases)), failures=str(len(failed)))
    for case in result.cases:
        element = ElementTree.SubElement(suite, 'testcase', classname=result.comparison,
                                         name=_in_xml(case.name))
        if case in failed:
            failure = ElementTree.SubElement(element, 'failure',
                                             message=_in_xml(case.text.splitlines()[0]))
            failure.text = _in_xml(case.text)
    return ElementTree.ElementTree(suite)


def _in_xml(text: str) -> str:
    """`text` with the characters escaped that XML 1.0 cannot hold."""
    return ''.join(character if character in '\t\n' or ' ' <= character <= '\ud7ff'
                   or '\ue000' <= character <= '\ufffd' or character > '\uffff'
                   else f'\\x{ord(character):02x}' for character in text)


def main(argv: Optional[List[str]] = None) -> int:
    """The command; returns its exit code."""
    return cli.run_command(run, parse_args(argv), failed=cli.EXIT_UNEXPECTED,
                           unexpected=cli.EXIT_UNEXPECTED)


if __name__ == '__main__':
    sys.exit(main())
