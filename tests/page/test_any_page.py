"""Properties of the page's parts, for texts and numbers of any kind."""
import math
import re
from typing import List
from xml.etree import ElementTree

import pytest

from reproduce.page.chart import Axis, Line, chart, escaped

pytest.importorskip('hypothesis', reason='property tests need hypothesis')
from hypothesis import given  # noqa: E402
from hypothesis import strategies as st  # noqa: E402


@given(text=st.text(st.characters() | st.sampled_from('<>&"\'\0\x1b\ud800\uffff')))
def test_any_text_can_stand_in_the_page(text: str) -> None:
    quoted = escaped(text)
    found = ElementTree.fromstring(f'<p title="{quoted}">{quoted}</p>'.encode())
    assert len(found.text or '') == len(text)
    kept = ''.join(character for character in text if character.isprintable())
    assert ''.join(character for character in found.text or ''
                   if character in kept and character != '\ufffd') == kept.replace('\ufffd', '')


@given(values=st.lists(st.floats(), min_size=1, max_size=20),
       high=st.floats(min_value=1e-6, max_value=1e30))
def test_any_curve_is_drawn_near_the_chart(values: List[float], high: float) -> None:
    text = chart('k', 'title', 'words', [Line('run', 'run', list(enumerate(values)))], None,
                 Axis(0, len(values)), Axis(0.0, high))
    path = ElementTree.fromstring(text).find('.//path').get('d')
    assert len(re.findall('[ML]', path)) == sum(map(math.isfinite, values))
    numbers = [float(number) for number in re.findall(r'-?[\d.]+', path.replace('h0', ''))]
    assert all(-1000.0 <= number <= 2000.0 for number in numbers)
