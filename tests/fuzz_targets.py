"""What is fuzzed: for each reader of files, how a case is drawn, and what may come of it."""
import copy
import dataclasses
import functools
import hashlib
import io
import json
import os
import random
import warnings
import zipfile
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, Tuple

import numpy as np
from mutations import INTEGERS, NUMBERS, any_text, bomb, encoded, mutated, mutated_lines, zipped

from reproduce.comparison.contract import check_contract
from reproduce.comparison.log import format_log, read_log
from reproduce.experiment import replay, start
from reproduce.experiment.article import ARTICLE, Article
from reproduce.experiment.variables import variable_shapes
from reproduce.logdir import manifest as run_manifest
from reproduce.mnist.idx import IMAGES_MAGIC, LABELS_MAGIC, MAX_BYTES, read_idx
from reproduce.sweep import origins

_GOLDEN = Path(__file__).resolve().parent.parent / 'golden'
_SMALL = dataclasses.replace(ARTICLE, num_hidden=2, training_steps=3, batch_size=4)
_BOMBS = 1 / 2000  # of the cases; each takes a second
_WRONG = 0.7  # of the structured parts are drawn wrong, and of the files damaged after that

Files = Dict[str, bytes]


class Target(NamedTuple):
    """A reader of files."""

    draw: Callable[[random.Random], Files]  # the files of a case, by name
    read: Callable[[str], None]  # reads them in a folder, and asserts that they are what it says


# The IDX reader.

def _draw_idx(draw: random.Random) -> Files:
    if draw.random() < _BOMBS:
        announced = np.array([IMAGES_MAGIC, 2**14, 2**7, 2**7], '>u4').tobytes()
        return {'file': bomb(announced, bytes(2**20), draw.choice((255, 256, 400)))}
    magic = draw.choice((IMAGES_MAGIC, LABELS_MAGIC))
    shape = [draw.randrange(8) for _ in range(magic % 256)]
    content = bytes(draw.randrange(256) for _ in range(int(np.prod(shape))))
    header = [magic, *shape]
    if draw.random() < 0.3:
        header[draw.randrange(len(header))] = draw.choice(INTEGERS) % 2**32
    data = np.array(header, '>u4').tobytes() + content
    if draw.random() < _WRONG:
        data = mutated(data, draw)
    return {'file': zipped(data, draw) if draw.random() < 0.5 else data}


def _read_idx(folder: str) -> None:
    path = os.path.join(folder, 'file')
    with open(path, 'rb') as file:
        start_of_file = file.read(4)
    magic = LABELS_MAGIC if start_of_file == LABELS_MAGIC.to_bytes(4, 'big') else IMAGES_MAGIC
    array = read_idx(path, magic)
    assert array.dtype == np.uint8 and array.ndim == magic % 256, array.dtype
    assert array.nbytes <= MAX_BYTES, array.nbytes


# Printed logs: the bytes through the reader, the parser and the contract.

@functools.lru_cache(maxsize=None)
def _logs() -> Tuple[List[str], ...]:
    return tuple((_GOLDEN / name).read_text().splitlines()
                 for name in ('article.log', 'tf1/seed-1.log'))


