"""Where each module of TensorFlow 1.15 comes from.

`tensorflow.X` is 1.15's file X; a generated `X_pb2` and a compiled module are today's; a few are
our own.  Today's `tensorflow/__init__.py` is never imported.
"""
import ast
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import re
from types import CodeType, ModuleType
from typing import Any, Optional, Sequence

from reproduce.legacy.front import changes
from reproduce.legacy.front.changes import packages

_HERE = os.path.dirname(os.path.abspath(__file__))
_PYTHON = 'tensorflow.python.'
# Our own files, by the names under which 1.15's Python, or today's compiled modules, ask for them.
OWN = {
    _PYTHON + 'pywrap_tensorflow_internal': 'bridge/internal.py',
    _PYTHON + '_tf_stack': 'native/tf_stack.py',
    _PYTHON + 'framework.fast_tensor_util': 'native/fast_tensor_util.py',
    _PYTHON + 'framework.tensor': 'native/classes.py',
    _PYTHON + 'types.core': 'native/classes.py',
    'gast': 'native/gast.py',
}
# What 1.15's wheel needs and brought along.
BESIDE = ('tensorflow_estimator', 'keras_applications', 'keras_preprocessing', 'astor')
# Folders of today's that 1.15 had not, in which there are modules that others need.
_NEW_FOLDERS = re.compile(r'(tsl|compiler|core)(/.*)?|python/(types|util|lib/core)')

Spec = Optional[importlib.machinery.ModuleSpec]


class Finder(importlib.abc.MetaPathFinder):
    """Finds TensorFlow 1.15 in `front`, and the runtime in `today`."""

    def __init__(self, front: str, today: str) -> None:
        """`front` holds 1.15's packages, `today` is the folder of today's."""
        self._front, self._today = front, today
        self._old = os.path.join(front, 'tensorflow_core')

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Spec:
        """Where the module is; None for one that Python itself finds."""
        first, _, rest = fullname.partition('.')
        if fullname in OWN:
            return _file(fullname, os.path.join(_HERE, OWN[fullname]))
        if fullname == 'tensorflow':
            return _file(fullname, os.path.join(self._old, '__init__.py'), [self._old])
        if fullname in BESIDE:
            folder = os.path.join(self._front, fullname)
            return _file(fullname, os.path.join(folder, '__init__.py'), [folder])
        if first == 'tensorflow':
            return self._part(fullname, rest.replace('.', os.sep))
        return None

    def _part(self, fullname: str, relative: str) -> Spec:
        old, today = os.path.join(self._old, relative), os.path.join(self._today, relative)
        if fullname.endswith('_pb2'):
            return _messages(fullname, old + '.py', today + '.py')
        if os.path.exists(os.path.join(old, '__init__.py')):
            return _file(fullname, os.path.join(old, '__init__.py'), [old])
        if os.path.exists(old + '.py'):
            return _file(fullname, old + '.py')
        for suffix in importlib.machinery.EXTENSION_SUFFIXES:
            if os.path.exists(today + suffix):
                return importlib.util.spec_from_file_location(fullname, today + suffix)
        if os.path.isdir(today) and not os.path.isdir(old) and _NEW_FOLDERS.fullmatch(
                relative.replace(os.sep, '/')):
            spec = importlib.machinery.ModuleSpec(fullname, None, is_package=True)
            spec.submodule_search_locations = [today]
            return spec
        return None


def _file(fullname: str, path: str, folders: Optional[Sequence[str]] = None) -> Spec:
    """The module in the file at `path`, with the changes that are made to it."""
    loader = _Source(fullname, path)
    return importlib.util.spec_from_file_location(
        fullname, path, loader=loader,
        submodule_search_locations=None if folders is None else list(folders))


class _Source(importlib.machinery.SourceFileLoader):
    """Loads a file, then makes the changes that belong to it."""

    def source_to_code(self, data: Any, path: Any, **options: Any) -> CodeType:
        rewrite = changes.SOURCES.get(self.name)
        return super().source_to_code(rewrite(data) if rewrite else data, path, **options)

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        for change in changes.AFTER.get(module.__name__, ()):
            change(module)


def _messages(fullname: str, old: str, today: str) -> Spec:
    """Generated messages: today's; where today has none, those that 1.15's file describes."""
    if os.path.exists(today):
        return importlib.util.spec_from_file_location(
            fullname, today, loader=_Messages(fullname, today))
    if os.path.exists(old):
        return importlib.machinery.ModuleSpec(fullname, _OldMessages(old), origin=old)
    return None


class _Messages(importlib.machinery.SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        packages.messages_printed_as_ever(module)


class _OldMessages(importlib.abc.Loader):
    """What today's protobuf makes of the descriptor inside a file that protobuf 3 generated."""

    def __init__(self, path: str) -> None:
        self._path = path

    def create_module(self, spec: Any) -> None:
        """The usual one will do."""

    def exec_module(self, module: ModuleType) -> None:
        """Build the classes, after those of the files that this one imports."""
        from google.protobuf import descriptor_pb2, descriptor_pool
        with open(self._path, encoding='utf-8') as file:
            tree = ast.parse(file.read())
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith('tensorflow'):
                importlib.import_module(f'{node.module}.{node.names[0].name}')
        data = _serialized(tree)
        try:
            described = descriptor_pool.Default().AddSerializedFile(data)
        except TypeError:  # today has the messages, in another file
            _take(module, descriptor_pb2.FileDescriptorProto.FromString(data))
            return
        module.DESCRIPTOR = described  # type: ignore[attr-defined]
        _build(module, described)
        packages.messages_printed_as_ever(module)


def _serialized(tree: ast.Module) -> bytes:
    """The FileDescriptorProto in a generated file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == 'serialized_pb':
            value: Any = node.value
            text = ast.literal_eval(value.args[0] if isinstance(value, ast.Call) else value)
            return text if isinstance(text, bytes) else text.encode('latin1')
    raise ImportError('no descriptor')


def _build(module: ModuleType, described: Any) -> None:
    from google.protobuf.internal import builder
    builder.BuildMessageAndEnumDescriptors(described, module.__dict__)
    builder.BuildTopDescriptorsAndMessages(described, module.__name__, module.__dict__)


def _take(module: ModuleType, described: Any) -> None:
    from google.protobuf import descriptor_pool, message_factory
    pool = descriptor_pool.Default()
    for message in described.message_type:
        found = pool.FindMessageTypeByName(f'{described.package}.{message.name}')
        setattr(module, message.name, message_factory.GetMessageClass(found))
