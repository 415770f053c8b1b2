"""Say whether TensorFlow 1.x scripts run here, what a script lacks, or what an error means.

Run as `python -m reproduce.doctor` it looks at this environment, as `python -m reproduce.doctor
script.py` at what that script uses, before it runs, and as `python -m reproduce.doctor error.txt`
at the text of an error.
"""
import argparse
import ast
import os
import re
import sys
from typing import List, Optional

from reproduce.legacy.diagnosis.causes import find_causes
from reproduce.legacy.diagnosis.health import examine
from reproduce.legacy.diagnosis.missing import Missing, missing_names, missing_packages
from reproduce.legacy.diagnosis.uses import Uses, read_uses
from reproduce.legacy.versions import Finding
from reproduce.shared import cli
from reproduce.shared.errors import InputError
from reproduce.shared.files import own_data_dir

_MOST = 2**22  # characters of a script or an error
_RUN = 'python -m reproduce.legacy {}'


def parse_args(argv: Optional[List[str]]) -> argparse.Namespace:
    """The flags."""
    parser = cli.Parser(prog='python -m reproduce.doctor', description=(
        'Say whether TensorFlow 1.x scripts run here; with SCRIPT, what that script uses that is '
        'missing; with the text of an error in its place, what is behind it. Exit code 0: fine, '
        'or a cause is known, 1: something is missing, or no cause is known, 2: unusable input.'))
    parser.add_argument('script', nargs='?', metavar='SCRIPT',
                        help="a script, or a file with an error's text; '-' reads stdin")
    parser.add_argument('--data-dir', metavar='DIR', default=own_data_dir(),
                        help="the folder of MNIST's four files")
    return parser.parse_args(argv)


def run(args: argparse.Namespace) -> int:
    """Examine, print what was found, and return the exit code."""
    if args.script is None:
        return _environment(args.data_dir)
    text = _read(args.script)
    if _is_error_text(args.script, text):
        return _error(args.script, text)
    return _script(args.script, text, args.data_dir)


def _environment(data_dir: str) -> int:
    findings = examine(data_dir)
    broken = [finding for finding in findings if finding.fix]
    if broken:
        print(f'not fit: {broken[0].part} {broken[0].text}; {broken[0].fix}')
    else:
        print(f'fine: TensorFlow 1.x scripts run here, {_RUN.format("SCRIPT")}')
    _print_table(findings)
    return cli.EXIT_FAILED if broken else cli.EXIT_FINE


def _print_table(findings: List[Finding]) -> None:
    width = max(len(finding.part) for finding in findings) + 2
    for part, text, fix in findings:
        print(f'  {part:<{width}}{text}' + (f'; {fix}' if fix else ''))


def _read(path: str) -> str:
    try:
        if path == '-':
            return sys.stdin.read(_MOST)
        with open(path, encoding='utf-8', errors='replace') as file:
            return file.read(_MOST)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); name a script, or a file "
                         "with an error's text") from error


def _is_error_text(path: str, text: str) -> bool:
    """Whether this is no script: by its name, its syntax, or, for Python 2, its imports."""
    if path.endswith(('.py', '.py2', '.py3')):
        return False
    try:
        return not any(isinstance(node, (ast.Import, ast.ImportFrom, ast.Call, ast.Assign))
                       for node in ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError):
        imports = re.search(r'^(import|from) [\w.]+', text, re.MULTILINE)
        return not imports or 'Traceback' in text


def _error(path: str, text: str) -> int:
    causes = find_causes(text)
    if not causes:
        print(f'unknown: nothing is known of what {path} says; python -m reproduce.doctor SCRIPT '
              'shows what the script lacks')
        return cli.EXIT_FAILED
    for cause in causes:
        print(f'cause: {cause.cause}\n  fix: {cause.fix}')
    return cli.EXIT_FINE


def _script(path: str, text: str, data_dir: str) -> int:
    uses = read_uses(text, path)
    folder = os.path.dirname(os.path.abspath(path)) if path != '-' else os.getcwd()
    missing = missing_packages(uses, folder)
    broken = [finding for finding in examine(data_dir) if finding.fix]
    if not broken and (uses.tensorflow or uses.numpy):
        missing += _missing_in_the_runner(uses, data_dir)
    missing.sort()
    if broken:
        print(f'not fit: {broken[0].part} {broken[0].text}; {broken[0].fix}')
    elif missing:
        print(f'{len(missing)} of what {path} uses {"is" if len(missing) == 1 else "are"} missing')
    else:
        print(f'fine: all that {path} uses is here; {_RUN.format(path)}')
    for line, said in missing:
        print(f'  {path}:{line}: {said}')
    return cli.EXIT_FAILED if broken or missing else cli.EXIT_FINE


def _missing_in_the_runner(uses: Uses, data_dir: str) -> List[Missing]:
    """What 1.15 itself, in this process, has not."""
    from reproduce.legacy.front.location import needed
    from reproduce.legacy.front.program import prepare
    return missing_names(uses, prepare(needed(None), None, None, data_dir))


def main(argv: Optional[List[str]] = None) -> int:
    """The command; returns its exit code."""
    return cli.run_command(run, parse_args(argv))


if __name__ == '__main__':
    sys.exit(main())
