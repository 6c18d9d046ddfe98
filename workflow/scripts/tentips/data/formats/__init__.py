"""The formats in which tables come, one module each: from a file to a data frame, before anything is checked."""
