"""Fetching 1.15's own Python: whole or not at all, and each failure is one line."""
import errno
import hashlib
import subprocess
import zipfile
from pathlib import Path
from typing import Any, Callable, Dict, List

import pytest

from reproduce.legacy.front import fetch, location
from reproduce.shared.errors import InputError

MEMBERS = {package: {f'{package}/__init__.py': 'A = 1\n', f'{package}/sub/part.py': 'B = 2\n'}
           for package in location.PACKAGES}
MEMBERS['tensorflow_core'].update({
    'tensorflow_core/include/tool.py': '', 'tensorflow_core/python/_native.so': 'machine code',
    'tensorflow_core/data/table.csv': '1,2\n', 'tensorflow/__init__.py': '',
    'tensorflow-1.15.5.dist-info/METADATA': ''})
MEMBERS['astor']['astor/VERSION'] = '0.8.1\n'


def write_wheels(folder: Path, members: Dict[str, Dict[str, str]]) -> Dict[str, str]:
    """Write a wheel a package, and return the digests."""
    folder.mkdir(parents=True)
    digests = {}
    for name, files in members.items():
        path = folder / f'{name}.whl'
        with zipfile.ZipFile(str(path), 'w') as archive:
            for member, text in files.items():
                archive.writestr(member, text)
        digests[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return digests


@pytest.fixture
def pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets pip bring these members."""
    def bring(members: Dict[str, Dict[str, str]], digests: Any = None) -> None:
        written = write_wheels(tmp_path / 'index', members)
        monkeypatch.setattr(fetch, 'WHEELS', {**written, **(digests or {})})
        monkeypatch.setattr(fetch, '_compile', lambda folder: None)
        monkeypatch.setattr(fetch, '_download', lambda wheels: (tmp_path / 'index').rename(wheels))
    return bring


def fetched(folder: Path) -> List[str]:
    told: List[str] = []
    fetch.fetch(str(folder), told.append)
    return told


def failing(folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        fetched(folder)
    assert '\n' not in str(caught.value)
    assert not folder.exists() or not any(folder.iterdir())
    assert [path.name for path in folder.parent.iterdir() if path.name.startswith('.')] == []
    return str(caught.value)


def test_the_python_files_are_unpacked_and_nothing_else(pip: Any, tmp_path: Path) -> None:
    pip(MEMBERS)
    folder = tmp_path / 'cache' / 'front'
    assert fetched(folder)[-1].startswith(f'{folder}: done')
    names = {path.relative_to(folder).as_posix() for path in folder.rglob('*') if path.is_file()}
    assert names == {name for files in MEMBERS.values() for name in files} - {
        'tensorflow_core/include/tool.py', 'tensorflow_core/python/_native.so',
        'tensorflow/__init__.py', 'tensorflow-1.15.5.dist-info/METADATA'}
    assert location.is_front(str(folder))
    assert (folder / 'astor' / 'VERSION').read_text() == '0.8.1\n'
    assert sorted(path.name for path in folder.parent.iterdir()) == ['front']
    assert fetched(folder) == [f"{folder}: holds TensorFlow 1.15.5's Python already"]


def test_an_empty_folder_is_taken_and_a_full_one_is_not(pip: Any, tmp_path: Path) -> None:
    pip(MEMBERS)
    (tmp_path / 'empty').mkdir()
    (tmp_path / 'full').mkdir()
    (tmp_path / 'full' / 'mine.txt').write_text('mine')
    with pytest.raises(InputError, match='holds other files; name a new or an empty folder'):
        fetched(tmp_path / 'full')
    fetched(tmp_path / 'empty')
    assert location.is_front(str(tmp_path / 'empty'))
    assert (tmp_path / 'full' / 'mine.txt').read_text() == 'mine'


def test_another_digest_is_refused(pip: Any, tmp_path: Path) -> None:
    pip(MEMBERS, {'astor': '0' * 64})
    assert failing(tmp_path / 'front').startswith('astor: what pip downloaded is another file')


@pytest.mark.parametrize('path', ['../astor/x.py', '/astor/x.py', 'astor/../../x.py',
                                  'astor\\..\\x.py', 'C:/astor/x.py'])
def test_a_path_that_leaves_the_folder_is_refused(path: str, pip: Any, tmp_path: Path) -> None:
    pip({**MEMBERS, 'astor': {**MEMBERS['astor'], path: 'evil'}})
    assert 'leaves its folder' in failing(tmp_path / 'front')
    assert not list(tmp_path.rglob('x.py'))


@pytest.mark.parametrize('stderr, said', [
    ('python: No module named pip', 'python -m ensurepip'),
    ('WARNING: Retrying\nERROR: Could not find a version\nERROR: No matching distribution found',
     'pip could not download the wheels (ERROR: No matching distribution found)'),
    ('OSError: [Errno 28] No space left on device', 'make room'),
    ('', 'exit code 1')])
def test_what_pip_fails_of_is_one_line(stderr: str, said: str, tmp_path: Path,
                                       monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, 'run', lambda command, **_: subprocess.CompletedProcess(
        command, 1, stderr=stderr))
    assert said in failing(tmp_path / 'front')


def test_pip_is_asked_for_the_wheels_of_3_7_and_for_no_dependency(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: List[List[str]] = []

    def run(command: List[str], **_: Any) -> Any:
        asked.append(command)
        return subprocess.CompletedProcess(command, 1, stderr='ERROR: no')
    monkeypatch.setattr(subprocess, 'run', run)
    failing(tmp_path / 'front')
    assert {'--no-deps', '--only-binary=:all:', 'cp37m', *fetch.WHEELS} <= set(asked[0])
    assert not [flag for flag in asked[0] if 'index' in flag or '://' in flag]


def test_a_full_disk_leaves_nothing(pip: Any, tmp_path: Path,
                                    monkeypatch: pytest.MonkeyPatch) -> None:
    def copy(*_: Any) -> None:
        raise OSError(errno.ENOSPC, 'No space left on device')
    pip(MEMBERS)
    monkeypatch.setattr(fetch.shutil, 'copyfileobj', copy)
    assert 'No space left on device); make room' in failing(tmp_path / 'front')


def test_a_folder_that_cannot_be_made_is_named(pip: Any, tmp_path: Path) -> None:
    pip(MEMBERS)
    (tmp_path / 'file').write_text('')
    with pytest.raises(InputError, match='file/front: cannot be written .*; name a folder'):
        fetched(tmp_path / 'file' / 'front')


def test_where_it_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(location.VARIABLE, raising=False)
    monkeypatch.setenv('XDG_CACHE_HOME', str(tmp_path))
    assert location.find(None) is None
    assert location.described().startswith("TensorFlow 1.15.5's own Python is not here; python -m "
                                           'reproduce.legacy --get fetches it')
    with pytest.raises(InputError, match='is not here'):
        location.needed(None)
    cached = tmp_path / 'reproduce' / 'tensorflow-1.15.5'
    for folder in (cached, tmp_path / 'other'):
        for package in location.PACKAGES:
            (folder / package).mkdir(parents=True)
            (folder / package / '__init__.py').write_text('')
    assert location.find(None) == str(cached)
    assert location.described() == f"TensorFlow 1.15.5's own Python, in {cached}"
    monkeypatch.setenv(location.VARIABLE, str(tmp_path / 'other'))
    assert location.find(None) == str(tmp_path / 'other')
    assert location.find(str(cached)) == str(cached)
    (cached / 'astor' / '__init__.py').unlink()
    with pytest.raises(InputError, match="--front .*: does not hold TensorFlow 1.15.5's Python"):
        location.find(str(cached))
    monkeypatch.delenv('XDG_CACHE_HOME')
    monkeypatch.setenv('HOME', str(tmp_path))
    assert location.default_folder() == str(
        tmp_path / '.cache' / 'reproduce' / 'tensorflow-1.15.5')


def test_the_1_15_of_another_python_serves_too(tmp_path: Path) -> None:
    """The Python of --against, where it has all of it, and of that release."""
    packages = tmp_path / 'site-packages'
    for package in location.PACKAGES:
        (packages / package).mkdir(parents=True)
        (packages / package / '__init__.py').write_text('')
    python = tmp_path / 'python'
    python.write_text(f'#!/bin/sh\necho {packages}/tensorflow_core/__init__.py\n')
    python.chmod(0o755)
    assert location.installed_in(str(python)) is None  # which release it is, is not known
    (packages / 'tensorflow-1.15.5.dist-info').mkdir()
    assert location.installed_in(str(python)) == str(packages)
    assert location.installed_in('/bin/false') is None
    assert location.installed_in('no-such-python') is None
