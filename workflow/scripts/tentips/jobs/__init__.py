"""What every job runs in: log, record, environment, progress, status, and what it consumed."""
