"""TensorBoard's event files of a run: the graph, and its numbers by step."""
import os
from typing import Dict

import tensorflow.compat.v1 as tf

from reproduce.experiment.network import Network
from reproduce.logdir.folder import PARTS


class Events:
    """Writes to `FOLDER/train` and `FOLDER/test`."""

    def __init__(self, folder: str, network: Network, step: int) -> None:
        """Begin at `step`; what an earlier session wrote beyond it, TensorBoard leaves out."""
        with network.session.graph.as_default():
            self._writers = {part: tf.summary.FileWriter(os.path.join(folder, part))
                             for part in PARTS}
        if step == 0:
            self._writers['train'].add_graph(network.session.graph)
        for writer in self._writers.values():
            writer.add_session_log(tf.SessionLog(status=tf.SessionLog.START), step + 1)

    def add(self, part: str, step: int, values: Dict[str, float]) -> None:
        """Add `values` by name, of `step`, to the `part` 'train' or 'test'."""
        self._writers[part].add_summary(tf.Summary(value=[
            tf.Summary.Value(tag=name, simple_value=float(value))
            for name, value in values.items()]), step)

    def flush(self) -> None:
        """Let the files hold all that was added."""
        for writer in self._writers.values():
            writer.flush()

    def close(self) -> None:
        """End the files."""
        for writer in self._writers.values():
            writer.close()
