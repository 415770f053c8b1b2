"""What a script uses of TensorFlow, NumPy and other packages, read off its syntax tree."""
import ast
from typing import Dict, List, NamedTuple, Optional, Set

from reproduce.legacy.script import check_python_2
from reproduce.shared.errors import InputError

# Names of Python 2 that Python 3 has not, and what to write.
_PYTHON_2 = {'xrange': 'range', 'raw_input': 'input', 'unicode': 'str', 'unichr': 'chr',
             'basestring': 'str', 'long': 'int', 'reduce': 'functools.reduce',
             'reload': 'importlib.reload', 'execfile': 'exec(open(name).read())'}


class Uses(NamedTuple):
    """Dotted names, such as tensorflow.nn.relu, each with the first line that has it."""

    tensorflow: Dict[str, int]
    numpy: Dict[str, int]
    modules: Dict[str, int]  # all that is imported, by its first name
    python_2: Dict[str, int]


def read_uses(source: str, name: str) -> Uses:
    """Read what a script uses.

    What stands in a `try` with an `except` for what is absent is left out: the script knows.

    Args:
      source: the script's text.
      name: what errors call it.

    Raises:
      InputError: it is no Python 3.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        check_python_2(name, error)
        raise InputError(f'{name}:{error.lineno or 1}: is no Python 3 ({error.msg}); fix the '
                         'line') from error
    except ValueError as error:  # a null byte, which is a SyntaxError since Python 3.12
        raise InputError(f'{name}:1: is no Python 3 ({error}); fix the line') from error
    reader = _Reader()
    reader.visit(tree)
    found: Dict[str, Dict[str, int]] = {'tensorflow': {}, 'numpy': {}}
    for dotted, line in reader.names.items():
        first = dotted.split('.')[0]
        if first in found and dotted != first:
            found[first][dotted.replace('tensorflow.compat.v1', 'tensorflow')] = line
    python_2 = {word: line for word, line in reader.loaded.items()
                if word in _PYTHON_2 and word not in reader.bound}
    return Uses(found['tensorflow'], found['numpy'], reader.modules, python_2)


def in_python_3(word: str) -> str:
    """What to write for a name of Python 2."""
    return _PYTHON_2[word]


class _Reader(ast.NodeVisitor):
    """Follows the names that stand for modules through imports and assignments."""

    def __init__(self) -> None:
        self.names: Dict[str, int] = {}
        self.modules: Dict[str, int] = {}
        self.loaded: Dict[str, int] = {}
        self.bound: Set[str] = set()
        self._stands_for: Dict[str, str] = {}

    def visit_Import(self, node: ast.Import) -> None:  # noqa: N802, ast's name for it
        for alias in node.names:
            self._imported(alias.name, node.lineno)
            first = alias.name.split('.')[0]
            self._bind(alias.asname or first, alias.name if alias.asname else first)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:  # noqa: N802
        if node.level or not node.module:
            return  # a sibling
        self._imported(node.module, node.lineno)
        for alias in node.names:
            if alias.name != '*':
                dotted = f'{node.module}.{alias.name}'
                self.names.setdefault(dotted, node.lineno)
                self._bind(alias.asname or alias.name, dotted)

    def visit_Assign(self, node: ast.Assign) -> None:  # noqa: N802
        self.visit(node.value)
        dotted = self._dotted(node.value)
        for target in node.targets:
            if dotted is not None and isinstance(target, ast.Name):
                self._bind(target.id, dotted)
            else:
                self.visit(target)

    def visit_Attribute(self, node: ast.Attribute) -> None:  # noqa: N802
        dotted = self._dotted(node)
        if dotted is None:
            self.generic_visit(node)
        else:
            self.names.setdefault(dotted, node.lineno)

    def visit_Name(self, node: ast.Name) -> None:  # noqa: N802
        if isinstance(node.ctx, ast.Load):
            self.loaded.setdefault(node.id, node.lineno)
        else:
            self.bound.add(node.id)
            self._stands_for.pop(node.id, None)

    def visit_arg(self, node: ast.arg) -> None:  # noqa: N802
        self.bound.add(node.arg)
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:  # noqa: N802
        self.bound.add(node.name)
        self.generic_visit(node)

    def visit_Try(self, node: ast.Try) -> None:  # noqa: N802
        if not any(_catches_absence(handler.type) for handler in node.handlers):
            self.generic_visit(node)
            return
        aside = _Reader()  # its aliases count, its uses don't
        for statement in node.body:
            aside.visit(statement)
        self.bound |= aside.bound
        self._stands_for.update(aside._stands_for)
        for part in [*node.handlers, *node.orelse, *node.finalbody]:
            self.visit(part)

    def _imported(self, module: str, line: int) -> None:
        self.modules.setdefault(module.split('.')[0], line)
        self.names.setdefault(module, line)

    def _bind(self, name: str, dotted: str) -> None:
        self.bound.add(name)
        self._stands_for[name] = dotted

    def _dotted(self, node: ast.AST) -> Optional[str]:
        """The dotted name that an expression is, with its aliases followed; or None."""
        parts: List[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node.id not in self._stands_for:
            return None
        return '.'.join([self._stands_for[node.id], *reversed(parts)])


def _catches_absence(caught: Optional[ast.AST]) -> bool:
    if caught is None:
        return True
    names = {node.id for node in ast.walk(caught) if isinstance(node, ast.Name)}
    return bool(names & {'ImportError', 'ModuleNotFoundError', 'AttributeError', 'Exception'})
