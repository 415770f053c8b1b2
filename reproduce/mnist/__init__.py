"""MNIST through TensorFlow 1.x's `read_data_sets`; the four files stand beside this one."""
from reproduce.mnist.dataset import (
    NUM_CLASSES,
    DataSet,
    Datasets,
    data_sets,
    read_data_sets,
    read_idx_files,
)

__all__ = ['NUM_CLASSES', 'DataSet', 'Datasets', 'data_sets', 'read_idx_files', 'read_data_sets']
