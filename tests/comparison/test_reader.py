"""Logs in the forms that people have them: each is read as the log that was printed."""
import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Callable

import pytest
from conftest import GOLDEN, ROOT

from reproduce.comparison import reader
from reproduce.comparison.log import Log, format_log, parse_log, read_log
from reproduce.shared.errors import InputError

LINES = (GOLDEN / 'article.log').read_text().splitlines()
TEXT = '\n'.join(LINES) + '\n'
BAR = '\r\x1b[K[###                           ] 6/60  8.1 steps/s  0:07 left'


def notebook(*outputs: dict) -> bytes:
    return json.dumps({'nbformat': 4, 'nbformat_minor': 5, 'metadata': {}, 'cells': [
        {'cell_type': 'markdown', 'source': ['Step 1, Minibatch Loss= '], 'metadata': {}},
        {'cell_type': 'code', 'source': 'train()', 'outputs': list(outputs)}]}).encode()


def old_notebook() -> bytes:
    return json.dumps({'nbformat': 3, 'worksheets': [{'cells': [
        {'cell_type': 'code', 'outputs': [{'output_type': 'stream', 'text': TEXT}]}]}]}).encode()


@pytest.mark.parametrize('content', [
    TEXT.encode('utf-16'), TEXT.encode('utf-16-le'), TEXT.encode('utf-16-be'),
    b'\xef\xbb\xbf' + TEXT.encode(), '开始训练\n'.encode('gbk') + TEXT.encode(),
    'Entraînement\n'.encode('latin-1') + TEXT.encode(), gzip.compress(TEXT.encode()),
    TEXT.replace('\n', '\r\n').encode(), TEXT.replace('\n', '\r').encode(),
    ''.join(f'\x1b[32m{line}\x1b[0m\r\n' for line in LINES).encode(),
    ''.join(f'{BAR}{BAR}\r\x1b[K{line}\r\n' for line in LINES).encode(),
    ''.join(f' 10%|█    | 6/60 [00:01<00:09,  5.4it/s]\r{line}\n' for line in LINES).encode(),
    b'\x1b]0;python run.py\x07' + TEXT.encode(),
    TEXT.replace(' ', '\xa0').replace('Step', '\u200bStep').encode(),
    notebook({'output_type': 'stream', 'name': 'stdout', 'text': TEXT.splitlines(True)}),
    notebook({'output_type': 'execute_result', 'data': {'text/plain': TEXT}}), old_notebook()],
    ids=['utf-16', 'utf-16-le', 'utf-16-be', 'mark', 'gbk', 'latin-1', 'gzip', 'windows', 'mac',
         'colours', 'bars', 'tqdm', 'title', 'web page', 'notebook', 'result', 'old notebook'])
def test_a_log_in_another_form_is_the_log(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / 'some.log'
    path.write_bytes(content)
    assert format_log(read_log(str(path))) == TEXT
    code = ('from reproduce.comparison.log import format_log, read_log; '
            'print(end=format_log(read_log("-")))')
    done = subprocess.run([sys.executable, '-c', code], input=content, capture_output=True,
                          cwd=str(ROOT))
    assert done.stdout.decode() == TEXT, done.stderr  # standard input has the same reader


@pytest.mark.parametrize('prefix', [
    lambda n: f'[2026-01-01 10:{n:02}:00] ', lambda n: f'I0101 12:{n:02}:00.{n:03} 7 x.py:{n}] ',
    lambda n: f'2026-01-01T10:{n:02}:00.{n}Z ', lambda n: 'worker-0 | ',
    lambda n: 'INFO:root:', lambda n: f'[{n ** 3 / 7:8.2f}s] ',
    lambda n: f'{("Thu", "Fri")[n > 20]} Jan  {n} 10:00:00 2026 >> ',
    lambda n: f'\x1b[32m10:{n:02}\x1b[0m | '])
def test_lines_behind_one_shape_of_prefix(prefix: Callable[[int], str]) -> None:
    lines = [prefix(number) + line for number, line in enumerate(LINES)]
    log = parse_log(reader._TERMINAL_CODES.sub('', '\n'.join(lines)).split('\n'), 'some')
    assert format_log(log) == TEXT
    assert log.prefix and prefix(0).endswith(log.prefix[-2:])


@pytest.mark.parametrize('change', [
    lambda line: 'worker-0 | ' + line, lambda line: 'x' + line, lambda line: line[1:],
    lambda line: line[:-12], lambda line: f'{line} {line}', lambda line: line + '\r' + line,
    lambda line: line.replace('Loss', 'Los'), lambda line: line.replace('Accuracy', 'accuracy')])
@pytest.mark.parametrize('prefix', ['', 'run> '])
def test_a_line_that_is_unlike_the_others_is_damaged(change: Callable[[str], str],
                                                     prefix: str) -> None:
    lines = [prefix + line for line in LINES]
    lines[6] = change(lines[6])
    with pytest.raises(InputError, match='some:7: a damaged line'):
        parse_log(lines, 'some')


def test_a_notebook_s_outputs_follow_each_other(tmp_path: Path) -> None:
    (tmp_path / 'a.ipynb').write_bytes(notebook(
        {'output_type': 'stream', 'text': ['loss 0.5\n', 'loss 0.4\n']}, {'output_type': 'error'},
        {'output_type': 'execute_result', 'data': {'text/plain': ['0.9']}},
        {'output_type': 'stream', 'text': 'done'}))
    assert reader.read_lines(str(tmp_path / 'a.ipynb')) == ['loss 0.5', 'loss 0.4', '0.9', 'done']


def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(str(tmp_path / 'pipe'))
    for path in (tmp_path / 'pipe', tmp_path, Path('/dev/zero')):
        with pytest.raises(InputError, match='is no regular file'):
            read_log(str(path))


def test_input_without_end_is_cut(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(reader, 'MOST_BYTES', 10**6)
    (tmp_path / 'bomb.gz').write_bytes(gzip.compress(bytes(10**8)))
    (tmp_path / 'long.log').write_bytes(b'x' * (10**6 + 1))
    for name in ('bomb.gz', 'long.log'):
        with pytest.raises(InputError, match=f'{name}: holds more than'):
            read_log(str(tmp_path / name))


@pytest.mark.parametrize('content, said', [
    (b'{"nbformat": 4, "cells": 3}', 'is a damaged notebook'),
    (b'{"nbformat": 4, ', 'is a damaged notebook'),
    (gzip.compress(TEXT.encode())[:-20], 'cannot be read'),
    (b'\x1f\x8b\x08' + bytes(30), 'cannot be read'), (b'', 'holds no line'),
    (bytes(5000), 'holds no line'), (b'\xff' * 5000, 'holds no line')])
def test_damaged_files_have_one_line(content: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / 'odd').write_bytes(content)
    with pytest.raises(InputError, match=said):
        read_log(str(tmp_path / 'odd'))


def test_lines_keep_their_numbers_behind_a_prefix() -> None:
    log: Log = parse_log(['noise'] + ['a: ' + line for line in LINES], 'some')
    assert (log.step_lines[:2], log.test_line, log.skipped) == ((2, 3), 54, 1)


@pytest.mark.parametrize('end', [b'\n', b'\r'])
def test_more_lines_than_a_log_has_are_refused_at_once(end: bytes, tmp_path: Path) -> None:
    path = tmp_path / 'some.log.gz'
    path.write_bytes(gzip.compress(end * 2**21, 1))
    with pytest.raises(InputError, match='some.log.gz: holds more than 1048576 lines'):
        read_log(str(path))
