"""Reporting checklists, filled in from the run."""
