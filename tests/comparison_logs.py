"""The log of seed 1 on real TensorFlow 1.15, and changes to it."""
from typing import List

from conftest import GOLDEN

from reproduce.comparison.log import parse_log

SEED_1 = GOLDEN / 'tf1' / 'seed-1.log'
LINES = SEED_1.read_text().splitlines()[4:]
REFERENCE = parse_log(LINES, 'reference')


def changed(number: int, old: str, new: str) -> List[str]:
    """The lines of seed 1 with `old` replaced in line `number`."""
    assert old in LINES[number - 1]
    return LINES[:number - 1] + [LINES[number - 1].replace(old, new)] + LINES[number:]
