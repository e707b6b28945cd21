"""Computes the user's own metric in this process, over the outputs that nodes return."""
import hashlib
import inspect
import os
import threading
import traceback

import grpc
import numpy

from . import _contract
from ._connection import Pauses
from ._errors import ClusterError, MetricError, ServerError
from ._folders import Folder

LIMIT = 600.0
LONGEST = 1000  # Characters of a problem that a server keeps.


def command_of(metric):
    """How the metric is named in the job, and run again by `cluster run`: it is a function of a module that Python can import."""
    module = getattr(metric, "__module__", None) or "__main__"
    name = getattr(metric, "__qualname__", type(metric).__qualname__)
    if module == "__main__":
        import __main__

        path = getattr(__main__, "__file__", None)
        module = os.path.splitext(os.path.basename(path))[0] if path else module
    return f"python3 -m cluster_quant.metric {module}:{name}@{digest_of(metric)}"


def digest_of(metric):
    """Eight digits of what the metric is: numbers that another version of it gave are not taken for its own."""
    try:
        text = inspect.getsource(metric if inspect.isroutine(metric) or inspect.isclass(metric) else type(metric))
    except (OSError, TypeError):
        code = getattr(metric, "__code__", None)
        plain = [one for one in code.co_consts if not hasattr(one, "co_code")] if code else []
        text = repr((code.co_code, code.co_names, plain)) if code else type(metric).__qualname__
    return hashlib.sha256(text.encode()).hexdigest()[:8]


class _Outputs(dict):
    """A network's outputs by name."""

    def __missing__(self, name):
        raise _NoOutput(name, f"{name!r} is no output of the network, which has {', '.join(map(repr, self))}")


class _NoOutput(KeyError):
    def __str__(self):
        return self.args[1]


def numbers_of(metric, path):
    """What a metric gives for an archive of predictions: one number, or one for each sample; all finite.

    The metric gets a dict of the network's outputs, each with a row a sample, and what the evaluation data gave as y.
    """
    with numpy.load(path, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    first, *others = bytes(arrays.pop("output_names")).decode().split("\n")
    samples = len(arrays.pop("index"))
    outputs = _Outputs({first: arrays.pop("outputs")})
    for name in others:
        renamed = f"output:{name}"
        outputs[name] = arrays.pop(renamed if renamed in arrays else name)
    value = metric(outputs, next(iter(arrays.values())) if len(arrays) == 1 else arrays or None)
    numbers = numpy.asarray(value.detach().cpu().numpy() if hasattr(value, "detach") else value)
    if numbers.dtype.kind not in "biuf":
        raise MetricError(f"The metric gave {type(value).__name__} ({str(value)[:80]}): it must give a number, or one for each sample.")
    numbers = numbers.astype(numpy.float64).reshape(-1)
    if len(numbers) not in (1, samples):
        raise MetricError(f"The metric gave {len(numbers)} numbers for {samples} samples: it must give one, or one for each sample.")
    wrong = numpy.flatnonzero(~numpy.isfinite(numbers.astype(numpy.float32)))
    if len(wrong):
        raise MetricError(f"The metric gave {numbers[wrong[0]]} for sample {wrong[0]}: it must give finite numbers.")
    return numbers


class Judge:
    """A thread that scores a job's predictions until the job has ended, or the metric fails."""

    def __init__(self, connection, job, metric, limit=LIMIT):
        self._connection, self._job, self._metric, self._limit = connection, job, metric, limit
        self._known = {}
        self._call, self._stopped = None, False
        self.error = None
        """A ClusterError once it has given up."""
        self._thread = threading.Thread(target=self._run, name=f"metric of {job}", daemon=True)
        self._thread.start()

    def stop(self):
        """Scores nothing any more: another metric does from now on."""
        self._stopped = True
        if self._call is not None:
            self._call.cancel()

    def _run(self):
        try:
            self._listen()
        except ClusterError as told:
            self.error = told
        except Exception as error:  # Raised where the job is waited for.
            self.error = ClusterError(f"The predictions could not be scored ({type(error).__name__}: {error}).")

    def _listen(self):
        pauses = Pauses()
        while self.error is None and not self._stopped:
            try:
                request = _contract.WatchPredictionsRequest(name=self._job)
                with self._connection.stream(self._connection.jobs.WatchPredictions, request) as self._call:
                    missed = False
                    for predictions in self._call:
                        pauses = Pauses()
                        if predictions.artefact:
                            missed = not self._score(predictions.artefact) or missed
                        elif missed:
                            break  # To be asked again for what was not there, if anyone still waits for it.
                        if self.error is not None or self._stopped:
                            return
                    else:
                        return
            except grpc.RpcError as error:
                if self._stopped or error.code() == grpc.StatusCode.CANCELLED:
                    return
                pauses.wait(error, self._connection.address)

    def _score(self, artefact):
        """False where the predictions are not there: those who asked are gone, or bring them again."""
        answer, failed = _contract.ScorePredictionsRequest(name=self._job, artefact=artefact), None
        try:
            if artefact not in self._known:
                folder = Folder("cluster-predictions-")
                try:
                    path = self._connection.download(artefact, os.path.join(folder.name, "predictions.npz"))
                    self._known[artefact] = self._compute(path)
                finally:
                    folder.remove()
            answer.numbers.extend(self._known[artefact])
        except ServerError as told:
            if told.code != grpc.StatusCode.NOT_FOUND:
                raise
            return False
        except ClusterError as error:
            failed, answer.problem = error, str(error)[:LONGEST]
        if self._stopped:
            return True
        try:
            self._connection.call(self._connection.jobs.ScorePredictions, answer)
        except ServerError as told:
            if told.reason not in ("JOB_ENDED", "JOB_UNKNOWN"):
                raise (failed or told) from None

        # The server knows it by now: another metric that is given at once takes the job up.
        self.error = failed
        return True

    def _compute(self, path):
        """The metric's numbers; a metric that hangs is left behind in a thread of its own."""
        done = {}

        def work():
            try:
                done["numbers"] = numbers_of(self._metric, path)
            except MetricError as error:
                done["error"] = error
            except Exception as error:
                lines = traceback.extract_tb(error.__traceback__)
                last = next((line for line in reversed(lines) if line.filename != __file__), lines[-1])
                said = " ".join(str(error).split())
                kind = KeyError if isinstance(error, _NoOutput) else type(error)
                done["error"] = MetricError(f"The metric raised {kind.__name__}: {said} (line {last.lineno} of {last.filename}).")
                done["error"].__cause__ = error

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        thread.join(self._limit)
        if thread.is_alive():
            raise MetricError(f"The metric had not answered after {self._limit:g} s: make it faster, or give a longer metric_limit.")
        if "error" in done:
            raise done["error"]
        return done["numbers"]
