"""Printed times and dates tell no two runs apart; other numbers do."""
import pytest

from reproduce.legacy.proof.printed import without_times


def alike(line: str, other: str, *ignore: str) -> bool:
    found, expected = without_times([line], [other], ignore)
    return found == expected


@pytest.mark.parametrize('line, other', [
    ('Step 5, loss 0.5 (1.203 sec/batch)', 'Step 5, loss 0.5 (0.871 sec/batch)'),
    ('2016-08-01 12:30:05.123: loss 0.5', '2026-11-25 01:02:03.456: loss 0.5'),
    ('epoch 1 took 12.5s', 'epoch 1 took 9s'),
    ('Elapsed time: 12.7', 'Elapsed time: 3.2'),
    ('100 examples/sec; 0.01 sec', '2300 examples/sec; 0.5 sec'),
    ('done Mon Aug  1 12:00:00 2016', 'done Tue Nov 24 01:00:00 2026'),
    ('total 0:03:25', 'total 0:12:01')])
def test_times_are_told_apart(line: str, other: str) -> None:
    assert alike(line, other)


@pytest.mark.parametrize('line, other', [
    ('Step 5, loss 0.5 (1.203 sec/batch)', 'Step 5, loss 0.6 (0.871 sec/batch)'),
    ('loss 0.51', 'loss 0.52'), ('timesteps 28', 'timesteps 27'), ('5 seeds', '6 seeds'),
    ('[1 2 3]', '[1 2 4]'), ('12 hidden', '13 hidden'), ('word', 'words')])
def test_other_numbers_and_words_are_differences(line: str, other: str) -> None:
    assert not alike(line, other)


def test_what_is_to_be_ignored_is_left_out() -> None:
    assert alike('run a1b2: 0.5', 'run c3d4: 0.5', r'run \w+')
    assert not alike('run a1b2: 0.5', 'run c3d4: 0.6', r'run \w+')
