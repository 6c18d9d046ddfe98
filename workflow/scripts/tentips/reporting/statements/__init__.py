"""Sentences about the study that methods, checklists and model card share; each is a function of the results.

They hold citations as [@key] (`tentips.reporting.documents.references`) and nothing that the run or the configuration does not say.
"""
