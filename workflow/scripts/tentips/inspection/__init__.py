"""A person's own tables looked at before there is a configuration: what they hold, and which roles their columns may have."""
