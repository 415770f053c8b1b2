"""Record parts.json and graphs.json on TensorFlow 1.x: each part, and each script, by itself.

tf1/bin/python golden/legacy/record_parts.py
"""
import json
import os
import subprocess
import sys
import tempfile

from record_scripts import ARGUMENTS, HERE, SEED

OBSERVE = os.path.join(os.path.dirname(os.path.dirname(HERE)), 'reproduce', 'legacy', 'observe.py')


def run(folder, *arguments):
    """What the script `arguments` prints, with every graph seeded."""
    return subprocess.check_output(
        [sys.executable, '-W', 'ignore', OBSERVE, '--seed', str(SEED)] + list(arguments),
        cwd=folder)


def part(name):
    """What parts.py says of a part."""
    return json.loads(run(tempfile.mkdtemp(), os.path.join(HERE, 'parts.py'), name).decode())[name]


def graphs(script):
    """What graphs.py says of a script."""
    folder = tempfile.mkdtemp()
    out = os.path.join(folder, 'graphs.json')
    run(folder, os.path.join(HERE, 'graphs.py'), out,
        os.path.join(HERE, 'scripts', script + '.py'), *ARGUMENTS.get(script, []))
    with open(out) as file:
        return json.load(file)


def write(name, content):
    """Write a recording."""
    with open(os.path.join(HERE, name), 'w') as file:
        json.dump(content, file, indent=0, sort_keys=True)
        file.write('\n')


def main():
    """The command."""
    names = json.loads(run(tempfile.mkdtemp(), os.path.join(HERE, 'parts.py'), '--list').decode())
    scripts = sorted(name[:-3] for name in os.listdir(os.path.join(HERE, 'scripts'))
                     if name.endswith('.py'))
    write('parts.json', {name: part(name) for name in names})
    write('graphs.json', {name: graphs(name) for name in scripts})


if __name__ == '__main__':
    main()
