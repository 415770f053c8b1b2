"""The comparison through its real command line."""
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Callable, List
from xml.etree import ElementTree

import pytest
from comparison_logs import LINES, SEED_1, changed
from conftest import GOLDEN, ROOT

from reproduce import compare
from reproduce.comparison import picture

OTHERS = sorted((GOLDEN / 'legacy' / 'logs').glob('*.log'))


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
    (['-', SEED_1], 'stdin: holds no line that'), (['-'], 'stdin: holds no line'),
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
    ('', [], 2, 'holds no line that a program printed'),
    ('loss\0 0.5\n', [], 2, 'holds null bytes'), (LINES[0], [], 1, 'first at line 1'),
    ('loss 0.5\nacc 3', ['--rtol', '-1'], 2, 'is below zero'),
    ('loss 0.50004\nacc 3', ['--rtol', '0'], 0, 'match'),
    ('loss 0.5\nacc 3', ['--rtol', '0.1', '--test-len', '9'], 2, '--test-len and --rtol')])
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


def test_other_words_in_another_encoding_are_another_text(tmp_path: Path) -> None:
    for name, word in (('run.log', '中'), ('reference.log', '国')):
        (tmp_path / name).write_bytes(f'{word}: 损失 0.5\n'.encode('gbk'))
    done = run_compare(tmp_path / 'run.log', tmp_path / 'reference.log', '--json',
                       tmp_path / 'v.json', '--junit', tmp_path / 'v.xml')
    assert (done.returncode, done.stderr) == (1, '')
    assert 'first at line 1' in done.stdout
    assert run_compare(tmp_path / 'run.log', tmp_path / 'run.log').returncode == 0


def test_a_report_is_written_beside_the_verdict(tmp_path: Path) -> None:
    done = run_compare(SEED_1, SEED_1, '--report', tmp_path / 'page.html')
    assert (done.returncode, done.stderr) == (0, '')
    assert (tmp_path / 'page.html').read_text().startswith('<!DOCTYPE html>')
    (tmp_path / 'other.log').write_text('loss 1')
    done = run_compare(tmp_path / 'other.log', tmp_path / 'other.log', '--report',
                       tmp_path / 'other.html')
    assert (done.returncode, '--report: shows the article' in done.stderr) == (2, True)


@pytest.mark.parametrize('path', OTHERS, ids=[path.stem for path in OTHERS])
def test_every_log_equals_itself_and_no_other(path: Path, tmp_path: Path,
                                              capsys: pytest.CaptureFixture) -> None:
    assert compare.main([str(path), str(path)]) == 0
    assert capsys.readouterr().out.startswith('match')
    text = path.read_text()
    digit = re.search(r'\.(\d)\d', text).start(1)
    run = tmp_path / 'run.log'
    run.write_text(f'{text[:digit]}{(int(text[digit]) + 5) % 10}{text[digit + 1:]}')
    line = text[:digit].count('\n') + 1
    for logs in ((run, path), (path, run)):
        assert compare.main([str(log) for log in logs]) == 1
        assert re.search(rf'\bline {line}\b', capsys.readouterr().out)


@pytest.mark.parametrize('damage, said', [
    (lambda lines: changed(3, 'Loss', 'Los'), ':3: a damaged line'),
    (lambda lines: changed(52, 'Finished!', ''), ":53: the line 'Optimization Finished!'"),
    (lambda lines: changed(3, '0.352', '0.353'), ':3: the training accuracy 0.353'),
    (lambda lines: lines[:4] + lines[3:], ':5: step 600 stands after step 600'),
    (lambda lines: lines[:30], ':30: the log stops after step 5800')])
@pytest.mark.parametrize('turned', [False, True])
def test_what_damages_a_log_of_the_article_s_is_named(
        damage: Callable, said: str, turned: bool, tmp_path: Path,
        capsys: pytest.CaptureFixture) -> None:
    """Beside a whole one, whichever of the two it is; beside its like, it is any text."""
    run = tmp_path / 'run.log'
    run.write_text('\n'.join(damage(LINES)))
    logs = [str(run), str(SEED_1)]
    assert compare.main(logs[::-1] if turned else logs) == 2
    assert f'{run}{said}' in capsys.readouterr().err
    assert compare.main([str(run), str(run)]) == 0


