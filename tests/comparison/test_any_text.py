"""Properties of the comparison as text."""
from typing import List

import pytest

from reproduce.comparison.text import compare_text

pytest.importorskip('hypothesis', reason='property tests need hypothesis')
from hypothesis import given  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

REFERENCE = ['Epoch: 0001 cost= 1.1841', 'weights [0.5 -1.25e-03]', 'done']


@given(st.lists(st.text(max_size=30), max_size=5))
def test_any_text_equals_itself_and_nothing_breaks(lines: List[str]) -> None:
    assert compare_text(lines, lines).same
    assert isinstance([str(d) for d in compare_text(lines, REFERENCE, 0.1).differences], list)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_numbers_of_the_same_digits_are_equal_when_their_values_are(found: float,
                                                                    expected: float) -> None:
    same = compare_text([f'x= {found:.5f}'], [f'x= {expected:.5f}']).same
    assert same == (float(f'{found:.5f}') == float(f'{expected:.5f}'))
