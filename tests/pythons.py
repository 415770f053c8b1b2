"""Run the tests on each Python, in an environment of its own.

    python tests/pythons.py --envs /tmp/pythons

It takes python3.9 to python3.13 from the PATH, or the interpreters that are named, installs the
package there as the README says, and runs pytest.  golden/pythons.json and the table in
golden/README.md get what each gave.  What the present commit has there is not run again.
"""
import argparse
import json
import os
import platform
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any, Dict, List

ROOT = Path(__file__).resolve().parent.parent
RESULTS, README = ROOT / 'golden' / 'pythons.json', ROOT / 'golden' / 'README.md'
sys.path.insert(0, str(ROOT))

from reproduce.shared.environment import processor  # noqa: E402, it is not installed here

PYTHONS = [f'python3.{minor}' for minor in range(9, 14)]
HEAD = '| Python | TensorFlow | NumPy | passed | skipped | failed |'
FACTS = ('import json, numpy, platform, tensorflow; from reproduce.experiment import kernels; '
         'print(json.dumps({"python": platform.python_version(), "numpy": numpy.__version__, '
         '"tensorflow": tensorflow.__version__, "kernels": kernels.in_use()}))')


def run(interpreter: str, envs: Path) -> Dict[str, Any]:
    """Install and test with `interpreter`; what is to be said of it."""
    version = output([interpreter, '-c', 'import platform; print(platform.python_version())'])
    folder = envs / version
    python = str(folder / 'bin' / 'python')
    if not os.path.exists(python):
        output([interpreter, '-m', 'venv', str(folder)])
    output([python, '-m', 'pip', 'install', '--quiet', '-e', f'{ROOT}[test]'])
    report = envs / f'{version}.xml'
    if report.exists():
        report.unlink()
    with open(str(envs / f'{version}.txt'), 'w') as log:
        subprocess.run([python, '-m', 'pytest', '-q', f'--junitxml={report}'], cwd=str(ROOT),
                       stdout=log, stderr=subprocess.STDOUT)
    return dict(json.loads(output([python, '-c', FACTS])), **outcome(report))


def output(command: List[str]) -> str:
    """What `command` prints; its stderr is shown."""
    return subprocess.run(command, cwd=str(ROOT), stdout=subprocess.PIPE, check=True,
                          text=True).stdout.strip()


def outcome(report: Path) -> Dict[str, Any]:
    """What pytest's `report`, a JUnit file, says."""
    if not report.exists():
        return {'passed': 0, 'skipped': 0, 'failed': ['pytest ended early'], 'seconds': 0}
    suite = ElementTree.parse(str(report)).getroot().find('testsuite')
    tests, skipped = int(suite.get('tests')), int(suite.get('skipped'))
    failed = [f'{case.get("classname")}::{case.get("name")}' for case in suite.iter('testcase')
              if case.find('failure') is not None or case.find('error') is not None]
    return {'passed': tests - skipped - len(failed), 'skipped': skipped, 'failed': failed,
            'seconds': round(float(suite.get('time')))}


def table(results: Dict[str, Dict[str, Any]]) -> str:
    """The table in golden/README.md."""
    rows = [HEAD, '|---|---|---|---|---|---|']
    rows += [f'| {found["python"]} | {found["tensorflow"]} | {found["numpy"]} | {found["passed"]} '
             f'| {found["skipped"]} | {len(found["failed"])} |'
             for _, found in sorted(results.items(), key=lambda item: int(item[0].split('.')[1]))]
    return '\n'.join(rows) + '\n'


def write(results: Dict[str, Dict[str, Any]]) -> None:
    """Write them to both files."""
    RESULTS.write_text(json.dumps(results, indent=1) + '\n')
    before, rest = README.read_text(encoding='utf-8').split(HEAD)
    after = rest[rest.index('\n\n') + 1:]
    README.write_text(before + table(results) + after, encoding='utf-8')


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description='Run the tests on each Python.')
    parser.add_argument('--envs', required=True, type=Path, help='folder for the environments')
    parser.add_argument('pythons', nargs='*', default=PYTHONS, help='interpreters')
    args = parser.parse_args()
    args.envs.mkdir(parents=True, exist_ok=True)
    own = [f':!{path.relative_to(ROOT)}' for path in (RESULTS, README)]
    if output(['git', 'status', '--porcelain', '-uno', '--', *own]):
        parser.error('the working tree has changes; commit them, so that the commit says what ran')
    commit = output(['git', 'rev-parse', '--short', 'HEAD'])
    results = json.loads(RESULTS.read_text())
    for interpreter in args.pythons:
        minor = output([interpreter, '-c', 'import sys; print("%d.%d" % sys.version_info[:2])'])
        if results.get(minor, {}).get('commit') != commit:
            results[minor] = dict(run(interpreter, args.envs), commit=commit,
                                  processor=processor(),
                                  platform=f'{platform.system()} {platform.machine()}')
            write(results)
            print(minor, results[minor]['failed'] or 'passed', file=sys.stderr, flush=True)
    return int(any(found['failed'] for found in results.values()))


if __name__ == '__main__':
    sys.exit(main())
