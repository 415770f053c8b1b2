"""What Python has changed."""
import ast
import sys
import traceback
from typing import Any, Optional, Tuple

_PYTHON = 'tensorflow.python.'


def _override_operators(ops: Any) -> None:
    """Since 3.10 a class has `|` of its metaclass, which 1.15 takes for one of its own."""
    plain = ops._override_helper

    def override(cls: type, operator: str, function: Any) -> None:
        if operator in ('__or__', '__ror__') and not any(
                operator in vars(base) for base in cls.__mro__):
            setattr(cls, operator, function)
        else:
            plain(cls, operator, function)
    ops._override_helper = override


def _find_caller(tf_logging: Any) -> None:
    """Since 3.8 logging asks for the caller with a second argument."""
    def find(stack_info: bool = False, stacklevel: int = 1) -> Tuple[str, int, str, Optional[str]]:
        code, frame = tf_logging._get_caller(4)
        stack = '\n'.join(traceback.format_stack()) if stack_info else None
        if code is None:
            return '(unknown file)', 0, '(unknown function)', stack
        return code.co_filename, frame.f_lineno, code.co_name, stack
    tf_logging._logger_find_caller = find


AFTER = {_PYTHON + 'framework.ops': _override_operators,
         _PYTHON + 'platform.tf_logging': _find_caller}


class _Keeper(ast.NodeTransformer):
    """Makes of a class's docstring an assignment, in which Python 3.13 keeps the indentation."""

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:  # noqa: N802, ast's name
        first = node.body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            target = ast.copy_location(ast.Name('__doc__', ast.Store()), first)
            node.body[0] = ast.copy_location(ast.Assign([target], first.value), first)
        return node


def _keep_docstrings(source: bytes) -> Any:
    return _Keeper().visit(ast.parse(source))


SOURCES = {} if sys.version_info < (3, 13) else {
    # It looks for indented lines in a docstring.
    _PYTHON + 'keras.layers.normalization': _keep_docstrings}