def _draw_log(draw: random.Random) -> Files:
    if draw.random() < _BOMBS:
        piece = draw.choice((b'\n', b'\r', b' ', b'0', b'\x1b[', b'\x1b]', b'Step 1, ', b'{', b'[',
                             b'\0', b'Testing Accuracy: ', b'> '))
        before = draw.choice((b'', b'Step 1, Minibatch Loss= 1', b'Testing Accuracy: 0.',
                              b'{"nbformat": 4, "cells": ', b'\xff\xfe'))
        return {'file': bomb(before, piece * 2**17, draw.choice((8, 120, 400)) // len(piece) + 1)}
    lines = mutated_lines(draw.choice(_logs()), draw)
    if draw.random() < 0.2:
        text = _notebook(lines, draw)
    else:
        prefix = draw.choice(('', '', '', '', 'INFO:root:', '[worker 1] ', any_text(draw)))
        text = ''.join(prefix + line + '\n' for line in lines)
    data = encoded(text, draw)
    if draw.random() < 0.4:
        data = mutated(data, draw, [b'Step 1, Minibatch Loss= ', b'Testing Accuracy: ', b'\x1b[',
                                    b'\x1b]', b'\xff\xfe', b'{"nbformat"', b'Optimization '])
    return {'file': zipped(data, draw) if draw.random() < 0.2 else data}


def _notebook(lines: List[str], draw: random.Random) -> str:
    output = {'output_type': 'stream', 'text': [line + '\n' for line in lines]}
    notebook = {'nbformat': 4, 'cells': [{'cell_type': 'code', 'outputs': [output]}]}
    return json.dumps(_mutated_json(notebook, draw) if draw.random() < _WRONG else notebook)


def _read_log(folder: str) -> None:
    path = os.path.join(folder, 'file')
    log = read_log(path)
    check_contract(log, path, 128, 128)
    steps = [record.step for record in log.steps]
    assert steps == sorted(set(steps)), 'steps out of order'
    format_log(log)


# JSON.

def _mutated_json(value: Any, draw: random.Random) -> Any:
    """A copy of `value` with one to three of its parts exchanged for others."""
    value = copy.deepcopy(value)
    for _ in range(draw.choice((1, 1, 2, 3))):
        part, way = value, None
        while isinstance(part, (dict, list)) and part and draw.random() < 0.8:
            way = (part, draw.choice(list(part) if isinstance(part, dict) else range(len(part))))
            part = way[0][way[1]]
        if way is None:
            value = _any_json(draw)
        elif draw.random() < 0.3:
            del way[0][way[1]]
        elif isinstance(way[0], dict) and draw.random() < 0.3:
            way[0][any_text(draw)] = way[0].pop(way[1])
        else:
            way[0][way[1]] = _any_json(draw)
    return value


def _any_json(draw: random.Random, depth: int = 3) -> Any:
    if depth and draw.random() < 0.4:
        if draw.random() < 0.5:
            return [_any_json(draw, depth - 1) for _ in range(draw.randrange(4))]
        return {draw.choice(('logs', 'tensorflow', any_text(draw))): _any_json(draw, depth - 1)
                for _ in range(draw.randrange(4))}
    return draw.choice((None, True, False, 0, -1, 2**64, 1.5, float('nan'), float('inf'), '',
                        any_text(draw), 10**400))


@functools.lru_cache(maxsize=None)
def _manifest() -> List[Dict[str, Any]]:
    entries = json.loads((_GOLDEN / 'ensemble' / 'manifest.json').read_text())
    return [dict(entry, logs=dict(list(entry['logs'].items())[:3])) for entry in entries]


def _draw_manifest(draw: random.Random) -> Files:
    if draw.random() < 10 * _BOMBS:
        opening, closing = draw.choice((('[', ']'), ('{"logs":', '}'), ('[{"logs":{"a":', '}}]')))
        depth = draw.choice((100, 1000, 10**5, 10**6))
        return {'manifest.json': (opening * depth + draw.choice(('', '1' + closing * depth))
                                  ).encode()}
    entries = _manifest()
    if draw.random() < _WRONG:
        entries = _mutated_json(entries, draw)
    data = encoded(json.dumps(entries, indent=draw.choice((None, 1))), draw)
    if draw.random() < 0.4:
        data = mutated(data, draw, [b'[' * 2000, b'{"logs": {}}', b'\\ud800', b'null', b'"logs"',
                                    *(number.encode() for number in NUMBERS)])
    return {'manifest.json': data}


def _read_manifest(folder: str) -> None:
    entries = origins.read(folder)
    assert isinstance(entries, list), type(entries)
    assert all(isinstance(entry, dict) and isinstance(entry['logs'], dict)
               for entry in entries), entries


# The manifest of a run's folder, which holds a digest of itself.

_RUN = {'settings': {'seed': 1, 'learning_rate': 0.001, 'replay': None}, 'data_dir': 'mnist',
        'data': {'t10k-images-idx3-ubyte.gz': '0' * 64}, 'op_seeds': [[1, 5], [1, 14]],
        'versions': {'tensorflow': '2.21.0'}, 'command': ['run.py'], 'status': 'finished'}


def _draw_run(draw: random.Random) -> Files:
    if draw.random() < 10 * _BOMBS:
        depth = draw.choice((100, 800, 950, 2000, 10**5))
        return {'manifest.json': ('{"settings":{},"a":' + '[' * depth + ']' * depth + '}').encode()}
    content = _mutated_json(_RUN, draw) if draw.random() < _WRONG else dict(_RUN)
    if isinstance(content, dict):
        digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        content['digest'] = digest if draw.random() < 0.9 else _any_json(draw)
    data = encoded(json.dumps(content), draw)
    return {'manifest.json': mutated(data, draw) if draw.random() < 0.3 else data}


def _read_run(folder: str) -> None:
    content = run_manifest.read(folder)
    assert isinstance(content, dict) and isinstance(content['settings'], dict), content


# Replay files: NumPy arrays in a zip file.

@functools.lru_cache(maxsize=None)
def _arrays() -> Dict[str, np.ndarray]:
    arrays = {name: np.linspace(-1, 1, int(np.prod(shape)), dtype=np.float32).reshape(shape)
              for name, shape in variable_shapes(_SMALL).items()}
    rows = np.arange(_SMALL.training_steps * _SMALL.batch_size, dtype=np.int32)
    return dict(arrays, rows=rows.reshape(_SMALL.training_steps, _SMALL.batch_size))


def _draw_replay(draw: random.Random) -> Files:
    if draw.random() < _BOMBS:
        return {'file.npz': _array_bomb(draw.choice((2**27, 2**29)),
                                        draw.choice(('rows', 'Variable')),
                                        draw.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)),
                                        draw.choice((0, 2**10, 2**29, 2**31)))}
    members = {name: [array.dtype.str, array.shape, array.tobytes()]
               for name, array in _arrays().items()}
    for _ in range(draw.choice((0, 1, 1, 2))):
        name = draw.choice(list(members))
        how = draw.randrange(6)
        if how == 0:
            del members[name]
        elif how == 1:
            members[any_text(draw)] = members.pop(name)
        elif how == 2:
            members[name][0] = draw.choice(('<f4', '>f4', '<f8', '<i4', '<i8', '>u2', '|O', '|S3',
                                            '<U9', '|b1', '<c8', '|V7', '<M8[s]', 'f', '<f4,<i4'))
        elif how == 3:
            members[name][1] = tuple(draw.choice((*INTEGERS, -1, 3, 4))
                                     for _ in range(draw.randrange(4)))
        elif how == 4:
            members[name][2] = mutated(members[name][2], draw)
        else:
            members[name][2] = np.float32([draw.choice((np.nan, np.inf, -1, 3e38))]).tobytes() \
                + members[name][2][4:]
    file = io.BytesIO()
    with zipfile.ZipFile(file, 'w') as archive, warnings.catch_warnings():
        warnings.simplefilter('ignore')  # of names that it has twice
        for name, (dtype, shape, content) in members.items():
            ending = draw.choice(('.npy',) * 60 + ('', '.npz'))
            archive.writestr(name.replace('\0', '')[:999] + ending or 'empty',
                             _npy(dtype, shape, content, draw),
                             draw.choice((0,) * 20 + (8,) * 80 + (12, 14)))
    data = file.getvalue()
    return {'file.npz': mutated(data, draw, [b'PK\x01\x02', b'PK\x03\x04', b'PK\x05\x06',
                                             b'\x93NUMPY']) if draw.random() < 0.5 else data}


