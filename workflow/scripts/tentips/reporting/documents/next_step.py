"""What should be done next, in one paragraph, as the findings of the scorecard have it."""

from tentips.checks.findings import Finding
from tentips.checks.findings import next_step as of_findings
from tentips.results import Results


def next_step(results: Results) -> str:
    """Return the paragraph."""
    return of_findings([Finding(**each) for each in results.scorecard["findings"]])
