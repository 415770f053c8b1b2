"""What is wrapped around any program's lines is taken away; the lines themselves are not."""
from typing import Callable, List

import pytest

from reproduce.comparison import reader
from reproduce.comparison.text import compare_text
from reproduce.comparison.wrapping import remarks, unwrapped

LINES = ['Epoch: 0001 cost= 1.1841', 'weights [0.5 -1.25e-03]', ' [ 0.5  0.25]', '10 | 0.5',
         'loss: 0.25', '-0.5', '', 'Step 200 of 400: 0.9', 'done']
PREFIXES = {
    'clock': lambda n: f'10:{n:02}:00 ', 'in brackets': lambda n: f'[2026-01-01 10:{n:02}:00] ',
    'iso': lambda n: f'2026-01-01T10:00:00.{n:07}Z ', 'ctime': lambda n:
        f'{("Thu", "Fri")[n > 5]} Jan  {n} 10:00:00 2026 >> ', 'american': lambda n:
        f'1/2/2026 9:{n:02}:00 AM ', 'elapsed': lambda n: f'[{n ** 3 / 7:8.2f}s] ',
    'absl': lambda n: f'I0101 12:{n:02}:00.{n:06} 140 x.py:{n}] ',
    'logging': lambda n: f'2026-01-01 10:00:{n:02},123 - train - INFO - ',
    'root': lambda n: 'INFO:root:', 'level': lambda n: '[INFO] ', 'flask': lambda n:
        f'[2026-01-01 10:00:{n:02},123] INFO in app: ', 'loguru': lambda n:
        f'2026-01-01 10:00:{n:02}.123 | INFO     | __main__:<module>:{n} - ',
    'journal': lambda n: f'Jan {n:2} 10:00:00 host python[123]: ',
    'compose': lambda n: 'web_1  | ', 'compose and time': lambda n: f'worker-0 | 10:00:0{n} ',
    'kubernetes': lambda n: f'2026-01-01T10:00:00.{n:09}Z stdout F ',
    'mpi': lambda n: '[1,0]<stdout>:', 'rank': lambda n: '[rank0]: ', 'ray': lambda n:
        '(train pid=123) ', 'kubectl': lambda n: '[pod/train-0/main] ', 'quoted': lambda n: '> '}


def seen(*text: str) -> List[str]:
    """The program's own lines of a log of `text`."""
    return [line for _, line in unwrapped(text).lines]


@pytest.mark.parametrize('prefix', PREFIXES.values(), ids=list(PREFIXES))
def test_one_shape_of_prefix_is_taken_away(prefix: Callable[[int], str]) -> None:
    lines = [prefix(number) + line for number, line in enumerate(LINES, start=1)]
    found = unwrapped(lines)
    assert [line for _, line in found.lines] == LINES
    assert found.prefix == prefix(1)
    assert compare_text(lines, LINES).same and compare_text(LINES, lines).same
    lines[4] = lines[4].replace('loss: 0.25', 'loss: 0.26')
    assert [d.line for d in compare_text(lines, LINES).differences] == [5]


@pytest.mark.parametrize('prefix', [
    lambda n: f'Step {n}: ', lambda n: f'[{n}] ', lambda n: f'[Epoch {n}] ', lambda n: f'{n} | ',
    lambda n: f'layer{n} | ', lambda n: f'10:00:0{n} ' if n != 5 else '', lambda n: '0.5 '])
def test_what_the_program_says_is_no_prefix(prefix: Callable[[int], str]) -> None:
    lines = [prefix(number) + line for number, line in enumerate(LINES, start=1)]
    assert [line for _, line in unwrapped(lines).lines] == [line.rstrip() for line in lines]
    assert unwrapped(lines).prefix == ''


@pytest.mark.parametrize('banner', [
    ['2026-01-01 00:00:00.1: I tensorflow/core/cpu_feature_guard.cc:142] AVX2 FMA'],
    ['I0000 00:00:1700000000.123 4242 cuda_executor.cc:1015] no NUMA node'],
    ['W tensorflow/core/platform/cpu_feature_guard.cc:45] SSE4.1'],
    ['To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow'],
    ['WARNING:tensorflow:From a.py:3: The name tf.Session is deprecated.', ''],
    ['WARNING:tensorflow:From a.py:3: dynamic_rnn is deprecated.', 'Instructions for updating:',
     'Please use `keras.layers.RNN(cell)`'],
    ['WARNING:tensorflow:', 'The TensorFlow contrib module will not be included in TensorFlow 2.0.',
     'For more information, please see:', '  * https://github.com/tensorflow/addons',
     'If you depend on functionality not listed there, please file an issue.', ''],
    ['/usr/lib/python3.7/dtypes.py:516: FutureWarning: Passing (type, 1) is deprecated',
     '  _np_qint8 = np.dtype([("qint8", np.int8, 1)])'],
    ['Script started on 2026-11-25 07:21:33+00:00 [COMMAND="x"]'], ['In [3]: train()'],
    ['100%|██████████| 60/60 [00:01<00:00, 40.3it/s]'], ['train: 100%|##| 60/60 [00:01<00:00]'],
    ['[##############################] 60/60  40.3 steps/s  0:00 left']])
@pytest.mark.parametrize('at', [0, 5, 9])
def test_banners_and_bars_are_skipped_and_lines_keep_their_numbers(banner: List[str],
                                                                   at: int) -> None:
    lines = LINES[:at] + banner + LINES[at:]
    found = unwrapped(lines)
    assert ([line for _, line in found.lines], found.skipped) == (LINES, len(banner))
    lines[-1 if at < 9 else 8] = 'over'
    difference, = compare_text(lines, LINES).differences
    assert lines[difference.line - 1] == 'over'


def test_a_progress_bar_leaves_what_is_seen_last(tmp_path: object) -> None:
    bar = ' 10%|█    | 6/60 [00:01<00:09,  5.4it/s]'
    assert seen(f'{bar}\rloss 0.5\n', 'loss 0.4\r\n', 'loss 0.3\r\r\n', f'\r{bar}\r  \r') == [
        'loss 0.5', 'loss 0.4', 'loss 0.3', '']
    path = tmp_path / 'some.log'
    path.write_bytes(b'\r\x1b[K[###   ] 6/60\r\x1b[Kloss 0.5\r\n\x1b[32mloss\xc2\xa00.4\x1b[0m\r\n'
                     b'9/60\x08\x08\x08\x08\r\x1b[2Kloss 0.3\n\r[###] 60/60\r\x1b[K')
    assert compare_text(reader.read_lines(str(path)), ['loss 0.5', 'loss 0.4', 'loss 0.3']).same


def test_a_prefix_in_front_of_banners_too() -> None:
    banner = '2026-01-01 00:00:00.1: I tensorflow/core/cpu_feature_guard.cc:142] AVX2 FMA'
    found = unwrapped([f'web_1  | {line}' for line in [banner, *LINES]])
    assert ([line for _, line in found.lines], found.skipped) == (LINES, 1)
    assert remarks('a.log', found.skipped, found.prefix, len(found.lines)) == [
        'a.log: 1 line is no part of the log, and skipped',
        "a.log: the prefix of each line, such as 'web_1  | ', is taken away (9 lines)"]
