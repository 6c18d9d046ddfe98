"""What people read: figures, text and tables made from result files."""
