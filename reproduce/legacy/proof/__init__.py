"""A script run on real TensorFlow 1.x and here, and the ladder that compares the two runs."""
