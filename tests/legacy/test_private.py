"""TensorFlow's private names stand in one place."""
import re

import pytest
from running import ROOT, needs_tf_keras

from reproduce.legacy import private

LEGACY = sorted((ROOT / 'reproduce' / 'legacy').glob('*.py'))


@needs_tf_keras
@pytest.mark.parametrize('path', sorted(private.REASONS))
def test_each_private_name_is_there(path: str) -> None:
    _, _, found = private.find(path)
    assert callable(found)


def test_no_module_imports_a_private_name() -> None:
    for path in LEGACY:
        if path.name == 'observe.py':  # runs alone, beside real TensorFlow 1.x
            continue
        assert not re.search(r'^\s*(import|from) (tensorflow\.python|tf_keras)',
                             path.read_text(), re.MULTILINE), path


def test_each_replaced_name_has_its_reason() -> None:
    """The other modules name them as text, by `ops` and `layers` or whole."""
    text = '\n'.join(path.read_text() for path in LEGACY if path.name != 'private.py')
    text = text.replace("ops + '", "'tensorflow.python.ops.").replace(
        "layers + '", "'tf_keras.src.layers.")
    text = text.replace("'\n        '", '').replace("'\n            '", '')
    roots = r'(?:tensorflow\.python|tf_keras\.src|tensorflow\.compat)'
    named = set(re.findall(rf"'({roots}\.[\w.]+\.\w+)'", text))
    assert named == set(private.REASONS)
