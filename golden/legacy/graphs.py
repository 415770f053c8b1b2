"""Run a TensorFlow 1.x script, then write down its graphs node for node, as digests.

    tf1/bin/python reproduce/legacy/observe.py --seed 7 golden/legacy/graphs.py OUT SCRIPT ARGS
    python -m reproduce.legacy --seed 7 golden/legacy/graphs.py OUT SCRIPT ARGS

OUT gets, for each graph that the script makes, what `parts.described` says of it.  The default
graph comes first.
"""
import json
import os
import runpy
import sys

import tensorflow as tf

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import parts  # noqa: E402


def main():
    """The command."""
    out, sys.argv = sys.argv[1], sys.argv[2:]
    default = tf.get_default_graph()
    sys.path[0] = os.path.dirname(os.path.abspath(sys.argv[0]))
    try:
        runpy.run_path(sys.argv[0], run_name='__main__')
    finally:
        with open(out, 'w') as file:
            others = [graph for graph in parts.MADE if graph is not default]
            json.dump([parts.described(graph) for graph in [default] + others if vars(graph)],
                      file)


if __name__ == '__main__':
    main()
