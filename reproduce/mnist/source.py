"""The four files of MNIST: names and digests, and where they are in a folder."""
import os
import re
from typing import NamedTuple, Optional, Tuple

from reproduce.mnist.idx import IMAGES_MAGIC, LABELS_MAGIC


class IdxFile(NamedTuple):
    """One of the four files that a data folder holds."""

    name: str  # of the gzip file; raw it goes without the .gz
    magic: int
    sha256: str  # of MNIST's uncompressed content

    def path(self, folder: str) -> str:
        """Where the file is in `folder`: gzip if that is there, else raw.

        Some copies have a dot in place of the last hyphen but one: train-images.idx3-ubyte.gz.
        Where none is there, the path of the gzip file.
        """
        dotted = self.name.replace('-idx', '.idx')
        paths = [os.path.join(folder, name + ending)
                 for name in (self.name[:-len('.gz')], dotted[:-len('.gz')])
                 for ending in ('.gz', '')]
        return next((path for path in paths if os.path.exists(path)), paths[0])

    def misnamed(self, folder: str) -> Optional[str]:
        """The name of a file in `folder` that seems to be this one under another name."""
        subset, kind = re.match(r'(train|t10k)-(images|labels)', self.name).groups()
        looks = re.compile(f"{'train' if subset == 'train' else '(t10k|test)'}.*{kind}.*"
                           r'(idx\d|ubyte|\.gz)$', re.IGNORECASE)
        own = {file.path(folder) for file in FILES}
        try:
            names = sorted(os.listdir(folder))
        except OSError:
            return None
        return next((name for name in names if looks.search(name)
                     and os.path.join(folder, name) not in own), None)

    def right_name(self, misnamed: str) -> str:
        """What a file called `misnamed` is to be called: gzip or raw, as its name says."""
        return self.name if misnamed.lower().endswith('.gz') else self.name[:-len('.gz')]


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
