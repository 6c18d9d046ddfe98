"""May the model be shared: who can be recognised by it, and which cells are so small that they point at people."""
