"""Metrics that misbehave, on a real silo: each ends in one sentence, the job is suspended, and a good one takes it up."""
import sys
import time

import cluster_quant
import numpy
from front_door_metric import iou
from front_door_network import batches, network

folder = sys.argv[1]
with cluster_quant.LocalSilo(data_dir=f"{folder}/silo") as silo, cluster_quant.connect(silo.address) as server:
    def hangs(outputs, y):
        time.sleep(3600)

    def raises(outputs, y):
        raise KeyError("masks")

    job = server.submit(network(f"{folder}/net.onnx"), calibration=batches(2, seed=1), evaluation=batches(2, seed=2), metric=hangs,
                        metric_limit=1, max_drop=0.5, batch=4, methods=["max"], reconstruct="never")
    for metric, said in ((None, "had not answered after 1 s"), (raises, "The metric raised KeyError: 'masks' (line"),
                         (lambda outputs, y: [1.0, 2.0], "gave 2 numbers for 32 samples"), (lambda outputs, y: float("nan"), "gave nan for sample 0")):
        try:
            (job if metric is None else job.resume(metric=metric, metric_limit=60)).wait(quiet=True)
            raise AssertionError(said)
        except cluster_quant.MetricError as error:
            assert said in str(error) and "\n" not in str(error), error
        for _ in range(100):
            if job.state == "SUSPENDED":
                break
            time.sleep(0.1)
        assert said.split(" (")[0] in job.reason, job.reason
    later = server.job(job.name, metric=iou)
    assert later.wait(quiet=True).state == "SUCCEEDED", later.reason
    assert later.winner.reason
    try:
        server.submit(f"{folder}/net.onnx", calibration=[x for x, _ in batches(1, seed=1)], evaluation=[x for x, _ in batches(1, seed=2)],
                      max_drop=7)
        raise AssertionError("a wrong option")
    except cluster_quant.ServerError as error:
        assert error.reason == "SPEC_INVALID" and "max_drop" in str(error), error
    sys.path.insert(0, sys.argv[2])
    from glyphs_arrays import SAMPLES, images

    x, y = images("evaluation", 256)
    off = [label if i % 5 == 0 else (label + 1) % 12 for i, label in enumerate(y)]
    for options, ends in (({}, False), ({"doubts": "ignore", "methods": ["max"], "reconstruct": "never"}, True)):
        job = server.submit(SAMPLES / "glyphs.onnx", calibration=images("calibration", 64)[0], evaluation=(x, numpy.array(off)), max_drop="5%",
                            **options)
        try:
            job.wait(quiet=True)
            assert ends and job.winner.verdict == "dataDoubted", job.winner
        except cluster_quant.DataDoubted as error:
            assert not ends and "labels" in str(error) and "--" not in str(error), error
print("passed")
