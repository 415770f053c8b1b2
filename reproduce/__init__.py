"""A TensorFlow 1.x LSTM experiment, run and proven on today's TensorFlow.

Importing the package imports neither TensorFlow nor NumPy.
"""
import logging

__version__ = '1.0.0'

# A library is silent until its user asks: the commands attach a handler.
logging.getLogger(__name__).addHandler(logging.NullHandler())