def test_what_is_taken_away_of_a_text_is_said(tmp_path: Path,
                                              capsys: pytest.CaptureFixture) -> None:
    run, reference = tmp_path / 'run.log', tmp_path / 'reference.log'
    run.write_text('web_1 | loss 0.5\nweb_1 | loss 0.4\n')
    reference.write_text('WARNING:tensorflow:old\nloss\xa00.5\nloss 0.4\n', encoding='utf-8')
    assert compare.main([str(run), str(reference)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f'match: 2 lines as in {reference}',
        f"{run}: the prefix of each line, such as 'web_1 | ', is taken away (2 lines)",
        f'{reference}: 1 line is no part of the log, and skipped']


@pytest.mark.parametrize('lines, said', [
    (LINES[:3] + LINES[-2:], True), (LINES[:50] + LINES[-2:], True), (LINES, False),
    (changed(3, '1.9779', '1.8779')[:3] + LINES[-2:], False), (LINES[:2] + LINES[3:], False)])
def test_a_shorter_log_differs_and_is_said_to_be_the_beginning(
        lines: List[str], said: bool, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    run = tmp_path / 'run.log'
    run.write_text('\n'.join(lines))
    assert compare.main([str(run), str(SEED_1)]) == (lines != LINES)
    assert (f'up to there it is as {SEED_1}' in capsys.readouterr().out) == said


RECORDED = """Script started on 2026-11-25 07:21:33+00:00 [COMMAND="run.py"]
Extracting reproduce/mnist/train-images-idx3-ubyte.gz\r
\r\x1b[K[                    ] 1/60  1.6 steps/s  0:38 left\r\x1b[K{}\r
\r\x1b[K[###                 ] 6/60  8.1 steps/s  0:07 left\r\x1b[K{}\r
\r\x1b[K{}\r
\r\x1b[K{}\r
Accuracy on all 10000 test images: 0.1256 (95 % interval 0.1192 to 0.1323)\r

Script done on 2026-11-25 07:21:39+00:00 [COMMAND_EXIT_CODE="0"]
"""


@pytest.mark.parametrize('content', [
    ('\r\n'.join(LINES) + '\r\n').encode('utf-16'),  # PowerShell's
    '\n'.join(changed(53, '0.8515625', '0.851562')).encode()],  # NumPy 1.13's
    ids=['powershell', 'numpy 1.13'])
def test_a_right_log_in_another_form_matches(content: bytes, tmp_path: Path) -> None:
    (tmp_path / 'run.log').write_bytes(content)
    assert compare.main([str(tmp_path / 'run.log'), str(SEED_1)]) == 0


def test_a_recorded_terminal_shows_the_log(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    printed = LINES[:2] + LINES[-2:]
    for at, lines in enumerate((printed, ['loss 0.5', 'loss 0.4', 'end', 'acc 0.9'])):
        run, reference = tmp_path / f'run-{at}.log', tmp_path / f'reference-{at}.log'
        run.write_bytes(RECORDED.format(*lines).encode())
        heading = ['Extracting reproduce/mnist/train-images-idx3-ubyte.gz'] if at else []
        end = ['Accuracy on all 10000 test images: 0.1256 (95 % interval 0.1192 to 0.1323)']
        reference.write_text('\n'.join(heading + lines + end * at))
        assert compare.main([str(run), str(reference)]) == 0, capsys.readouterr()


@pytest.mark.parametrize('loss', ['0.0000', '1e30'])
def test_odd_losses_differ_and_are_shown_shortly(loss: str, tmp_path: Path,
                                                 capsys: pytest.CaptureFixture) -> None:
    run, page = tmp_path / 'run.log', tmp_path / 'page.html'
    run.write_text('\n'.join(LINES[:40] + [re.sub('Loss= [^,]*', f'Loss= {loss}', line)
                                           for line in LINES[40:]]))
    for references in ([], [str(SEED_1)]):
        assert compare.main([str(run), *references, '--report', str(page)]) == 1
        assert not re.search(r'\d{12}', capsys.readouterr().out + page.read_text())
        assert 'broke down' not in page.read_text()


@pytest.mark.parametrize('flags, said', [
    (['--json', 'OUT', '--junit', 'OUT'], '--json names it too'),
    (['--plot', 'a.png', '--report', './a.png'], '--plot names it too'),
    (['--json', 'RUN'], 'is read by this command'), (['--report', 'RUN'], 'is read by'),
    (['--json', 'FOLDER'], 'is no regular file'), (['--junit', '/dev/null'], 'is no regular file'),
    (['--json', 'FOLDER/'], 'is no regular file'), (['--json', 'FOLDER/no/a'], 'cannot be written'),
    (['--plot', 'a.pgf'], 'end the name in one of .png, .svg, .pdf')])
def test_no_output_takes_another_file_s_place(flags: List[str], said: str, tmp_path: Path,
                                              monkeypatch: pytest.MonkeyPatch,
                                              capsys: pytest.CaptureFixture) -> None:
    if '--plot' in flags:
        pytest.importorskip('matplotlib', reason='drawing is an extra')
    monkeypatch.chdir(tmp_path)
    run = tmp_path / 'run.log'
    run.write_text('\n'.join(LINES))
    names = {'OUT': 'out', 'RUN': str(run), 'FOLDER': str(tmp_path)}
    flags = [re.sub('^[A-Z]+', lambda match: names[match[0]], flag) for flag in flags]
    assert compare.main([str(run), str(run), *flags]) == 2
    printed = capsys.readouterr()
    assert (printed.out, said in printed.err) == ('', True), printed.err
    assert run.read_text() == '\n'.join(LINES)
    assert list(tmp_path.iterdir()) == [run]


def test_a_picture_that_fails_costs_no_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                               capsys: pytest.CaptureFixture) -> None:
    pytest.importorskip('matplotlib', reason='drawing is an extra')

    def draw(*_: object) -> None:
        raise ValueError('no such colour')

    monkeypatch.setattr(picture, 'draw', draw)
    outputs = {flag: tmp_path / f'out.{flag}' for flag in ('json', 'junit', 'report')}
    flags = [word for flag, path in outputs.items() for word in (f'--{flag}', str(path))]
    assert compare.main([str(SEED_1), str(SEED_1), *flags, '--plot', str(tmp_path / 'a.png')]) == 3
    printed = capsys.readouterr()
    assert printed.out.startswith('match') and 'no such colour' in printed.err
    assert json.loads(outputs['json'].read_text())['same'] is True
    assert all(path.exists() for path in outputs.values())
