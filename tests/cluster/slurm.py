"""A real Slurm on this machine: controller, three nodes on the loopback interface, two simulated GPUs on two of them.

Needs root and the Debian packages slurm-wlm and munge. Nothing isolates a GPU here: what a job is given shows in
CUDA_VISIBLE_DEVICES and in the file of finished jobs.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

# Slurm removes SLURM_CONF from the environment of jobs, so that the file must lie where it is looked for.
CONFIGURED = Path("/etc/slurm")
NODES = {"n1": 2, "n2": 2, "n3": 0}  # node: GPUs
OURS = "ClusterName=tentips"
CONF = """
ClusterName=tentips
SlurmctldHost=localhost(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=2
JobAcctGatherParams=OverMemoryKill
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
DefMemPerCPU=500
SchedulerParameters=bf_interval=2,sched_interval=2,sched_min_interval=0
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc={place}/jobcomp
MinJobAge=3600
ReturnToService=2
KillWait=2
SlurmdTimeout=20
SlurmdParameters=config_overrides
GresTypes=gpu
StateSaveLocation={place}/state
SlurmdSpoolDir={place}/spool.%n
SlurmctldPidFile={place}/slurmctld.pid
SlurmdPidFile={place}/%n.pid
SlurmctldLogFile={place}/slurmctld.log
SlurmdLogFile={place}/%n.log
SlurmctldPort=17000
{nodes}
PartitionName=main Nodes=n1,n2,n3 Default=YES MaxTime=INFINITE State=UP
PartitionName=gpu Nodes=n1,n2 MaxTime=INFINITE State=UP
PartitionName=cpu Nodes=n3 MaxTime=INFINITE State=UP
"""
NODE = (
    "NodeName={name} NodeHostname=localhost NodeAddr=127.0.0.1 Port={port} CPUs=2 RealMemory=40000 {gres} State=UNKNOWN"
)


class Cluster:
    """Starts the daemons in `place`, can disturb them, and stops them."""

    def __init__(self, place: Path):
        self.place = place

    def start(self) -> None:
        """Write the configuration, start munge, controller and nodes, and wait until every node is idle."""
        configured = CONFIGURED / "slurm.conf"
        if configured.exists() and OURS not in configured.read_text():  # ours is left behind by tests that were killed
            raise RuntimeError(f"{configured} exists: this machine has a Slurm of its own, which stays as it is")
        (self.place / "state").mkdir(parents=True)
        gres, nodes = [], []
        for position, (name, gpus) in enumerate(NODES.items()):
            devices = self.place / f"dev.{name}"
            devices.mkdir()
            for number in range(gpus):
                # Slurm tells a job of devices only.
                subprocess.run(["mknod", str(devices / f"gpu{number}"), "c", "1", "3"], check=True)
            if gpus:
                gres.append(f"NodeName={name} Name=gpu Type=fake File={devices}/gpu[0-{gpus - 1}]")
            nodes.append(NODE.format(name=name, port=17001 + position, gres=f"Gres=gpu:fake:{gpus}" if gpus else ""))
        (CONFIGURED / "gres.conf").write_text("\n".join(gres) + "\n")
        (CONFIGURED / "slurm.conf").write_text(CONF.format(place=self.place, nodes="\n".join(nodes)))
        self._start_munge()
        self.start_controller()
        for name in NODES:
            self.start_node(name)
        self.wait_for(lambda: self.idle() == set(NODES), 30, "nodes that are idle")

    def stop(self) -> None:
        """Cancel what still runs, stop every daemon and take the configuration away."""
        with contextlib.suppress(subprocess.SubprocessError, TimeoutError):
            left = list(self.queue())
            if left:
                _output("scancel", *left)
                self.wait_for(lambda: not self.queue(), 15, "empty queue")
        for name in ["slurmctld", *NODES]:
            # A node that never reached its controller does not listen to SIGTERM.
            self._signal(name, signal.SIGTERM if name == "slurmctld" else signal.SIGKILL)
        for name in ("slurm.conf", "gres.conf"):
            (CONFIGURED / name).unlink(missing_ok=True)

    def start_controller(self) -> None:
        subprocess.run(["slurmctld"], check=True)

    def stop_controller(self) -> None:
        # Not killed: just after a submission that loses job ids.
        self._signal("slurmctld", signal.SIGTERM)

    def start_node(self, name: str) -> None:
        subprocess.run(["slurmd", "-N", name], check=True)

    def kill_node(self, name: str) -> None:
        self._signal(name, signal.SIGKILL)

    def idle(self) -> set[str]:
        return set(_output("sinfo", "-h", "-N", "-p", "main", "-t", "idle", "-o", "%N").split())

    def queue(self) -> dict[str, dict]:
        """Return the jobs that wait or run by id: state, node, and the rule and wildcards of the job."""
        lines = _output("squeue", "-h", "-o", "%i|%T|%N|%k").splitlines()
        return {
            job: {"state": state, "node": node, "job": comment}
            for job, state, node, comment in (line.split("|", 3) for line in lines)
        }

    def finished(self) -> list[dict]:
        """Return the jobs that ended, in order: their fields in Slurm's file of finished jobs."""
        path = self.place / "jobcomp"
        lines = path.read_text().splitlines() if path.exists() else []
        return [dict(re.findall(r"(\w+)=(\S*)", line)) for line in lines]

    def gpus(self) -> dict[str, int]:
        """Return how many GPUs each job of the controller's memory, finished ones included, was given, by id."""
        lines = _output("scontrol", "show", "job", "-d", "-o").splitlines()
        given = {re.search(r"JobId=(\d+)", line)[1]: re.search(r"JOB_GRES=gpu:fake:(\d+)", line) for line in lines}
        return {job: int(found[1]) if found else 0 for job, found in given.items()}

    def wait_for(self, condition, seconds: float, what: str):
        """Return what `condition` gives once it is true; raise after so many seconds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(subprocess.CalledProcessError):
                found = condition()
                if found:
                    return found
            time.sleep(0.3)
        raise TimeoutError(f"no {what} within {seconds} s")

    def _start_munge(self) -> None:
        if subprocess.run(["munge", "-n"], capture_output=True).returncode == 0:
            return
        run = Path("/run/munge")
        run.mkdir(exist_ok=True)
        shutil.chown(run, "munge", "munge")
        subprocess.run(["runuser", "-u", "munge", "--", "munged"], check=True)

    def _signal(self, name: str, number: int) -> None:
        """Signal the daemon and wait until it is gone."""
        path = self.place / f"{name}.pid"
        if not path.exists():
            return
        pid = int(path.read_text())
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        self.wait_for(lambda: not _alive(pid), 20, f"end of {name}")
        path.unlink(missing_ok=True)


def _alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=30).stdout
