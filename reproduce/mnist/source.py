"""The four files of MNIST: names and digests."""
import os
from typing import NamedTuple, Tuple

from reproduce.mnist.idx import IMAGES_MAGIC, LABELS_MAGIC


class IdxFile(NamedTuple):
    """One of the four files that a data folder holds."""

    name: str  # of the gzip file; raw it goes without the .gz
    magic: int
    sha256: str  # of MNIST's uncompressed content

    def path(self, folder: str) -> str:
        """Where the file is in `folder`: gzip if that is there, else raw.

        Where neither is there, the path of the gzip file.
        """
        zipped = os.path.join(folder, self.name)
        raw = zipped[:-len('.gz')]
        return raw if os.path.exists(raw) and not os.path.exists(zipped) else zipped


TRAIN_IMAGES = IdxFile('train-images-idx3-ubyte.gz', IMAGES_MAGIC,
                       'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db')
TRAIN_LABELS = IdxFile('train-labels-idx1-ubyte.gz', LABELS_MAGIC,
                       '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5')
TEST_IMAGES = IdxFile('t10k-images-idx3-ubyte.gz', IMAGES_MAGIC,
                      '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7')
TEST_LABELS = IdxFile('t10k-labels-idx1-ubyte.gz', LABELS_MAGIC,
                      'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2')

# In the order in which TensorFlow 1.x reads them.
FILES: Tuple[IdxFile, ...] = (TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS)
