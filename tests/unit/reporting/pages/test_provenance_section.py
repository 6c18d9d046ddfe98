import re
from types import SimpleNamespace

from small import resolved

from tentips.checks.computation_checks import code_version
from tentips.checks.data_checks import provenance as provenance_check
from tentips.reporting.pages import provenance_section

HARDWARE = {"system": "Linux", "machine": "x86_64", "cores": 4, "memory_gib": 16.0, "device": "cpu"}


def job(name, packages, commit="a" * 40, changed=0, **more):
    return {
        "job": name,
        "started": "2026-01-01T10:00:00+00:00",
        "ended": "2026-01-01T10:00:05+00:00",
        "threads": 1,
        "inputs": [],
        "outputs": [],
        "code": {"commit": commit, "changed_files": changed, "files": 3, "sha256": "5" * 64},
        "hardware": HARDWARE,
        "packages": {"python": "3.12.1", **packages},
        "imported": list(packages),
        **more,
    }


def source(**changes):
    told = {"role": "features", "id": "a", "source": "a.csv", "file": "a.csv", "obtained": "2024-05-31"}
    told |= {"obtained_from": "declared", "version": "1", "licence": "CC0-1.0", "citation": "Doe (2020)"}
    return (
        told | {"sha256": "0f" * 32, "sha256_declared": "0f" * 32, "bytes": 12_345, "rows": 40, "columns": 3} | changes
    )


def rows(html):
    return [
        re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    ]


def test_one_line_per_package_and_more_only_where_versions_differ():
    jobs = [
        job("data/data", {"pandas": "3.0", "six": "1.0"}),
        job("baseline/svm", {"pandas": "3.0", "six": "2.0"}),
        job("baseline/logistic", {"pandas": "3.0", "six": "2.0", "scikit-learn": "1.8"}),
    ]
    html = provenance_section.software(SimpleNamespace(jobs=jobs))
    assert ["pandas", "3.0", "all rules"] in rows(html)
    assert ["scikit-learn", "1.8", "baseline"] in rows(html)
    assert [row for row in rows(html) if row and row[0] == "six"] == [
        ["six", "1.0", "data"],
        ["six", "2.0", "baseline"],
    ]
    assert "Versions differ between jobs: six" in html
    assert ["baseline", "2", "2026-01-01 10:00:00", "10", "1", "cpu", "3.12.1", "5555555555"] in rows(html)
    assert "3 jobs of 2 rules, on 4 cores (Linux, x86_64), 16.0 GiB" in html
    assert "Code of all jobs: commit aaaaaaaaaa." in html


def test_different_commits_and_lost_records_are_told():
    jobs = [job("data/data", {}), job("split/split", {"numpy": "2"}, "b" * 40, 2, inputs=["results/data/x", "raw.csv"])]
    html = provenance_section.software(SimpleNamespace(jobs=jobs))
    assert "commit aaaaaaaaaa" in html and "commit bbbbbbbbbb, 2 files changed" in html
    assert "No record is left of the jobs that made results/data/x." in html
    assert "No record is left of the jobs (" in provenance_section.software(SimpleNamespace(jobs=[]))


def test_sources_and_exclusions_stand_with_dates_sizes_and_shapes():
    told = {
        "sources": [source(), source(id="b", obtained=None, sha256_declared=None, obtained_from="file")],
        "pretrained": [],
        "samples": 38,
        "features": 2,
        "inputs": "2 features",
        "groups": 20,
        "exclusions": [{"what": "samples", "before": 40, "left_out": 2, "after": 38, "reason": "no label"}],
    }
    html = provenance_section.sources(SimpleNamespace(provenance=told))
    first, second = rows(html)[1:3]
    assert first == [
        "features: a\na.csv",
        "2024-05-31\ndeclared",
        "1",
        "CC0-1.0",
        "40 × 3\n12.3 kB",
        "0f0f0f0f0f0f0f0f…\nas declared",
    ]
    assert second[1] == "not known" and second[-1].endswith("not declared")
    assert ["samples", "40", "2", "38", "no label"] in rows(html)
    assert "No features were left out." in html
    assert "Noted when" not in html
    told["sources"][0]["notes"] = ["a.csv: its columns are separated by <semicolons>"]
    noted = provenance_section.sources(SimpleNamespace(provenance=told))
    assert "<li>a.csv: its columns are separated by &lt;semicolons&gt;</li>" in noted
    told["exclusions"] = []
    assert "No sample and no feature was left out." in provenance_section.sources(SimpleNamespace(provenance=told))


def test_roles_are_shown_with_unit_and_design():
    table = [{"column": "day", "roles": ["batch", "time"], "values": 3, "missing": 1}]
    results = SimpleNamespace(
        config=resolved(study={"unit": "bird", "design": "matched"}),
        provenance={
            "roles": table,
            "samples": 40,
            "missing": {"samples": {"sex": {"NA": 3, "": 2}}},
            "spellings": [{"table": "s.tsv", "column": "nest", "values": 4}],
        },
    )
    html = provenance_section.roles(results)
    assert ["day", "batch, time", "3", "1"] in rows(html)
    assert "One sample is one bird. Design: matched." in html
    # An empty cell is told in the table's column of missing values.
    assert "Read as missing in the sample sheet (data.missing): &#x27;NA&#x27; in sex (3)." in html
    assert "4 of nest (s.tsv)" in html


def test_each_gap_of_a_source_is_a_warning():
    complete = SimpleNamespace(provenance={"sources": [source()]})
    assert provenance_check(complete).status == "pass"
    for key, told in (("obtained", "a: obtained"), ("licence", "a: licence"), ("sha256_declared", "a: sha256")):
        found = provenance_check(SimpleNamespace(provenance={"sources": [source(**{key: None})]}))
        assert found.status == "warn" and found.value == 1 and told in found.finding


def test_code_of_every_job_counts():
    clean = [job("data/data", {}), job("split/split", {})]
    assert code_version(SimpleNamespace(jobs=clean)).status == "pass"
    dirty = code_version(SimpleNamespace(jobs=[*clean, job("network/mlp", {}, changed=2)]))
    assert dirty.status == "warn" and dirty.value == 2
    assert "2 files differed from commit aaaaaaaaaa in 1 of 3 jobs (network/mlp);" in dirty.finding
    later = code_version(SimpleNamespace(jobs=[*clean, job("network/mlp", {}, "b" * 40)]))
    assert later.status == "pass" and "commits aaaaaaaaaa, bbbbbbbbbb" in later.finding
    lost = code_version(SimpleNamespace(jobs=[*clean, job("network/mlp", {}, None, None)]))
    assert lost.status == "warn" and "not under version control" in lost.finding
    old = SimpleNamespace(jobs=[], provenance={"code": {"commit": "a" * 40, "changed_files": 1}})
    assert code_version(old).status == "warn"
