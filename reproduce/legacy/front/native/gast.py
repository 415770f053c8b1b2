"""What 1.15's AutoGraph uses of gast 0.2.2: syntax trees that are alike on every Python.

They have Python 3.7's shape: a literal is Num, Str, Bytes, NameConstant or Ellipsis, a subscript
holds an Index, Slice or ExtSlice, and a parameter is a Name.
"""
import ast
import warnings
from ast import (  # noqa: F401, AutoGraph asks for them here
    AST,
    NodeTransformer,
    NodeVisitor,
    copy_location,
    dump,
    fix_missing_locations,
    increment_lineno,
    iter_child_nodes,
    iter_fields,
    walk,
)
from typing import Any, Dict, Tuple

# Fields that Python's nodes have had since.
_LATER = ('kind', 'posonlyargs', 'type_comment', 'type_ignores', 'type_params')
# Nodes that differ, and those that Python has no more.
_FIELDS: Dict[str, Tuple[str, ...]] = {
    'Name': ('id', 'ctx', 'annotation'), 'Num': ('n',), 'Str': ('s',), 'Bytes': ('s',),
    'NameConstant': ('value',), 'Ellipsis': (), 'Index': ('value',), 'ExtSlice': ('dims',),
    'Slice': ('lower', 'upper', 'step'), 'Print': ('dest', 'values', 'nl'),
    'Exec': ('body', 'globals', 'locals'), 'Repr': ('value',), 'Param': (), 'AugLoad': (),
    'AugStore': ()}
_BASES = {'Print': ast.stmt, 'Exec': ast.stmt, 'Param': ast.expr_context,
          'AugLoad': ast.expr_context, 'AugStore': ast.expr_context}
_ABSTRACT = ('expr', 'stmt', 'mod', 'expr_context', 'slice', 'operator', 'boolop', 'unaryop',
             'cmpop', 'excepthandler', 'type_ignore', 'pattern', 'type_param', 'AST')


def _make(name: str, fields: Tuple[str, ...], base: type) -> type:
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        if len(args) + len(kwargs) not in (0, len(fields)):
            raise AssertionError(f'Bad argument number for {name}: {len(args) + len(kwargs)}, '
                                 f'expecting {len(fields)}')
        for field, value in (*zip(fields, args), *kwargs.items()):
            setattr(self, field, value)
    located = issubclass(base, (ast.expr, ast.stmt, ast.excepthandler))
    return type(name, (base,), {
        '__init__': init, '__module__': __name__, '_fields': fields,
        '_attributes': ('lineno', 'col_offset') if located else ()})


def _nodes() -> Dict[str, type]:
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')  # Python's own Num, Str and so on are deprecated
        todays = {name: cls for name, cls in vars(ast).items()
                  if isinstance(cls, type) and issubclass(cls, ast.AST)}
    abstract = {name: todays.get(name, ast.AST) for name in _ABSTRACT}
    concrete = {name: _make(name, tuple(field for field in cls._fields if field not in _LATER),
                            cls.__mro__[1])
                for name, cls in todays.items() if name not in _ABSTRACT and name not in _FIELDS}
    differing = {name: _make(name, fields, _BASES.get(name, ast.expr))
                 for name, fields in _FIELDS.items()}
    return {**abstract, **concrete, **differing}


_NODES = _nodes()


class _Translator(NodeTransformer):
    """Makes of each node the one of the same name in `_to`."""

    _to: Dict[str, Any]

    def part(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self.part(one) for one in node]
        return self.visit(node) if isinstance(node, ast.AST) else node

    def generic_visit(self, node: Any) -> Any:
        new = self._to[type(node).__name__]()
        for field in new._fields:
            if hasattr(node, field):
                setattr(new, field, self.part(getattr(node, field)))
        return self.at(node, new)

    @staticmethod
    def at(node: Any, new: Any) -> Any:
        for attribute in ('lineno', 'col_offset'):
            if hasattr(node, attribute) and attribute in new._attributes:
                setattr(new, attribute, getattr(node, attribute))
        return new

    def made(self, node: Any, name: str, *fields: Any) -> Any:
        new = self._to[name]
        new = new(*fields) if fields else new()
        return self.at(node, new)


