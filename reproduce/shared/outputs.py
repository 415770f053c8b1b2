"""The files that a command is asked to write, checked before its work begins."""
import os
from typing import Dict, Iterable, Optional

from reproduce.shared.errors import InputError
from reproduce.shared.files import check_writable


def check_outputs(outputs: Dict[str, Optional[str]], inputs: Iterable[str]) -> None:
    """Check that each file can be written, and that this loses no other.

    Args:
      outputs: paths by the flags that name them; None for a flag that was not given.
      inputs: paths that the command reads.

    Raises:
      InputError: one can't be.
    """
    taken = {os.path.realpath(path): 'is read by this command' for path in inputs}
    for flag, path in outputs.items():
        if path is None:
            continue
        if not os.path.basename(path) or (os.path.exists(path) and not os.path.isfile(path)):
            raise InputError(f'{flag} {path}: is no regular file; name a file')
        real = os.path.realpath(path)
        if real in taken:
            raise InputError(f'{flag} {path}: {taken[real]}; name another file')
        taken[real] = f'{flag} names it too'
        check_writable(os.path.dirname(path) or os.curdir, flag)
