"""New samples: read, checked against what the model was trained on, and predicted, a part at a time."""
