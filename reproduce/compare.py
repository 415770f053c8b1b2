"""The regression comparison: is a printed log the experiment's?

Run as `python -m reproduce.compare my.log golden/tf1/seed-1.log` it compares the log exactly,
with logs that it should equal; any other program's logs are compared so too, as text.  Run as
`python -m reproduce.compare my.log`, for a log whose seed is not known, it compares it
statistically, with many seeds' runs.  It imports no TensorFlow.
"""
import argparse
import json
import sys
from typing import List, Optional, Tuple
from xml.etree import ElementTree

from reproduce.comparison.contract import check_contract, other_batch_size
from reproduce.comparison.log import Log, has_step_line, parse_log, read_log
from reproduce.comparison.reader import name_of, read_lines
from reproduce.comparison.recorded import article_log
from reproduce.comparison.verdict import Result, exact_result, statistical_result, text_result
from reproduce.comparison.wrapping import remarks, unwrapped
from reproduce.experiment.article import ARTICLE
from reproduce.shared import cli
from reproduce.shared.errors import InputError
from reproduce.shared.files import replacing
from reproduce.shared.outputs import check_outputs


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
    parser.add_argument('--rtol', type=_tolerance, metavar='X',
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


def _tolerance(text: str) -> float:
    """A flag's type: a finite number that is not below zero."""
    number = cli.finite_number(text)
    if number < 0.0:
        raise argparse.ArgumentTypeError(f'{text!r} is below zero')
    return number


def run(args: argparse.Namespace) -> int:
    """Compare, say what came of it, write what is asked for, and return the exit code."""
    cli.check_stdout()
    _check_flags(args)
    paths = [args.run, *args.references]
    names = [name_of(path) for path in paths]
    texts = [read_lines(path) for path in paths]
    logs = _logs(paths, texts, args)
    if logs is None:
        result, said = _compare_as_text(names, texts, args)
    else:
        result, said = _compare(names, logs, args.batch_size)
    try:
        print('\n'.join([result.text, *said]), flush=True)
    except BrokenPipeError:  # its reader has seen enough; the exit code tells the rest
        cli.drop_stdout()
    _write(names[0], result, args)
    if logs is not None:
        _write_pictures(names, logs, result, args)  # last: no picture may cost the verdict
    return cli.EXIT_FINE if result.same else cli.EXIT_FAILED


def _check_flags(args: argparse.Namespace) -> None:
    """Check what can be refused before a log is read."""
    paths = [args.run, *args.references]
    if paths.count('-') > 1:
        raise InputError('-: stdin can be read once; name files for the other logs')
    if args.rtol is not None and not args.references:
        raise InputError('--rtol needs a REFERENCE, to compare with as text')
    for flag, given, wanted in (('--batch-size', args.batch_size, ARTICLE.batch_size),
                                ('--test-len', args.test_len, ARTICLE.test_len)):
        if given != wanted and not args.references:
            raise InputError(f"{flag} {given}: the ensemble's is the article's {wanted}; name a "
                             'REFERENCE with the same settings')
        if given != wanted and args.rtol is not None:
            raise InputError(f'{flag} and --rtol: logs that are compared as text have no such '
                             'number; give one of them')
    check_outputs({'--json': args.json, '--junit': args.junit, '--plot': args.plot,
                   '--report': args.report}, [path for path in paths if path != '-'])
    if args.plot:
        from reproduce.comparison.picture import check_drawable
        check_drawable(args.plot, '--plot')


def _logs(paths: List[str], texts: List[List[str]],
          args: argparse.Namespace) -> Optional[List[Log]]:
    """The logs, if they are the article's; None where they are to be compared as text.

    They are the article's if one of them is, whole and by the contract, and every other has a
    step line as well; what is damaged in those is then an error.

    Raises:
      InputError: a log of the article's is damaged.
    """
    if args.rtol is not None:
        return None
    logs, errors = [], []
    for place, (path, lines) in enumerate(zip(paths, texts)):
        try:
            logs.append(_parsed(path, lines, args, is_run=place == 0))
        except InputError as error:
            errors.append(error)
    said_to_be = not args.references or (args.batch_size, args.test_len) != (
        ARTICLE.batch_size, ARTICLE.test_len)
    if errors and (said_to_be or len(errors) < len(paths) and all(map(has_step_line, texts))):
        raise errors[0]
    return None if errors else logs


def _compare_as_text(names: List[str], texts: List[List[str]],
                     args: argparse.Namespace) -> Tuple[Result, List[str]]:
    """The result where the logs are another program's, and what was taken away of them."""
    for flag, path in (('--plot', args.plot), ('--report', args.report)):
        if path:
            raise InputError(f"{flag}: shows the article's curves, and these logs are compared as "
                             'text; leave it out')
    said = []
    for name, lines in zip(names, texts):
        printed = unwrapped(lines)
        if not any(line for _, line in printed.lines):
            raise InputError(f'{name}: holds no line that a program printed; give its log')
        if any('\0' in line for line in lines):
            raise InputError(f'{name}: holds null bytes, and is no text; give a printed log')
        said += remarks(name, printed.skipped, printed.prefix, len(printed.lines))
    return text_result(names[0], texts[0], list(zip(names[1:], texts[1:])), args.rtol or 0.0), said


def _compare(names: List[str], logs: List[Log],
             batch_size: int) -> Tuple[Result, List[str]]:
    """The result where the logs are the article's: exact with references, else statistical."""
    said = remarks(names[0], logs[0].skipped, logs[0].prefix, len(logs[0].steps))
    if len(logs) == 1:
        return statistical_result(names[0], logs[0]), said
    other = other_batch_size(logs[0], batch_size)
    if other:
        said.append(f'{names[0]}: all {len(logs[0].steps)} training accuracies are shares of '
                    f'{other} images, not {batch_size}')
    last = logs[0].steps[-1].step
    for name, reference in zip(names[1:], logs[1:]):
        _check_finite(name, reference)
        beginning = [(name, reference.until(last))]
        if last < reference.steps[-1].step and exact_result(
                names[0], logs[0].without_end(), beginning).same:
            said.append(f'{names[0]}: ends at step {last:,}; up to there it is as {name}')
    return exact_result(names[0], logs[0], list(zip(names[1:], logs[1:]))), said


def _parsed(path: str, lines: List[str], args: argparse.Namespace, is_run: bool) -> Log:
    """The log in `lines`, checked against the contract."""
    log = parse_log(lines, name_of(path))
    # A run of other batches than the references' can be judged: it differs.
    other = other_batch_size(log, args.batch_size) if is_run else None
    check_contract(log, name_of(path), other or args.batch_size, args.test_len)
    return log


def _check_finite(name: str, reference: Log) -> None:
    for record, line in zip(reference.steps, reference.step_lines):
        if not abs(record.loss) < float('inf'):
            raise InputError(f'{name}:{line}: the loss is {record.loss}, which nothing equals; '
                             'name another reference')


def _write(name: str, result: Result, args: argparse.Namespace) -> None:
    """Write the verdict for programs, where that is asked for."""
    if args.json:
        with replacing(args.json) as temporary, open(temporary, 'w') as file:
            json.dump(result.facts, file, indent=1, allow_nan=False)
    if args.junit:
        with replacing(args.junit) as temporary:
            _as_junit(name, result).write(temporary, 'utf-8', xml_declaration=True)


def _write_pictures(names: List[str], logs: List[Log], result: Result,
                    args: argparse.Namespace) -> None:
    """Describe and draw the logs where that is asked for."""
    if args.report:
        from reproduce.page.page import write_report
        write_report(args.report, names[0], logs[0], result)
    if args.plot:
        _draw(names, logs, args.plot)


def _draw(names: List[str], logs: List[Log], picture: str) -> None:
    """Draw the logs; where the run is alone, beside the article's and the ensemble's envelope."""
    from reproduce.comparison.picture import draw, ensemble_bands
    if len(logs) > 1:
        draw(logs, names, picture)
        return
    try:
        bands = ensemble_bands(logs[0])
    except InputError:  # it diverged, and printed other steps
        bands = None
    article = read_log(article_log())
    if article.steps != logs[0].steps:
        names, logs = [*names, article_log()], [*logs, article]
    draw(logs, names, picture, bands)


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