class _FromPython(_Translator):
    _to = _NODES

    def visit_Name(self, node: Any) -> Any:
        return self.made(node, 'Name', node.id, self.part(node.ctx), None)

    def visit_arg(self, node: Any) -> Any:
        return self.made(node, 'Name', node.arg, self._to['Param'](), self.part(node.annotation))

    def visit_arguments(self, node: Any) -> Any:
        fields = [self.part(getattr(node, field)) for field in self._to['arguments']._fields]
        fields[0] = self.part(node.posonlyargs) + fields[0]
        return self._to['arguments'](*fields)

    def visit_ExceptHandler(self, node: Any) -> Any:
        name = node.name and self.made(node, 'Name', node.name, self._to['Store'](), None)
        return self.made(node, 'ExceptHandler', self.part(node.type), name, self.part(node.body))

    def visit_Constant(self, node: Any) -> Any:
        value = node.value
        if value is ...:
            return self.made(node, 'Ellipsis')
        if value is None or isinstance(value, bool):
            return self.made(node, 'NameConstant', value)
        if isinstance(value, (str, bytes)):
            return self.made(node, 'Str' if isinstance(value, str) else 'Bytes', value)
        return self.made(node, 'Num', value)

    def visit_Subscript(self, node: Any) -> Any:
        index = node.slice
        if isinstance(index, ast.Tuple) and any(isinstance(one, ast.Slice) for one in index.elts):
            within = self._to['ExtSlice']([self._sliced(one) for one in index.elts])
        else:
            within = self._sliced(index)
        return self.made(node, 'Subscript', self.part(node.value), within, self.part(node.ctx))

    def _sliced(self, index: Any) -> Any:
        return self.part(index) if isinstance(index, ast.Slice) else self._to['Index'](
            self.part(index))


class _ToPython(_Translator):
    _to = vars(ast)

    def generic_visit(self, node: Any) -> Any:
        new = super().generic_visit(node)
        for field, empty in (('posonlyargs', []), ('type_ignores', []), ('type_params', [])):
            if field in new._fields:
                setattr(new, field, empty)
        if 'type_comment' in new._fields:
            new.type_comment = None
        return new

    def visit_Name(self, node: Any) -> Any:
        if isinstance(node.ctx, _NODES['Param']):
            return self.at(node, ast.arg(node.id, self.part(node.annotation)))
        return self.at(node, ast.Name(node.id, self.part(node.ctx)))

    def visit_arguments(self, node: Any) -> Any:
        new = super().generic_visit(node)
        for field in ('args', 'kwonlyargs'):
            setattr(new, field, [self._argument(one) for one in getattr(node, field)])
        new.vararg, new.kwarg = self._argument(node.vararg), self._argument(node.kwarg)
        new.posonlyargs = []
        return new

    def _argument(self, node: Any) -> Any:
        """An argument; AutoGraph may have made it with another context than Param."""
        return node and self.at(node, ast.arg(node.id, self.part(node.annotation)))

    def visit_ExceptHandler(self, node: Any) -> Any:
        return self.made(node, 'ExceptHandler', self.part(node.type), node.name and node.name.id,
                         self.part(node.body))

    def visit_Num(self, node: Any) -> Any:
        return self._constant(node, node.n)

    def visit_Str(self, node: Any) -> Any:
        return self._constant(node, node.s)

    visit_Bytes = visit_Str

    def visit_NameConstant(self, node: Any) -> Any:
        return self._constant(node, node.value)

    def visit_Ellipsis(self, node: Any) -> Any:
        return self._constant(node, ...)

    def _constant(self, node: Any, value: Any) -> Any:
        return self.at(node, ast.Constant(value=value, kind=None))

    def visit_Index(self, node: Any) -> Any:
        return self.part(node.value)

    def visit_ExtSlice(self, node: Any) -> Any:
        return ast.Tuple(elts=self.part(node.dims), ctx=ast.Load())


def ast_to_gast(node: ast.AST) -> Any:
    """The tree of Python's as one of gast's."""
    return _FromPython().visit(node)


def gast_to_ast(node: Any) -> ast.AST:
    """The tree of gast's as one of Python's."""
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')  # `_to` holds deprecated names too
        return _ToPython().visit(node)


def parse(*args: Any, **kwargs: Any) -> Any:
    """The tree of a source text."""
    return ast_to_gast(ast.parse(*args, **kwargs))


def literal_eval(node_or_string: Any) -> Any:
    """The value of a literal."""
    if isinstance(node_or_string, ast.AST):
        node_or_string = gast_to_ast(node_or_string)
    return ast.literal_eval(node_or_string)


globals().update(_NODES)  # last: among them are names of `typing`
