"""The pages that people open: exploration, design, report."""
