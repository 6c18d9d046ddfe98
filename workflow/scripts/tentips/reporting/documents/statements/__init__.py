"""Sentences about a study that several documents share."""
