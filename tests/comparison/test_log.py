from pathlib import Path
from typing import List

import numpy as np
import pytest
from conftest import GOLDEN

from reproduce.comparison.log import (
    FinalAccuracy,
    Finished,
    StepRecord,
    format_log,
    format_record,
    parse_log,
    read_log,
)
from reproduce.shared.errors import InputError

PUBLISHED = (GOLDEN / 'article.log').read_text().splitlines()


def test_the_lines_are_the_article_s_to_the_letter() -> None:
    assert format_record(StepRecord(1, np.float32(2.86449), np.float32(8 / 128))) == PUBLISHED[0]
    assert format_record(Finished()) == PUBLISHED[51]
    assert format_record(FinalAccuracy(np.float32(0.875))) == PUBLISHED[52]
    assert format_record(FinalAccuracy(np.float32(115 / 128))) == 'Testing Accuracy: 0.8984375'
    assert format_record(FinalAccuracy(np.float32(0.1))) == 'Testing Accuracy: 0.1'


def test_the_published_log_survives_both_ways_byte_for_byte() -> None:
    path = GOLDEN / 'article.log'
    assert format_log(read_log(str(path))).encode() == path.read_bytes()


def test_a_recorded_log_survives_but_for_its_first_lines() -> None:
    path = GOLDEN / 'tf1' / 'seed-1.log'
    log = read_log(str(path))
    assert log.skipped == 4
    assert format_log(log).splitlines() == path.read_text().splitlines()[4:]


def test_banners_and_windows_line_ends_are_skipped(tmp_path: Path) -> None:
    path = tmp_path / 'noisy.log'
    lines = ['2026-01-01 00:00:00.1: I tensorflow/core/cpu_feature_guard.cc:142] AVX2 FMA',
             'Extracting ./data/train-images-idx3-ubyte.gz', ''] + PUBLISHED
    path.write_bytes(b'\xef\xbb\xbf' + '\r\n'.join(lines).encode())
    log = read_log(str(path))
    assert log.skipped == 3
    assert format_log(log) == format_log(parse_log(PUBLISHED, 'published'))
    assert (log.step_lines, log.test_line) == (tuple(range(4, 55)), 56)


@pytest.mark.parametrize('lines, words', [
    ([], 'damaged: holds no line'),
    (['nothing of the kind'], 'damaged: holds no line'),
    ([PUBLISHED[0], PUBLISHED[0]], 'damaged:2: step 1 stands after step 1'),
    ([PUBLISHED[1], PUBLISHED[0]], 'damaged:2: step 1 stands after step 200'),
    ([PUBLISHED[0], PUBLISHED[51], PUBLISHED[1]], 'damaged:3: stands after the end'),
    ([PUBLISHED[0], PUBLISHED[52], PUBLISHED[52]], 'damaged:3: stands after the end'),
    ([PUBLISHED[0], 'Step 200, Minibatch Loss= 2.11'], 'damaged:2: a damaged line'),
    (['Step 1, Minibatch Loss= 2.8645, Training Accuracy= 0.0x2'], 'damaged:1: a damaged line'),
    (['Step ' + '9' * 5000 + PUBLISHED[0][6:]], "damaged:1: a damaged line, 'Step 9{75}';"),
    ([PUBLISHED[0] + PUBLISHED[1]], 'damaged:1: a damaged line'),
    ([PUBLISHED[0], 'Step 200, Mini'], 'damaged:2: a damaged line'),
    ([PUBLISHED[0], 'Testing Accuracy: high'], 'damaged:2: a damaged line')])
def test_each_damage_is_named_with_its_line(lines: List[str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        parse_log(lines, 'damaged')


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match='nowhere.log: cannot be read'):
        read_log(str(tmp_path / 'nowhere.log'))
    (tmp_path / 'binary').write_bytes(b'\xff\xfe\x00')
    with pytest.raises(InputError, match='binary: holds no line'):
        read_log(str(tmp_path / 'binary'))


def test_infinite_and_missing_numbers_are_parsed_as_printed() -> None:
    log = parse_log(['Step 1, Minibatch Loss= nan, Training Accuracy= 0.000',
                     'Step 2, Minibatch Loss= -inf, Training Accuracy= 0.000'], 'diverged')
    assert np.isnan(log.steps[0].loss)
    assert log.steps[1].loss == -np.inf


def test_a_log_up_to_a_step_is_what_was_printed_by_then() -> None:
    log = parse_log(['noise'] + PUBLISHED, 'article')
    assert log.until(400) == parse_log(['noise'] + PUBLISHED[:3], 'article')
    assert log.until(399).steps == log.steps[:2]


def test_a_line_without_end_is_damage() -> None:
    """Numbers of megabytes would be matched for seconds."""
    with pytest.raises(InputError, match='log:1: a damaged line'):
        parse_log(['Testing Accuracy: 0.' + '0' * 2000], 'log')
