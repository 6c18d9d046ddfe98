"""Validate an RO-Crate with roc-validator, in an environment of its own and without a network.

    python validate.py CRATE CONTEXT PROFILE ...

CONTEXT is the RO-Crate context that the rocrate package brings along; it is all that the validator would fetch. Prints
what each profile requires and the crate lacks, as JSON: {profile: [message, ...]}.
"""

import json
import sys
from pathlib import Path

import requests

CONTEXT_ADDRESS = "https://w3id.org/ro/crate/1.1/context"


def without_a_network(context: bytes) -> None:
    """Answer a request for the context with the file's content; refuse all others."""

    def send(self, request, **_):
        if request.url != CONTEXT_ADDRESS:
            raise requests.ConnectionError(f"nothing is fetched here: {request.url}")
        answer = requests.Response()
        answer.status_code, answer.url, answer.request = 200, request.url, request
        answer.headers["Content-Type"] = "application/ld+json"
        answer._content = context
        return answer

    requests.adapters.HTTPAdapter.send = send


def lacking(crate: str, profile: str) -> list[str]:
    """Return what the profile requires and the crate lacks."""
    from rocrate_validator import services
    from rocrate_validator.models import Severity, ValidationSettings

    settings = ValidationSettings(
        rocrate_uri=crate, profile_identifier=profile, requirement_severity=Severity.REQUIRED, no_cache=True
    )
    result = services.validate(settings)
    return [f"{issue.check.identifier}: {issue.message} ({issue.violatingEntity})" for issue in result.get_issues()]


if __name__ == "__main__":
    crate, context, *profiles = sys.argv[1:]
    without_a_network(Path(context).read_bytes())
    print(json.dumps({profile: lacking(crate, profile) for profile in profiles}))
