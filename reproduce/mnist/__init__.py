"""MNIST through TensorFlow 1.x's `read_data_sets`; the four files stand beside this one."""
from reproduce.mnist.dataset import DataSet, Datasets, read_data_sets

__all__ = ['DataSet', 'Datasets', 'read_data_sets']
