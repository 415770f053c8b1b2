"""Print the public symbols of TensorFlow 1.x, a line a module: the module, a colon, its names.

tf1/bin/python golden/legacy/symbols.py > reproduce/legacy/symbols.txt
"""
import importlib
import sys
import types

import tensorflow as tf

NOT_SYMBOLS = ('absolute_import', 'division', 'print_function')
PRIVATE = 'python'  # the package of contrib's own files


def is_namespace(value, path):
    """Whether `value`, found at `path`, is a part of the interface and no module it imported."""
    if not isinstance(value, types.ModuleType):
        return False
    if path.startswith('tensorflow.contrib.'):
        # Some of contrib's modules bear the name of the package that holds 1.15's files.
        return value.__name__.replace('tensorflow_core', 'tensorflow') == path
    return 'api.' in value.__name__ or path == 'tensorflow.contrib'


def walk(module, path, seen):
    """Print the symbols of `module` and of the modules in it."""
    if id(module) in seen:
        return
    seen.add(id(module))
    names, inner = [], []
    for name in sorted(dir(module)):
        if name.startswith('_') or name in NOT_SYMBOLS or name == PRIVATE:
            continue
        try:
            value = getattr(module, name)
        except Exception:  # what contrib cannot load without further packages
            continue
        below = path + '.' + name
        if is_namespace(value, below):
            inner.append((value, below))
        elif isinstance(value, types.ModuleType) and name not in ('flags', 'resource_loader'):
            continue
        names.append(name)
    print(path + ': ' + ' '.join(names))
    for value, below in inner:
        walk(value, below, seen)


def main():
    """The command."""
    importlib.import_module('tensorflow.contrib')  # else it is loaded by its first use
    walk(tf, 'tensorflow', {id(tf.compat)})
    sys.stdout.flush()


if __name__ == '__main__':
    main()
