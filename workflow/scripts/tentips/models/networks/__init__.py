"""Networks: their architectures, and the engine that trains many at once."""
