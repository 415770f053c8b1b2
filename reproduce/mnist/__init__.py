"""MNIST through TensorFlow 1.x's `read_data_sets`; the four files stand beside this one."""
from reproduce.mnist.dataset import (
    NUM_CLASSES,
    DataSet,
    Datasets,
    data_sets,
    read_arrays,
    read_data_sets,
)

__all__ = ['NUM_CLASSES', 'DataSet', 'Datasets', 'data_sets', 'read_arrays', 'read_data_sets']
