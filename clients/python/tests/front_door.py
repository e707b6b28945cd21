"""The front door, tried on a real silo: front_door.py FOLDER. Data from a generator, an own metric over two outputs, a recipe."""
import os
import sys

import cluster_quant
import front_door_metric
from front_door_network import SIDE, batches, network

folder = sys.argv[1]
silo = cluster_quant.LocalSilo(data_dir=f"{folder}/silo")
server = cluster_quant.connect(silo.address)

job = server.submit(
    network(f"{folder}/net.onnx"), calibration=batches(3, seed=1), evaluation=batches(4, seed=2), test=batches(2, seed=3),
    metric=front_door_metric.iou, size_budget="12kB", batch=4, threads=1, methods=["max"], reconstruct="never", name="two outputs")
lines = [str(event) for event in job]
assert lines[0] == "queued" and lines[-1] == "succeeded", lines
assert any(line.startswith("winner: ") for line in lines), lines

winner, frame = job.winner, job.candidates.to_pandas()
assert winner.kind == "mostAccurate" and winner.size_bytes <= 12_000 and winner.quantized, winner
assert winner.speedup.low <= winner.speedup <= winner.speedup.high, winner
assert 0 <= winner.drop < 0.2, winner.drop
assert job.test.total == 2 * 16, job.test
assert list(frame["number"]) == list(range(len(frame))) and frame["winner"].sum() == 1, frame
assert job.groups[next(iter(winner.formats))].why
assert job.solve(size="20MB").feasible and "20" in job.solve(size="20MB").question
assert "<html" in job.report().html and "two outputs" in job._repr_html_()
assert job.result["job"]["metricCommand"].startswith("python3 -m cluster_quant.metric front_door_metric:iou@"), job.result["job"]
assert {one.name for one in server.jobs()} == {job.name}

path = winner.save(f"{folder}/winner.onnx")
assert os.path.getsize(path) == job.files["winner.qdq.onnx"] == winner.size_bytes
proof = job.prove(evaluation=batches(2, seed=4)).wait(quiet=True).proof
assert proof.promises["gate"]["verdict"] == "holds" and set(proof.promises) == {"gate", "accuracy", "latency", "ranges"}, proof
assert job.proof is None
assert f"{folder}/OUT/job.yaml" in job.fetch(f"{folder}/OUT")
watched = cluster_quant.watch_winner(f"{folder}/OUT", evaluation=batches(2, seed=4), metric="score", program=os.environ["CLUSTER_CLI"])
assert watched.promises["gate"]["verdict"] == "holds" and "gate holds (" in str(watched), watched
try:
    cluster_quant.watch_winner(f"{folder}/absent", program=os.environ["CLUSTER_CLI"])
    raise AssertionError("no folder")
except cluster_quant.ClusterError as error:
    assert f"{folder}/absent" in str(error) and "\n" not in str(error), error
print(job.recipe.save(f"{folder}/job.yaml"), job.result["job"]["id"], job.result["winner"]["planDigest"], SIDE)
server.close()
silo.close()
