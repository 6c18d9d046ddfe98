"""What a study declares: its configuration, checked and completed, the roles of its columns, and its plan."""
