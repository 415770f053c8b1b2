"""`manifest.json` of a run's folder: what the run is, and how each of its sessions went."""
import hashlib
import json
import os
import subprocess
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from reproduce.experiment.provenance import provenance
from reproduce.shared.errors import InputError
from reproduce.shared.files import replacing

if TYPE_CHECKING:
    from reproduce.experiment.network import Network, Weights

NAME = 'manifest.json'
_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_DIGEST = 'digest'  # of all the rest, by which an edited manifest is known

Manifest = Dict[str, Any]


def describe(network: 'Network', settings: Dict[str, Any], starts: Dict[str, str], data_dir: str,
             digests: Dict[str, str]) -> Manifest:
    """What a run is, before its first session.

    Args:
      network: with its initial weights.
      settings: the flags that say what the run computes and keeps, by name.
      starts: the SHA-256 of the files that it starts from, or has recorded, by flag.
      data_dir: the folder of the data.
      digests: the data files' SHA-256, by name.
    """
    return {'settings': settings, 'digests': starts, 'op_seeds': _op_seeds(network),
            'data_dir': os.path.abspath(data_dir), 'data': digests,
            'initial_weights': weights_digest(network.weights()), 'sessions': []}


def session(command: List[str], step: int) -> Dict[str, Any]:
    """A process that works on a run: what it was started by and runs on; it is at `step`."""
    return {'command': command, 'commit': commit_of(_PACKAGE), **provenance(), 'started': now(),
            'steps': [step, step], 'seconds': 0.0, 'status': 'running'}


def weights_digest(weights: 'Weights') -> str:
    """The SHA-256 of the values, little-endian float32, in the order of their names."""
    digest = hashlib.sha256()
    for name in sorted(weights):
        digest.update(name.encode() + weights[name].astype('<f4').tobytes())
    return digest.hexdigest()


def now() -> str:
    """The time, UTC, as in 2026-01-31T12:00:00Z."""
    return datetime.now(timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ')


def read(folder: str) -> Optional[Manifest]:
    """The manifest of `folder`; None where there is none.

    Raises:
      InputError: it is damaged or was edited.
    """
    path = os.path.join(folder, NAME)
    if not os.path.exists(path):
        return None
    try:
        with open(path, encoding='utf-8') as file:
            manifest = json.load(file)
        if not isinstance(manifest, dict) or not isinstance(manifest.get('settings'), dict):
            raise TypeError
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise InputError(f'{path}: is damaged; start anew with --overwrite') from error
    if manifest.pop(_DIGEST, None) != _digest(manifest):
        raise InputError(f'{path}: was edited, and does not say any more what the run is; restore '
                         'it, or start anew with --overwrite')
    manifest.setdefault('sessions', [])  # an older version kept none
    return manifest


def write(folder: str, manifest: Manifest) -> None:
    """Write `manifest` to `folder`, whole or not at all.

    Raises:
      RunError: it cannot be written.
    """
    with replacing(os.path.join(folder, NAME)) as temporary, \
            open(temporary, 'w', encoding='utf-8') as file:
        json.dump({**manifest, _DIGEST: _digest(manifest)}, file, indent=1)
        file.write('\n')


def _digest(manifest: Manifest) -> str:
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()


def _op_seeds(network: 'Network') -> List[List[int]]:
    """The seeds of the graph's random operations, in the order in which they were built."""
    return [[int(op.get_attr('seed')), int(op.get_attr('seed2'))]
            for op in network.session.graph.get_operations() if op.type.startswith('Random')]


def commit_of(package: str) -> Optional[str]:
    """The commit of a package that runs from its own checkout, `-dirty` if files are changed.

    A folder that it is installed in may be in a repository of someone else's.
    """
    own = os.path.dirname(package)
    top = _git(own, 'rev-parse', '--show-toplevel')
    if not top or os.path.realpath(top) != os.path.realpath(own) \
            or not _git(package, 'ls-files', '__init__.py'):
        return None
    return _git(own, 'describe', '--always', '--dirty', '--abbrev=40', '--exclude=*')


def _git(folder: str, *arguments: str) -> Optional[str]:
    """What git answers; None where it can't."""
    try:
        done = subprocess.run(['git', *arguments], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, timeout=5, check=True, cwd=folder)
    except (OSError, subprocess.SubprocessError):
        return None
    return os.fsdecode(done.stdout).strip()
