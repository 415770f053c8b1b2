"""The comparison through its real command line."""
import json
import subprocess
import sys
from pathlib import Path
from typing import List
from xml.etree import ElementTree

import pytest
from comparison_logs import LINES, SEED_1, changed
from conftest import GOLDEN, ROOT


def run_compare(*arguments: object, **options: object) -> 'subprocess.CompletedProcess[str]':
    return subprocess.run([sys.executable, '-m', 'reproduce.compare', *map(str, arguments)],
                          cwd=str(ROOT), capture_output=True, text=True, timeout=60, **options)


def test_the_command_matches(tmp_path: Path) -> None:
    noisy = tmp_path / 'noisy.log'
    noisy.write_bytes(b'\xef\xbb\xbf' + '\r\n'.join(['In [3]:', 'I0 cuda'] + LINES).encode())
    done = run_compare(noisy, SEED_1, '--json', tmp_path / 'v.json', '--junit',
                       tmp_path / 'v.xml')
    assert (done.returncode, done.stderr) == (0, '')
    assert done.stdout.splitlines() == [f'match: 53 lines as in {SEED_1}',
                                        f'{noisy}: 2 lines are no part of the log, and skipped']
    assert json.loads((tmp_path / 'v.json').read_text())['same'] is True
    assert ElementTree.parse(str(tmp_path / 'v.xml')).getroot().get('failures') == '0'


def test_the_command_differs(tmp_path: Path) -> None:
    text = '\n'.join(changed(3, '1.9779', 'nan'))
    done = run_compare('-', SEED_1, GOLDEN / 'article.log', '--json', tmp_path / 'v.json',
                       '--junit', tmp_path / 'v.xml', input=text)
    assert (done.returncode, done.stderr) == (1, '')
    assert done.stdout.startswith(
        f'differ: from {SEED_1}, first at step 400 (line 3): loss nan in place of 1.9779')
    verdict = json.loads((tmp_path / 'v.json').read_text())
    assert verdict['same'] is False
    assert verdict['references'][0]['differences'][0]['found'] == 'nan'
    assert len(verdict['references'][1]['differences']) > 90
    assert ElementTree.parse(str(tmp_path / 'v.xml')).getroot().get('failures') == '2'


@pytest.mark.parametrize('arguments, said', [
    (['nowhere.log', SEED_1], 'nowhere.log: cannot be read'),
    (['-', '-'], '-: stdin can be read once'),
    (['-', SEED_1], 'stdin: holds no line'),
    ([SEED_1, SEED_1, '--batch-size', 100], 'all 51 training accuracies are shares of 128'),
    ([SEED_1, SEED_1, '--json', '/nowhere/v.json'], '--json /nowhere: cannot be written')])
def test_unusable_input(arguments: List[object], said: str) -> None:
    done = run_compare(*arguments, input='')
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_reference_that_nothing_equals_is_unusable(tmp_path: Path) -> None:
    diverged = tmp_path / 'diverged.log'
    diverged.write_text('\n'.join(changed(3, '1.9779', 'nan')))
    done = run_compare(SEED_1, diverged)
    assert (done.returncode, done.stdout) == (2, '')
    assert 'diverged.log:3: the loss is nan' in done.stderr


def test_no_tensorflow_is_imported() -> None:
    code = ('import sys; from reproduce import compare, run; '
            f'compare.main(["{SEED_1}", "{SEED_1}"]); '
            'assert not {"tensorflow", "numpy", "matplotlib"} & set(sys.modules)')
    assert subprocess.run([sys.executable, '-c', code], cwd=str(ROOT)).returncode == 0




@pytest.mark.parametrize('text, flags, code, said', [
    ('loss 0.5\nacc 3\n', [], 0, 'match: 2 lines as in'),
    ('loss 0.5002\nacc 3\n', [], 1, 'first at line 1: 0.5002 in place of 0.5000'),
    ('loss 0.50004\nacc 3\n', [], 0, 'match: 2 lines as in'),
    ('loss 0.5004\nacc 3', ['--rtol', '0.001'], 0, "numbers within 8.0e-04 of the reference's"),
    ('loss 0.53\nacc 3', ['--rtol', '0.0001'], 1, 'first at line 1'),
    ('loss 0.5\n', [], 1, "line 2: missing; the reference has 'acc 3'"),
    ('', [], 2, 'is empty'), (LINES[0], [], 2, 'stops after step 1')])
def test_another_program_s_log_is_compared_as_text(text: str, flags: List[str], code: int,
                                                   said: str, tmp_path: Path) -> None:
    (tmp_path / 'reference.log').write_text('loss 0.5000\nacc 3\n\n')
    (tmp_path / 'run.log').write_text(text)
    done = run_compare(tmp_path / 'run.log', tmp_path / 'reference.log', *flags, '--json',
                       tmp_path / 'v.json')
    assert (done.returncode, said in done.stdout + done.stderr) == (code, True), done
    if code < 2:
        verdict = json.loads((tmp_path / 'v.json').read_text())
        assert (verdict['comparison'], verdict['same']) == ('text', code == 0)


def test_a_report_is_written_beside_the_verdict(tmp_path: Path) -> None:
    done = run_compare(SEED_1, SEED_1, '--report', tmp_path / 'page.html')
    assert (done.returncode, done.stderr) == (0, '')
    assert (tmp_path / 'page.html').read_text().startswith('<!DOCTYPE html>')
    (tmp_path / 'other.log').write_text('loss 1')
    done = run_compare(tmp_path / 'other.log', tmp_path / 'other.log', '--report',
                       tmp_path / 'other.html')
    assert (done.returncode, '--report: shows the article' in done.stderr) == (2, True)
