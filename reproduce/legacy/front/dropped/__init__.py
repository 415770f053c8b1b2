"""What 1.15's Python needs of Python, NumPy and protobuf, and they have dropped since."""
