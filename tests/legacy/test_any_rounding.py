"""Properties of what counts as rounding."""
from typing import List

import pytest
from test_rounding import ULP, unexplained

from reproduce.legacy.proof.rounding import MARGIN, SOME_ULPS, SOONER

pytest.importorskip('hypothesis', reason='property tests need hypothesis')
from hypothesis import given  # noqa: E402
from hypothesis import strategies as st  # noqa: E402


@given(st.lists(st.floats(0, 0.9), min_size=1, max_size=20))
def test_what_a_control_does_itself_is_rounding(sizes: List[float]) -> None:
    assert unexplained(sizes, sizes) is None


@given(st.lists(st.floats(0, 1e-4), min_size=SOONER + 1, max_size=20), st.integers(0, 19))
def test_a_jump_beyond_all_controls_is_a_change(sizes: List[float], at: int) -> None:
    at %= len(sizes)
    jumped = list(sizes)
    jumped[at] = 2 * MARGIN * max(sizes) + 4 * SOME_ULPS * ULP
    found = unexplained(jumped, sizes)
    assert found is not None
    assert found <= at + 1
