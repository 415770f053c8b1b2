"""1.15's `_tf_stack`: the frames that called for an operation."""
import sys
from typing import Any, Iterator, List


class StackFrame:
    """One frame; its code is looked up when somebody wants to see it."""

    __slots__ = ('filename', 'lineno', 'name', 'globals', 'func_start_lineno')

    def __init__(self, *fields: Any) -> None:
        (self.filename, self.lineno, self.name, self.globals, self.func_start_lineno) = fields

    def __iter__(self) -> Iterator[Any]:
        return (getattr(self, field) for field in self.__slots__)

    def __getitem__(self, index: Any) -> Any:
        return tuple(self)[index]

    def __len__(self) -> int:
        return len(self.__slots__)

    def __eq__(self, other: Any) -> bool:
        return tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash((self.filename, self.lineno, self.name))

    def __repr__(self) -> str:
        return f'<FrameSummary file {self.filename}, line {self.lineno} in {self.name}>'


def extract_stack(limit: int, mappers: List[Any], filters: List[Any]) -> List[StackFrame]:
    """The callers of the function that calls this one, the innermost last."""
    hidden = filters[-1].get_filtered_filenames() if filters else ()
    sources = mappers[-1].get_effective_source_map() if mappers else None
    frames: List[StackFrame] = []
    frame = sys._getframe(1).f_back
    while frame is not None and len(frames) != limit:
        code = frame.f_code
        filename, lineno, name = code.co_filename, frame.f_lineno, code.co_name
        if filename not in hidden:
            if sources:
                filename, lineno, name = sources.get((filename, lineno)) or (
                    filename, lineno, name)
            frames.append(StackFrame(filename, lineno, name, frame.f_globals,
                                     code.co_firstlineno))
        frame = frame.f_back
    frames.reverse()
    return frames
