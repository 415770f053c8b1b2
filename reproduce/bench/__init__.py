"""The benchmark: how fast the experiment trains, beside its peers and the arithmetic's limit."""
