import re
from types import SimpleNamespace

import pytest
from small import resolved

from tentips.reporting.documents import references


def results(citations, published=None):
    return SimpleNamespace(
        provenance={"sources": [{"citation": text} for text in citations], "pretrained": []},
        config=resolved(study={"published": published} if published else {}),
    )


def test_declared_citations_are_kept_word_for_word_with_their_doi():
    found = references.declared(
        results(
            [
                "Doe J (2020) doi:10.1371/journal.pone.0090081.",
                "Doe J (2020) doi:10.1371/journal.pone.0090081.",
                "A website",
            ],
            {"metric": "accuracy", "value": 0.8, "citation": "Hill et al., https://doi.org/10.1186/1471-2105-8-340"},
        )
    )
    assert list(found) == ["data1", "data2", "published"]
    assert found["data1"].fields["doi"] == "10.1371/journal.pone.0090081"
    assert "doi" not in found["data2"].fields
    assert found["published"].fields["doi"] == "10.1186/1471-2105-8-340"


def test_keys_and_words():
    known = references.REFERENCES
    text = "Trees [@pedregosa2011; @harris2020] and again [@harris2020]."
    assert references.keys_in(text) == ["pedregosa2011", "harris2020"]
    assert (
        references.spelled_out(text, known)
        == "Trees (Pedregosa et al. 2011; Harris et al. 2020) and again (Harris et al. 2020)."
    )


def test_bibtex_holds_what_is_asked_for_and_escapes():
    note = references.Reference("misc", "x", {"note": "50 % of A & B_c", "doi": "10.1/a_b"})
    text = references.bibtex(["virtanen2020", "own"], references.REFERENCES | {"own": note})
    assert re.findall(r"^@\w+\{(\w+),$", text, re.MULTILINE) == ["virtanen2020", "own"]
    assert "doi = {10.1038/s41592-019-0686-2}" in text and "doi = {10.1/a_b}" in text
    assert r"50 \% of A \& B\_c" in text
    assert "{SciPy} 1.0" in text


def test_every_entry_has_author_title_and_year():
    for key, reference in references.REFERENCES.items():
        text = references.bibtex([key], references.REFERENCES)
        for name in ("author", "title", "year"):
            assert reference.fields.get(name), f"{key} has no {name}"
            assert re.search(rf"^ *{name} = \{{.+\}},?$", text, re.MULTILINE), key
        assert re.fullmatch(r"(19|20)\d\d", reference.fields["year"]), key


def test_unknown_key_is_an_error():
    with pytest.raises(KeyError):
        references.bibtex(["nobody1999"], references.REFERENCES)


def test_every_doi_has_the_form_of_one():
    dois = [each.fields["doi"] for each in references.REFERENCES.values() if "doi" in each.fields]
    assert len(dois) == len(set(dois)) == 19
    assert all(re.fullmatch(r"10\.\d{4,5}/\S+", doi) for doi in dois)
