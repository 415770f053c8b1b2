"""Runs an unmodified TensorFlow 1.x script, and proves that it is the same run."""
