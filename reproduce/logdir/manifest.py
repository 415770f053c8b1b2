"""`manifest.json` of a run's folder: what the run is, what it was made on, how it ended."""
import hashlib
import json
import os
import platform
import subprocess
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from reproduce import __version__
from reproduce.experiment.setup import machine
from reproduce.shared.errors import InputError
from reproduce.shared.files import replacing

if TYPE_CHECKING:
    from reproduce.experiment.network import Network, Weights

NAME = 'manifest.json'
_DIGEST = 'digest'  # of all the rest, by which an edited manifest is known

Manifest = Dict[str, Any]


def describe(network: 'Network', settings: Dict[str, Any], data_dir: str, digests: Dict[str, str],
             command: List[str]) -> Manifest:
    """What a run is made on, before its first step.

    Args:
      network: with its initial weights.
      settings: the flags that decide what the run computes, by name.
      data_dir: the folder of the data.
      digests: the data files' SHA-256, by name.
      command: the command line.
    """
    import numpy
    import tensorflow
    return {
        'versions': {'reproduce': __version__, 'tensorflow': tensorflow.__version__,
                     'numpy': numpy.__version__, 'python': platform.python_version()},
        'commit': _commit(), 'settings': settings, 'op_seeds': _op_seeds(network),
        **machine(),
        'data_dir': data_dir, 'data': digests, 'initial_weights': weights_digest(network.weights()),
        'command': command, 'started': now(), 'status': 'running'}


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
    return manifest


def write(folder: str, manifest: Manifest) -> None:
    """Write `manifest` to `folder`, whole or not at all.

    Raises:
      InputError: it cannot be written.
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


def _commit() -> Optional[str]:
    """The commit of this package, where it runs from a checkout."""
    try:
        done = subprocess.run(['git', 'rev-parse', 'HEAD'], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, timeout=5, check=True,
                              cwd=os.path.dirname(os.path.abspath(__file__)))
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode().strip()
