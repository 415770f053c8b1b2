"""Record what the scripts beside this file print on TensorFlow 1.x, each with the seed 7.

    tf1/bin/python golden/legacy/record_scripts.py [NAME ...]

Each log is what the script printed; a last line holds its exit code where that is not 0.  The
script runs in an empty folder whose data folders are links to MNIST's files.
"""
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
MNIST = os.path.join(os.path.dirname(os.path.dirname(HERE)), 'reproduce', 'mnist')
SEED = 7
ARGUMENTS = {'article': ['200'], 'flags': ['--num_steps=4', '--name', 'line', 'rest']}
FOLDERS = ('MNIST_data', 'data', 'mnist/data')

# What `python SCRIPT` does, with the three seeds set before.
SEEDED = '''
import random, sys
import numpy
import tensorflow as tf
tf.logging.set_verbosity(tf.logging.ERROR)
seed, sys.argv = int(sys.argv[1]), sys.argv[2:]
tf.set_random_seed(seed)
random.seed(seed)
numpy.random.seed(seed)
with open(sys.argv[0]) as file:
    exec(compile(file.read(), sys.argv[0], 'exec'))
'''


def printed(name):
    """What the script prints."""
    folder = tempfile.mkdtemp()
    for data in FOLDERS:
        if os.path.dirname(data):
            os.makedirs(os.path.join(folder, os.path.dirname(data)))
        os.symlink(MNIST, os.path.join(folder, data))
    command = [sys.executable, '-c', SEEDED, str(SEED), os.path.join(HERE, 'scripts', name + '.py')]
    process = subprocess.Popen(command + ARGUMENTS.get(name, []), cwd=folder,
                               stdout=subprocess.PIPE)
    lines = process.communicate()[0].decode()
    if process.returncode:
        lines += 'exit code %d\n' % process.returncode
    return lines


def main():
    """The command."""
    names = sys.argv[1:] or sorted(name[:-3] for name in os.listdir(os.path.join(HERE, 'scripts'))
                                   if name.endswith('.py'))
    for name in names:
        with open(os.path.join(HERE, 'logs', name + '.log'), 'w') as file:
            file.write(printed(name))


if __name__ == '__main__':
    main()
