"""Data that a generator gives, batch by batch, as a DataLoader does: it is never whole in memory.

    python3 samples/python/loader.py
"""
import cluster_quant
from glyphs_arrays import SAMPLES, images


def batches(role, count, size=64):
    """Batches of (x, y)."""
    x, y = images(role, count)
    for start in range(0, count, size):
        yield x[start:start + size], y[start:start + size]


with cluster_quant.LocalSilo() as silo, cluster_quant.connect(silo.address) as server:
    job = server.submit(SAMPLES / "glyphs.onnx", calibration=batches("calibration", 256), evaluation=batches("evaluation", 512), max_drop="1%",
                        batch=8, methods=["max"], name="glyphs")
    for event in job:
        print(event)
    print(job.winner.speedup, job.winner.drop)
    for group in job.groups.values():
        print(group)
