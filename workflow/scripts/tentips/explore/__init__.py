"""What can be seen in the development rows before anything is trained."""
