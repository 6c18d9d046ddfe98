"""Experiments that must fail, or succeed, if a study is sound: label shuffles, learning curves, batches left out."""
