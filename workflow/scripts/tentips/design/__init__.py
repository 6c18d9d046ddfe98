"""Which effect a study could find, before anything is trained."""
