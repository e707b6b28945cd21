"""Metrics that raise and that take long, in a process that lives on: failing_metric.py FOLDER. A silo of one slot, and two tenants.

A job whose metric is computed, or has failed, holds nothing: another tenant's job, on the same slot, begins and ends meanwhile.
"""
import fcntl
import hashlib
import os
import socket
import subprocess
import sys

import cluster_quant
from cluster_quant import _contract
from front_door_metric import iou
from front_door_network import batches, network

folder = sys.argv[1]
TOKENS = {"ann": "one", "ben": "two"}
OPTIONS = {"max_drop": 0.5, "batch": 4, "methods": ["max"], "reconstruct": "never"}


def take_machine(mode=fcntl.LOCK_EX):
    """Has the machine's lock alone for a moment."""
    with open(os.environ["CLUSTER_MACHINE_LOCK"]) as file:
        fcntl.flock(file, mode)


def start():
    """A silo; its address and process."""
    with open(f"{folder}/tokens", "w") as file:
        for name, tenant in TOKENS.items():
            file.write(f"name={name} role=admin tenant={tenant} sha256={hashlib.sha256(name.encode()).hexdigest()}\n")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = "127.0.0.1:%d" % probe.getsockname()[1]
    return f"http://{address}", subprocess.Popen(
        [os.environ["CLUSTER_PROGRAM"], "silo", "--listen", address, "--data-dir", f"{folder}/silo", "--devices", "cpu:1",
         "--tokens", f"{folder}/tokens"])


def submit(server, metric, seed):
    return server.submit(f"{folder}/net.onnx", calibration=batches(2, seed=1), evaluation=batches(2, seed=seed), metric=metric, **OPTIONS)


address, silo = start()
network(f"{folder}/net.onnx")
ann, ben = (cluster_quant.connect(address, token=name) for name in TOKENS)
judged, meanwhile = [], []


def good(outputs, y):
    take_machine()
    judged.append(hashlib.sha256(outputs["logits"].tobytes()).hexdigest())
    return iou(outputs, y)


def typo(outputs, y):
    """Right for FP32."""
    return outputs["typo"] if judged else good(outputs, y)


def long(outputs, y):
    """Answers for the first time when another tenant's job has ended."""
    if not meanwhile:
        meanwhile.append(None)
        meanwhile[0] = submit(ben, iou, seed=5).wait(quiet=True)
    return iou(outputs, y)


try:
    first = submit(ann, typo, seed=2)
    try:
        first.wait(quiet=True)
        raise AssertionError(first)
    except cluster_quant.MetricError as error:
        said = str(error)
    assert said.startswith("The metric raised KeyError: 'typo' is no output of the network, which has 'logits', 'mask' (line "), said
    assert said.endswith("failing_metric.py)."), said
    first._judge._thread.join()
    assert not first._judge._call.is_active(), "the stream outlives its reader"
    for event in ann.job(first.name):
        if str(event).startswith("suspended"):
            break
    assert str(event) == f"suspended: {said}", event
    take_machine(fcntl.LOCK_EX | fcntl.LOCK_NB)

    second = submit(ben, good, seed=3).wait(quiet=True)
    assert second.state == "SUCCEEDED", second.reason
    nodes = ann._connection.call(ann._connection.nodes.ListNodes, _contract.ListNodesRequest()).nodes
    assert not any(slot.candidate.startswith(first.name) for node in nodes for slot in node.slots), nodes
    job = first._get()
    assert first.state == "SUSPENDED" and job.reason == said and not job.HasField("retry_time"), job

    before = set(judged)
    del judged[:]
    assert first.resume(metric=good).wait(quiet=True).state == "SUCCEEDED", first.reason
    assert judged and not before & set(judged), "what was scored is not scored again"

    def metric(outputs, y):
        raise ValueError("to be corrected")

    third = submit(ann, metric, seed=6)
    try:
        third.wait(quiet=True)
    except cluster_quant.MetricError as error:
        assert "to be corrected" in str(error), error

    def metric(outputs, y):
        return iou(outputs, y)

    again = submit(ann, metric, seed=6)
    assert again.name == third.name and again.wait(quiet=True).state == "SUCCEEDED", again
    anew = submit(ann, metric, seed=6)
    assert anew.name != third.name, "it has ended"
    anew.cancel()

    assert submit(ann, long, seed=4).wait(quiet=True).state == "SUCCEEDED"
    assert meanwhile[0].state == "SUCCEEDED", meanwhile
finally:
    silo.terminate()
    silo.wait()
print("passed")
