"""The article's experiment as a library.  It prints nothing."""
