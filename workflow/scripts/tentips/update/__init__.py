"""New labelled samples: a locked part of their own, and whether a model should be kept, trained on, or trained anew."""
