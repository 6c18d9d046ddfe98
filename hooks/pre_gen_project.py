"""Refuse answers that would not work as a folder, before anything is written."""

import re
import sys

SLUG = {{ cookiecutter.study_slug|tojson }}
ANSWERS = {
    "study_title": {{ cookiecutter.study_title|tojson }},
    "question": {{ cookiecutter.question|tojson }},
    "author": {{ cookiecutter.author|tojson }},
    "email": {{ cookiecutter.email|tojson }},
}

if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,63}", SLUG):
    sys.exit(
        f"study_slug is '{SLUG}'; it names a folder: begin with a letter, then up to 63 letters, digits, '-' and '_', without spaces."
    )
for key in ("study_title", "question"):
    if not ANSWERS[key].strip():
        sys.exit(f"{key} is empty; the report needs it. Say it in a few words.")
for key, answer in ANSWERS.items():
    if "\n" in answer:
        sys.exit(f"{key} goes over several lines; write it in one.")
if ANSWERS["email"] and not re.fullmatch(r"[^@\s]+@[^@\s]+", ANSWERS["email"]):
    sys.exit(f"email is '{ANSWERS['email']}', which is no e-mail address; leave it empty, or correct it.")
