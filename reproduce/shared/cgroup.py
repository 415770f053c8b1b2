"""The cores and the memory that a container may use, by Linux's control groups, version 1 or 2."""
import os
from typing import Iterator, Optional


def core_limit(root: str = '/') -> Optional[float]:
    """How many cores' time the process may use; None without a limit.

    Args:
      root: the folder that holds `proc` and `sys`.
    """
    quotas = [*_texts(root, '', 'cpu.max'),  # version 2: quota and period in one file
              *(f'{quota} {period}' for quota, period in zip(
                  _texts(root, 'cpu', 'cpu.cfs_quota_us'),
                  _texts(root, 'cpu', 'cpu.cfs_period_us')))]
    limits = [int(quota) / int(period) for quota, period in map(str.split, quotas)
              if quota.isdigit()]  # no limit is 'max', or -1
    return min(limits, default=None)


def memory_limit(root: str = '/') -> Optional[int]:
    """How many bytes of memory the process may use; None without a limit.

    Version 1 gives a number near 2^63 for none, which is no harm: it is above any machine's memory.
    """
    sizes = [*_texts(root, '', 'memory.max'), *_texts(root, 'memory', 'memory.limit_in_bytes')]
    return min((int(size) for size in sizes if size.isdigit()), default=None)


def _texts(root: str, controller: str, name: str) -> Iterator[str]:
    """What the file `name` holds for the process's group and each group around it.

    Args:
      root: as above.
      controller: of version 1, or empty for version 2.
      name: of the file.
    """
    group = _group(root, controller)
    while group is not None:
        # Within a container its own group is mounted at the top, whatever the path says.
        path = os.path.join(root, 'sys/fs/cgroup', controller, group.lstrip('/'), name)
        text = _read(path)
        if text.strip():
            yield text.strip()
        group = None if group in ('', '/') else os.path.dirname(group)


def _group(root: str, controller: str) -> Optional[str]:
    """The path of the process's group, such as `/docker/ab12`; None without such a controller."""
    for line in _read(os.path.join(root, 'proc/self/cgroup')).splitlines():
        _, controllers, path = line.split(':', 2)
        if controller in controllers.split(','):
            return path
    return None


def _read(path: str) -> str:
    try:
        with open(path) as file:
            return file.read()
    except OSError:  # only Linux has it
        return ''
