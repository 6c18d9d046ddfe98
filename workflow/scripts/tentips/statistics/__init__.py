"""Measures of what models score and how sure that is; knows nothing of a study."""