def _npy(dtype: str, shape: Tuple[int, ...], content: bytes, draw: random.Random) -> bytes:
    """A NumPy file; its header may be damaged."""
    header = f"{{'descr': {dtype!r}, 'fortran_order': False, 'shape': {shape!r}, }}"
    if draw.random() < 0.05:
        header = header.replace(*draw.choice((
            ('False', draw.choice(('True', 'None', '1', '"x"'))), ("'shape'", "'form'"),
            ('(', '(' * draw.choice((2, 90, 3000))), ("'<", "'\\x00<"), ('}', ', 1: 2}'),
            (', }', ', }' + ' ' * draw.choice((1, 70, 20000))), ('{', '[{'), (':', '='),
            ('False', '__import__("os").abort()'), ('False', '-' * 3000 + '1'))))
    version = draw.choice((1,) * 60 + (2, 3, 9))
    length = len(header).to_bytes(2 if version == 1 else 4, 'little')
    data = b'\x93NUMPY' + bytes([version, 0]) + length + header.encode() + content
    return mutated(data, draw) if draw.random() < 0.03 else data


@functools.lru_cache(maxsize=None)
def _array_bomb(size: int, name: str, packing: int, announced: int) -> bytes:
    """A small .npz whose array `name` unpacks to `size` zero bytes, and announces others."""
    file = io.BytesIO()
    content = _npy(_arrays()[name].dtype.str, (size // 2**10, 2**8), b'', random.Random(2))
    with zipfile.ZipFile(file, 'w', packing, compresslevel=1) as archive:
        with archive.open(name + '.npy', 'w', force_zip64=True) as member:
            member.write(content)
            for _ in range(size // 2**20):
                member.write(bytes(2**20))
        archive.infolist()[0].file_size = announced or size + len(content)
    return file.getvalue()


def _read_replay(folder: str) -> None:
    path = os.path.join(folder, 'file.npz')
    recording = replay.load(path)
    assert recording.rows.ndim == 2 and recording.rows.dtype.kind in 'iu', recording.rows
    replay.check_fits(recording, path, _SMALL.training_steps, _SMALL.batch_size)
    replay.check_rows(recording, path, 55000)
    _check_weights(start.fitting(recording.weights, _SMALL, path), _SMALL)


def _check_weights(weights: Dict[str, np.ndarray], article: Article) -> None:
    for name, shape in variable_shapes(article).items():
        value = weights[name]
        assert value.shape == shape and value.dtype == np.float32, name
        assert np.isfinite(value).all(), name


# Checkpoints.  An index with wrong numbers under right checksums ends TensorFlow's process, and
# is not among the cases; damage that comes by itself is.

@functools.lru_cache(maxsize=None)
def _checkpoint() -> Files:
    folder = _GOLDEN / 'checkpoint'
    return {'model.ckpt-7' + path.name[len('model.ckpt-500'):]: path.read_bytes()
            for path in sorted(folder.glob('model.ckpt-500.*'))}


def _draw_checkpoint(draw: random.Random) -> Files:
    files = dict(_checkpoint())
    if draw.random() < _WRONG:
        name = draw.choice(list(files))
        damaged = bytearray(files[name])
        at = draw.randrange(len(damaged))
        how = draw.randrange(3)
        if how == 0:
            damaged[at] ^= 1 << draw.randrange(8)
        elif how == 1:
            del damaged[at:]
        else:
            end = min(len(damaged), at + draw.choice((1, 4, 16, 4096)))
            damaged[at:end] = bytes(end - at)
        files[name] = bytes(damaged)
    return files


def _read_checkpoint(folder: str) -> None:
    from reproduce.experiment import checkpoint
    prefix = os.path.join(folder, 'model.ckpt-7')
    weights, step = checkpoint.read(prefix)
    assert step == 7
    _check_weights(start.fitting(weights, ARTICLE, prefix), ARTICLE)


TARGETS: Dict[str, Target] = {
    'idx': Target(_draw_idx, _read_idx),
    'log': Target(_draw_log, _read_log),
    'replay': Target(_draw_replay, _read_replay),
    'checkpoint': Target(_draw_checkpoint, _read_checkpoint),
    'manifest': Target(_draw_manifest, _read_manifest),
    'run-manifest': Target(_draw_run, _read_run),
}


def files_of(target: str, seed: int, case: int) -> Files:
    """The files of a case, the same each time."""
    return TARGETS[target].draw(random.Random(f'{seed} {target} {case}'))
