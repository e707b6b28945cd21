"""How calls end that do not succeed: ends.py FOLDER. Each is a process of its own, started by this one as ends.py FOLDER CALL."""
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time

import cluster_quant
from front_door_network import batches, network

folder, temporary, cache = sys.argv[1], f"{sys.argv[1]}/tmp", f"{sys.argv[1]}/cache"
judged = []


def score(outputs, y):
    """1 for FP32, whose outputs come first, and 0.9 for all others."""
    digest = hashlib.sha256(outputs["mask"].tobytes()).hexdigest()
    judged.append(digest)
    if WHEN == len(judged):
        os.kill(os.getpid(), signal.SIGINT)
    elif WHEN == "never":
        print("computing", flush=True)
        threading.Event().wait()
    return 1.0 if digest == json.load(open(f"{folder}/float32")) else 0.9


def first(outputs, y):
    """Notes FP32's digest."""
    with open(f"{folder}/float32", "w") as file:
        json.dump(hashlib.sha256(outputs["mask"].tobytes()).hexdigest(), file)
    raise InterruptedError


def call(max_drop, metric=score):
    return cluster_quant.run(f"{folder}/net.onnx", calibration=batches(2, seed=1), evaluation=batches(2, seed=2), metric=metric, batch=4,
                             max_drop=max_drop, methods=["max"], reconstruct="never", quiet=True)


def bound():
    """Nothing keeps the bound: the error has the nearest plan, and the job its candidates."""
    try:
        call(0.01, first)
        raise AssertionError("a metric that raises")
    except cluster_quant.MetricError as error:
        assert "InterruptedError" in str(error), error
    try:
        call(0.01)
        raise AssertionError("a bound that nothing keeps")
    except cluster_quant.BoundNotKept as error:
        assert error.winner.kind == "nothingFeasible" and error.winner.quantized and str(error) == error.winner.reason, error
        assert abs(error.winner.drop - 0.1) < 1e-6 and len(error.job.candidates) > 1, error.winner


def interrupted():
    """Interrupted after FP32 and one plan, and once more in the same process."""
    global WHEN
    for WHEN in (3, 5):
        try:
            call(0.2)
            raise AssertionError("an interrupt")
        except KeyboardInterrupt as error:
            assert error.__suppress_context__, error
    print(json.dumps(judged[:-1]))


def again():
    """The same call in another process: what was scored is not scored again."""
    job = call(0.2)
    assert job.winner.feasible and job.state == "SUCCEEDED", job.reason
    print(json.dumps(judged))


def killed():
    """Ends while it computes."""
    call(0.2)


WHEN = {"killed": "never"}.get(sys.argv[-1])


def start(name):
    return subprocess.Popen([sys.executable, __file__, folder, name], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            env={**os.environ, "TMPDIR": temporary, "XDG_CACHE_HOME": cache})


def done(process):
    output, error = process.communicate()
    assert process.returncode == 0, output + error
    return output, error


def is_empty(place):
    """Silos and their folders end a moment after the process that had them."""
    for _ in range(600):
        if not os.path.isdir(place) or not os.listdir(place):
            return True
        time.sleep(0.1)
    return False


if len(sys.argv) > 2:
    {"bound": bound, "interrupted": interrupted, "again": again, "killed": killed}[sys.argv[2]]()
else:
    os.makedirs(temporary)
    network(f"{folder}/net.onnx")
    done(start("bound"))
    output, error = done(start("interrupted"))
    assert f"Interrupted: what was measured is kept, in {cache}/cluster-quant once this process has ended." in error, error
    assert len(os.listdir(f"{cache}/cluster-quant")) == 1 and is_empty(temporary), os.listdir(temporary)
    before = json.loads(output)
    after = json.loads(done(start("again"))[0])
    assert len(set(before)) == len(before) == 4 and after and not set(before) & set(after), (before, after)
    assert is_empty(f"{cache}/cluster-quant") and is_empty(temporary), os.listdir(temporary)
    process = start("killed")
    process.stdout.readline()
    assert {name.rpartition("-")[0] for name in os.listdir(temporary)} >= {"cluster-silo", "cluster-data"}, os.listdir(temporary)
    process.terminate()
    process.wait()
    assert is_empty(temporary), os.listdir(temporary)
    print("passed")
