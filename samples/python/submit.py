"""Submits a network, shows what happens to the job, and fetches what came of it.

    python3 submit.py ADDRESS MODEL CALIBRATION_FOLDER SPEC EVALUATION_FOLDER SPEC OUT
"""
import sys

from cluster_client import Cluster

address, model, calibration, calibration_spec, evaluation, evaluation_spec, out = sys.argv[1:]
cluster = Cluster(address)
name = cluster.submit(model, calibration, calibration_spec, evaluation, evaluation_spec, max_drop=0.01, methods=["max"], batch=8)
print(name)
for event in cluster.watch(name):
    kind = event.WhichOneof("event")
    print(event.sequence, kind, event.round_proposed.purpose if kind == "round_proposed" else "")
job = cluster.job(name)
print(job.winner.reason or job.reason)
for path in cluster.fetch(name, out):
    print(path)
