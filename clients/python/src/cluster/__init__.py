"""Finds the fastest mixed-precision quantization of a network that is accurate enough, on a server or a silo of this process's own.

    import cluster

    job = cluster.run("net.onnx", calibration=train_loader, evaluation=val_loader, max_drop="0.5%")
    print(job.winner.speedup, job.winner.drop)
    job.winner.save("net.int8.onnx")
"""
from ._errors import ClusterError, JobFailed, MetricError, ServerError
from ._job import Event, Job
from ._local import LocalSilo
from ._options import JobOptions
from ._result import Amount, Candidates, Group, Test, Winner
from ._server import Server, connect, run

__all__ = ["Amount", "Candidates", "ClusterError", "Event", "Group", "Job", "JobFailed", "JobOptions", "LocalSilo", "MetricError", "Server",
           "ServerError", "Test", "Winner", "connect", "run"]
__version__ = "0.1.0"
