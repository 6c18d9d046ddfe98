"""Neural networks: their search spaces, the packed training engine and the search that drives it."""
