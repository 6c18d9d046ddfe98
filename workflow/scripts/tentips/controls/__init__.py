"""Experiments that must fail, or succeed, if the study is sound."""
