"""What a run is made on: the versions, and what of the machine decides the last bits."""
import os
import platform
from typing import Dict

from reproduce import __version__
from reproduce.experiment.kernels import best_build
from reproduce.shared.environment import processor


def provenance() -> Dict[str, str]:
    """What this process runs on, by name; it takes TensorFlow's import."""
    import numpy as np
    import tensorflow as tf
    return {'reproduce': __version__, 'tensorflow': tf.__version__, 'numpy': np.__version__,
            'python': platform.python_version(), 'processor': processor(),
            'oneDNN': 'off' if os.environ.get('TF_ENABLE_ONEDNN_OPTS') == '0' else 'on',
            'kernels': best_build().text}
