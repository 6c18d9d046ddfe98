import pytest

from tentips.errors import StudyError
from tentips.jobs import cluster
from tentips.jobs.cluster import Asked, Node

NODES = [
    Node("main", True, memory=64_000, processors=16, gpus=0),
    Node("gpu", False, memory=500_000, processors=64, gpus=4),
]


@pytest.mark.parametrize(
    ("gres", "count"),
    [
        ("(null)", 0),
        ("gpu", 1),
        ("gpu:2", 2),
        ("gpu:a100:4(S:0-1)", 4),
        ("gpu:a100:2(S:0),gpu:t4:1(S:1)", 3),
        ("craynetwork:4,gpu:a100:2", 2),
        ("mps:400", 0),
    ],
)
def test_gpus_are_counted_as_sinfo_writes_them(gres, count):
    assert cluster.gpus_of(gres) == count


@pytest.mark.parametrize(
    ("job", "told"),
    [
        (Asked("network", "gpus", 8000, 4, 1), "slurm_partition is 'gpus' (rule network), but the cluster has no such"),
        (
            Asked("network", None, 8000, 4, 1),
            "no node of partition 'main' has one; name a partition that has some (gpu)",
        ),
        (
            Asked("network", "gpu", 8000, 4, 8),
            "but the largest of partition 'gpu' has 500000 MB, 64 processors and 4 GPU",
        ),
        (Asked("explore", None, 65_000, 1, 0), "the largest of partition 'main' has 64000 MB"),
    ],
)
def test_what_no_node_has_is_said(job, told):
    with pytest.raises(StudyError, match="rule") as raised:
        cluster.check([job], NODES)
    assert told in str(raised.value) and "\n" not in str(raised.value)


def test_a_cluster_without_gpus_is_told_to_do_without():
    with pytest.raises(StudyError, match=r"the cluster has none, set compute\.gpus: 0 in config/config\.yaml"):
        cluster.check([Asked("network", None, 8000, 4, 1)], NODES[:1])


def test_a_cluster_without_a_default_partition_wants_one_named():
    with pytest.raises(
        StudyError, match=r"slurm_partition is not set .*has no default partition; name one of these there: gpu"
    ):
        cluster.check([Asked("data", None, 1000, 1, 0)], NODES[1:])


def test_what_fits_passes():
    cluster.check([Asked("data", None, 64_000, 16, 0), Asked("network", "gpu", 8000, 4, 4)], NODES)
    cluster.check([Asked("network", "main,gpu", 8000, 4, 4)], NODES)
    with pytest.raises(StudyError, match="slurm_partition is 'main,night'"):
        cluster.check([Asked("network", "main,night", 8000, 4, 0)], NODES)


def test_what_a_job_asks_for_is_read_from_its_resources():
    read = Asked.of("network", 4, {"mem_mb": 8000, "gpu": 1, "slurm_partition": 7})
    assert read == Asked("network", "7", 8000, 4, 1)
    assert Asked.of("explore", 1, {"mem_mb": "<TBD>"}) == Asked("explore", None, 0, 1, 0)


def test_only_jobs_of_this_study_are_cancelled(tmp_path, monkeypatch):
    """Not another study's, not a job that merely lies in the folder, and nothing is said to be cancelled that still runs."""
    study, said = tmp_path / "study", []
    study.mkdir()
    logs = f"{study.resolve()}/.snakemake/slurm_logs"
    queue = {
        "11": f"tentips_aaa  {logs}/rule_network/mlp/11.log",
        "12": f"tentips_aaa  {tmp_path}/study two/.snakemake/slurm_logs/rule_data/12.log",
        "13": f"other_bbb  {logs}/rule_network/mlp/13.log",
        "14": f"tentips_ccc  {study}/mine.log",
    }

    def answer(*command):
        said.append(command[0])
        if command[0] == "scancel":
            assert command[1:] == ("11",)
            del queue["11"]
            return ""
        return "\n".join(f"{job}  {rest}" if "-O" in command else job for job, rest in queue.items())

    monkeypatch.setattr(cluster, "_answer", answer)
    assert cluster.cancel_orphans("tentips", study) == ["11"]
    assert cluster.cancel_orphans("tentips", study) == []
    assert said == ["squeue", "scancel", "squeue", "squeue"]
    queue["15"] = f"tentips_ddd  {logs}/rule_data/15.log"
    monkeypatch.setattr(cluster, "_answer", lambda *command: f"15  {queue['15']}" if "-O" in command else "15")
    with pytest.raises(StudyError, match="jobs 15 of an earlier run of this study were cancelled but do not end"):
        cluster.cancel_orphans("tentips", study, patience=0.0)
