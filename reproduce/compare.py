"""The regression comparison: is a printed log the experiment's?

Run as `python -m reproduce.compare my.log golden/tf1/seed-1.log` it is the exact rung: the log
against logs that it should equal.  Run as `python -m reproduce.compare my.log`, for a log whose
seed is not known, it is the statistical rung: the log against many seeds' runs.  It imports no
TensorFlow.
"""
import argparse
import json
import sys
from typing import Any, Dict, List, NamedTuple, Optional
from xml.etree import ElementTree

from reproduce import cli
from reproduce.article import ARTICLE
from reproduce.contract import check_contract
from reproduce.errors import InputError
from reproduce.exact import LOSS_DIGIT, Comparison, compare_exactly
from reproduce.files import replacing
from reproduce.golden import article_log, ensemble_logs, golden_dir, tf1_log
from reproduce.log import Log, parse_log, read_log

# Losses that may be rounded otherwise: see golden/README.md for the runs behind it.
MOST_ROUNDED = 1
LEVEL = 0.01  # of the statistical rung: so many right runs it calls different
_SHOWN = 5  # differences in the report


class Verdict(NamedTuple):
    """A run beside one reference."""

    reference: str  # its path
    comparison: Comparison

    def __str__(self) -> str:
        """The verdict in one line."""
        compared, rounded = self.comparison.compared, self.comparison.rounded
        if self.comparison.same:
            return f'match: {compared} lines as in {self.reference}' + (
                f', {rounded} of them with a loss rounded otherwise' if rounded else '')
        differences = self.comparison.differences
        return f'differ: from {self.reference}, first at {differences[0]}'


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
    logs = [_read(path, args) for path in paths]
    for path, reference in zip(paths[1:], logs[1:]):
        _check_finite(path, reference)
    if args.references:
        result = _exact_result(args.run, [
            Verdict(path, compare_exactly(logs[0], reference, MOST_ROUNDED))
            for path, reference in zip(paths[1:], logs[1:])])
    else:
        result = _statistical_result(args.run, logs[0])
        paths.append(article_log())
        logs.append(read_log(article_log()))
    for case in result.cases:
        print(case.text)
    print(f'{args.run}: {logs[0].skipped} lines skipped that are no part of a log')
    if args.json:
        with replacing(args.json) as temporary, open(temporary, 'w') as file:
            json.dump(result.facts, file, indent=1, allow_nan=False)
    if args.junit:
        with replacing(args.junit) as temporary:
            _as_junit(args.run, result).write(temporary, 'utf-8', xml_declaration=True)
    if args.plot:
        from reproduce.plot import draw
        draw(logs, paths, args.plot)
    return cli.EXIT_FINE if result.facts['same'] else cli.EXIT_FAILED


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


def against_tf1(log: Log, seed: Optional[int]) -> Optional[Verdict]:
    """The verdict on a run with the article's settings; None where no such seed was recorded."""
    path = tf1_log(seed)
    return path and Verdict(path, compare_exactly(log, read_log(path), MOST_ROUNDED))


def report(verdict: Verdict) -> str:
    """The verdict's line, and below it the differences, the first few."""
    differences = verdict.comparison.differences
    lines = [str(verdict)]
    if differences:
        lines += [f'  {difference}' for difference in differences[:_SHOWN]]
        if len(differences) > _SHOWN:
            lines.append(f'  and {len(differences) - _SHOWN} more')
        lines.append(f'  the largest difference of two losses: {verdict.comparison.largest:.4f}')
    return '\n'.join(lines)


class Case(NamedTuple):
    """One question that was asked of the run."""

    name: str
    same: bool
    text: str  # the answer, its verdict in the first line


class Result(NamedTuple):
    """What a rung found."""

    rung: str
    cases: List[Case]
    facts: Dict[str, Any]  # for programs; numbers that are not finite are strings


def _exact_result(name: str, verdicts: List[Verdict]) -> Result:
    """The exact rung's result for the run called `name`."""
    return Result(
        'exact',
        [Case(verdict.reference, verdict.comparison.same, report(verdict))
         for verdict in verdicts],
        {'run': name, 'rung': 'exact', 'loss_digit': LOSS_DIGIT, 'most_rounded': MOST_ROUNDED,
         'same': all(verdict.comparison.same for verdict in verdicts),
         'references': [
             {'path': verdict.reference, 'same': verdict.comparison.same,
              'lines_compared': verdict.comparison.compared,
              'rounded_otherwise': verdict.comparison.rounded,
              'largest_difference': _finite(verdict.comparison.largest),
              'differences': [dict(difference._asdict(), found=_finite(difference.found),
                                   expected=_finite(difference.expected))
                              for difference in verdict.comparison.differences]}
             for verdict in verdicts]})


def _finite(number: Optional[float]) -> Any:
    return number if number is None or abs(number) < float('inf') else str(number)


def _statistical_result(name: str, log: Log) -> Result:
    """The statistical rung's result for the run called `name`."""
    from reproduce.statistical import curves, plausibility
    ensemble = [read_log(path) for path in ensemble_logs()]
    if (len(ensemble) + 1) * LEVEL < 1.0:
        raise InputError(f'{golden_dir()}/ensemble: holds {len(ensemble)} runs, too few for a '
                         f'verdict at the level {LEVEL}; run python -m reproduce.sweep --seeds '
                         f'1-128 --out {golden_dir()}/ensemble, or name a REFERENCE')
    found = plausibility(curves(log, ensemble, name))
    same = found.p > LEVEL
    low, high = found.interval
    weakest = min(found.p_by_statistic, key=lambda statistic: found.p_by_statistic[statistic])
    text = (f'{"match" if same else "differ"}: '
            f'{"not distinguishable from" if same else "not a plausible draw among"} '
            f'{len(ensemble)} seeded runs, p = {found.p:.3f} at the level {LEVEL}\n'
            f'  effective learning rate {found.learning_rate:.3f} times theirs '
            f'(95 % interval {low:.3f} to {high:.3f})\n'
            f'  farthest out: {weakest}, p = {found.p_by_statistic[weakest]:.3f}')
    return Result('statistical', [Case('ensemble', same, text)],
                  {'run': name, 'rung': 'statistical', 'same': same, 'level': LEVEL,
                   'runs': len(ensemble), 'p': found.p, 'p_by_statistic': found.p_by_statistic,
                   'learning_rate': found.learning_rate, 'interval': list(found.interval)})


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
