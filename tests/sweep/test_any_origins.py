"""A property of the manifest's reader, for files of any kind."""
import json
from pathlib import Path
from typing import Any

import pytest

from reproduce.shared.errors import InputError
from reproduce.sweep import origins

pytest.importorskip('hypothesis', reason='property tests need hypothesis')
from hypothesis import given  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
ENTRIES = st.dictionaries(st.sampled_from(['logs', 'tensorflow']), SCALARS | st.dictionaries(
    st.text(max_size=5), SCALARS, max_size=2), max_size=2)
ANYTHING = st.recursive(SCALARS, lambda parts: st.lists(parts, max_size=3) | st.dictionaries(
    st.text(max_size=5), parts, max_size=3), max_leaves=5)


@given(content=st.lists(ENTRIES, max_size=3) | ANYTHING)
def test_any_json_is_read_or_refused(folder: Path, content: Any) -> None:
    path = folder / 'manifest.json'
    path.write_text(json.dumps(content))
    right = isinstance(content, list) and all(
        isinstance(entry, dict) and isinstance(entry.get('logs'), dict) for entry in content)
    if right:
        found = origins.read(str(folder))
        assert json.dumps(found) == json.dumps(content)
    else:
        with pytest.raises(InputError, match='manifest.json: is damaged'):
            origins.read(str(folder))
