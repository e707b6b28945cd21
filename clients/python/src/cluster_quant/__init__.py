"""Finds the fastest mixed-precision quantization of a network that is accurate enough, on a server or a silo of this process's own.

    import cluster_quant

    job = cluster_quant.run("net.onnx", calibration=train_loader, evaluation=val_loader, max_drop="0.5%")
    print(job.winner.speedup, job.winner.drop)
    job.winner.save("net.int8.onnx")

help(cluster_quant.run) has every option with its default.
"""
from ._calls import run
from ._errors import BoundNotKept, ClusterError, DataDoubted, JobFailed, MetricError, ServerError
from ._job import Event, Job
from ._local import LocalSilo
from ._proof import watch_winner
from ._result import Amount, Candidates, Group, Test, Winner
from ._server import Server, connect

__all__ = ["Amount", "BoundNotKept", "Candidates", "ClusterError", "DataDoubted", "Event", "Group", "Job", "JobFailed", "LocalSilo", "MetricError",
           "Server", "ServerError", "Test", "Winner", "connect", "run", "watch_winner"]
__version__ = "0.1.0"
