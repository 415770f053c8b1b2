"""What is said of a log or a run, as one HTML page.  No module here imports TensorFlow."""
