"""Faults in the data: duplicates, undeclared groups, wrong labels, telling gaps."""
