"""The limits of containers, from the files as Linux has them."""
import os
from pathlib import Path
from typing import Dict, Optional

import pytest

from reproduce.experiment.article import ARTICLE
from reproduce.experiment.network import number_of_chains
from reproduce.shared import cgroup, environment

NONE_OF_V1 = '9223372036854771712'


def machine(folder: Path, groups: str, files: Dict[str, str]) -> str:
    """A root folder in which the process is in these control groups."""
    for name, text in {'proc/self/cgroup': groups,
                       **{'sys/fs/cgroup/' + name: text for name, text in files.items()}}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return str(folder)


V1 = '11:memory:/docker/ab12\n4:cpu,cpuacct:/docker/ab12\n1:name=systemd:/docker/ab12\n'
V2 = '0::/\n'
NESTED = '0::/user.slice/app.scope\n'


@pytest.mark.parametrize('groups, files, cores, memory', [
    (V2, {'cpu.max': '200000 100000\n', 'memory.max': '1073741824\n'}, 2.0, 2**30),
    (V2, {'cpu.max': '150000 100000\n', 'memory.max': 'max\n'}, 1.5, None),
    (V2, {'cpu.max': 'max 100000\n'}, None, None),
    (V2, {}, None, None),  # the host's own root group has no such files
    (NESTED, {'user.slice/cpu.max': '400000 100000\n', 'user.slice/memory.max': '4096\n',
              'user.slice/app.scope/cpu.max': 'max 100000\n',
              'user.slice/app.scope/memory.max': '8192\n'}, 4.0, 4096),
    (NESTED, {'user.slice/cpu.max': '100000 100000\n',
              'user.slice/app.scope/cpu.max': '300000 100000\n'}, 1.0, None),
    (NESTED, {'cpu.max': '50000 100000\n'}, 0.5, None),  # a container, its group at the top
    (V1, {'cpu/docker/ab12/cpu.cfs_quota_us': '300000\n',
          'cpu/docker/ab12/cpu.cfs_period_us': '100000\n',
          'memory/docker/ab12/memory.limit_in_bytes': '2147483648\n'}, 3.0, 2**31),
    (V1, {'cpu/cpu.cfs_quota_us': '25000\n', 'cpu/cpu.cfs_period_us': '50000\n',
          'memory/memory.limit_in_bytes': NONE_OF_V1 + '\n'}, 0.5, int(NONE_OF_V1)),
    (V1, {'cpu/cpu.cfs_quota_us': '-1\n', 'cpu/cpu.cfs_period_us': '100000\n'}, None, None),
    ('', {'cpu.max': '200000 100000\n'}, None, None),
    (V1 + V2, {'cpu/cpu.cfs_quota_us': '100000\n', 'cpu/cpu.cfs_period_us': '100000\n',
               'memory.max': '4096\n'}, 1.0, 4096)])
def test_the_smallest_limit_counts(groups: str, files: Dict[str, str], cores: Optional[float],
                                   memory: Optional[int], tmp_path: Path) -> None:
    root = machine(tmp_path, groups, files)
    assert cgroup.core_limit(root) == cores
    assert cgroup.memory_limit(root) == memory


def test_another_system_has_no_such_files(tmp_path: Path) -> None:
    assert cgroup.core_limit(str(tmp_path)) is cgroup.memory_limit(str(tmp_path)) is None


@pytest.mark.parametrize('limit, cores', [(None, 64), (2.0, 2), (2.9, 2), (0.5, 1), (100.0, 64)])
def test_cores_within_the_limit(limit: Optional[float], cores: int,
                                monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, 'sched_getaffinity', lambda _: set(range(64)), raising=False)
    monkeypatch.setattr(cgroup, 'core_limit', lambda: limit)
    assert environment.available_cores() == cores
    assert number_of_chains(ARTICLE, environment.available_cores()) == min(cores, 8)


def test_memory_within_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cgroup, 'memory_limit', lambda: None)
    present = environment.memory_size()
    for limit, size in ((4096, 4096), (int(NONE_OF_V1), present)):
        monkeypatch.setattr(cgroup, 'memory_limit', lambda limit=limit: limit)
        assert environment.memory_size() == size
