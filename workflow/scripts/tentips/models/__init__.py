"""Simpler models and networks: searched on folds, refitted, saved and loaded."""
