"""Why a model predicts what it predicts: which features it uses, in which direction, and how stable that is."""
