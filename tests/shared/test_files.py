import os
from pathlib import Path

import pytest

from reproduce.shared.errors import InputError
from reproduce.shared.files import replacing


def test_the_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / 'file.txt'
    path.write_text('before')
    with replacing(str(path)) as temporary:
        assert temporary.endswith('.txt')
        Path(temporary).write_text('after')
        assert path.read_text() == 'before'
    assert path.read_text() == 'after'
    assert list(tmp_path.iterdir()) == [path]
    mask = os.umask(0)
    os.umask(mask)
    assert path.stat().st_mode & 0o777 == 0o666 & ~mask


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / 'file.txt'
    path.write_text('before')
    with pytest.raises(ZeroDivisionError), replacing(str(path)) as temporary:
        Path(temporary).write_text('half')
        raise ZeroDivisionError
    assert path.read_text() == 'before'
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match='cannot be written'), \
            replacing(str(tmp_path / 'nowhere' / 'file.txt')):
        pass


def test_a_name_that_is_taken_by_a_folder(tmp_path: Path) -> None:
    (tmp_path / 'taken').mkdir()
    with pytest.raises(InputError, match='cannot be written'), \
            replacing(str(tmp_path / 'taken')):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ['taken']
