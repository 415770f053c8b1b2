"""The commit in a run's manifest: this package's own, or none."""
import shutil
import subprocess
from pathlib import Path

import pytest

from reproduce.logdir.manifest import commit_of

pytestmark = pytest.mark.skipif(not shutil.which('git'), reason='git is not installed')


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(['git', '-c', 'user.name=a', '-c', 'user.email=a@b', *arguments],
                          cwd=str(folder), check=True, capture_output=True,
                          text=True).stdout.strip()


def package(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / '__init__.py').write_text('')
    return folder


def repository(folder: Path, *added: str) -> str:
    """Make one, with what is `added` and a file of its own; its commit."""
    git(folder, 'init', '-q')
    (folder / 'own.txt').write_text('')
    git(folder, 'add', 'own.txt', *added)
    git(folder, 'commit', '-q', '-m', 'first')
    return git(folder, 'rev-parse', 'HEAD')


def test_of_its_own_checkout_and_whether_that_is_changed(tmp_path: Path) -> None:
    own = package(tmp_path / 'reproduce')
    commit = repository(tmp_path, 'reproduce')
    git(tmp_path, 'tag', 'v1')
    assert commit_of(str(own)) == commit
    (tmp_path / 'new.txt').write_text('')  # untracked: no part of the program
    assert commit_of(str(own)) == commit
    (own / '__init__.py').write_text('changed')
    assert commit_of(str(own)) == commit + '-dirty'


@pytest.mark.parametrize('place, added', [
    ('venv/lib/python3/site-packages/reproduce', ()), ('reproduce', ()),
    ('vendored/reproduce', ('vendored',))])
def test_a_stranger_s_repository_around_the_installation_is_not_it(
        place: str, added: tuple, tmp_path: Path) -> None:
    installed = package(tmp_path / place)
    repository(tmp_path, *added)
    assert commit_of(str(installed)) is None


def test_outside_of_a_repository_there_is_none(tmp_path: Path) -> None:
    assert commit_of(str(package(tmp_path / 'reproduce'))) is None
