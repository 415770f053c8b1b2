import hashlib
from pathlib import Path

import pytest

from reproduce.shared.errors import InputError
from reproduce.sweep import origins

HERE, THERE = {'tensorflow': '2.21.0'}, {'tensorflow': '1.15.5'}


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_logs_are_entered_by_what_they_were_made_on(tmp_path: Path) -> None:
    for name, circumstances in (('b.log', HERE), ('c.log', THERE), ('a.log', HERE)):
        origins.enter(str(tmp_path), name, name, circumstances)
    assert origins.read(str(tmp_path)) == [
        dict(HERE, logs={'a.log': sha256('a.log'), 'b.log': sha256('b.log')}),
        dict(THERE, logs={'c.log': sha256('c.log')})]


def test_a_log_made_anew_is_entered_anew(tmp_path: Path) -> None:
    origins.enter(str(tmp_path), 'a.log', 'old', HERE)
    origins.enter(str(tmp_path), 'a.log', 'new', THERE)
    assert origins.read(str(tmp_path)) == [dict(THERE, logs={'a.log': sha256('new')})]


@pytest.mark.parametrize('text', ['{', '[{}]', '[1]', '3', '{}', '""', '[' * 10**5],
                         ids=lambda text: text[:4])
def test_a_damaged_manifest_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / 'manifest.json').write_text(text)
    with pytest.raises(InputError, match='manifest.json: is damaged'):
        origins.read(str(tmp_path))
