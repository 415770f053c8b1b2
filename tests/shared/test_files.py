import os
from pathlib import Path

import pytest

from reproduce.shared.errors import RunError
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


def test_two_writers_with_one_process_number_share_no_temporary_file(tmp_path: Path) -> None:
    """As in two containers on one volume, in each of which the process has the number 1."""
    path = str(tmp_path / 'file.txt')
    with replacing(path) as one, replacing(path) as other:
        assert one != other
        Path(one).write_text('one')
        Path(other).write_text('other')
    assert Path(path).read_text() == 'one'  # whole, whichever was last
    assert os.listdir(str(tmp_path)) == ['file.txt']


def test_the_content_is_on_the_disk_before_the_name(tmp_path: Path,
                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    """A rename may reach the disk before what was written: a loss of power would leave it empty."""
    happened = []
    fsync, replace = os.fsync, os.replace

    def noted_fsync(number: int) -> None:
        happened.append((os.fstat(number).st_ino, 'synced'))
        fsync(number)

    def noted_replace(source: str, target: str) -> None:
        happened.append((os.stat(source).st_ino, 'renamed'))
        replace(source, target)

    monkeypatch.setattr(os, 'fsync', noted_fsync)
    monkeypatch.setattr(os, 'replace', noted_replace)
    with replacing(str(tmp_path / 'file.txt')) as temporary:
        Path(temporary).write_text('content')
    number = (tmp_path / 'file.txt').stat().st_ino
    assert happened == [(number, 'synced'), (number, 'renamed')]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RunError, match='cannot be written'), \
            replacing(str(tmp_path / 'nowhere' / 'file.txt')):
        pass


def test_a_name_that_is_taken_by_a_folder(tmp_path: Path) -> None:
    (tmp_path / 'taken').mkdir()
    with pytest.raises(RunError, match='cannot be written'), \
            replacing(str(tmp_path / 'taken')):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ['taken']
