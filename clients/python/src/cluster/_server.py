"""Servers, and the one call that most people need."""
import json
import os
import uuid

from . import _contract
from ._connection import Connection
from ._data import Blob, DataSet, example
from ._errors import ClusterError, ServerError
from ._job import ENDED, Job
from ._judge import LIMIT, command_of
from ._local import LocalSilo
from ._model import Model
from ._recipe import Recipe
from ._words import fill


# Of run: one for each set of its arguments, as each takes seconds to start.
_silos = {}

# The last job with a metric of this process, by its server and its spec without the digest of the metric's source.
_own = {}


def connect(address, token=None, ca=None):
    """A server: "https://cluster.example:5180", with the token that its administrator gave, and its CA's file where that is its own."""
    return Server(Connection(address, token, ca))


def run(model, calibration, evaluation=None, *, program=None, data_dir=None, devices="cpu:1", quiet=False, **options):
    """Searches on this machine, on a silo that the next call uses again and that ends with this process, and returns the finished job.

    program, data_dir, devices: of the silo (LocalSilo). Everything else is as in Server.run.
    """
    key = (program, data_dir, devices)
    silo = _silos.get(key)
    if silo is None or not silo.is_running:
        silo = _silos[key] = LocalSilo(program, data_dir, devices)
    job = Server(Connection(silo.address), silo).submit(model, calibration, evaluation, **options)
    try:
        return job.wait(quiet)
    except KeyboardInterrupt:
        # The silo stays: jobs of earlier calls have their files there.
        job.cancel()
        raise


class Server:
    """A server of Cluster."""

    def __init__(self, connection, silo=None):
        self._connection, self._silo = connection, silo

    @property
    def address(self):
        return self._connection.address

    def run(self, model, calibration, evaluation=None, *, quiet=False, **options):
        """Submits a job and waits for its end; returns it. See submit."""
        return self.submit(model, calibration, evaluation, **options).wait(quiet)

    def submit(self, model, calibration, evaluation=None, *, test=None, train=None, metric=None, lower_is_better=False, metric_limit=LIMIT,
               preprocess=None, name=None, **options):
        """Submits a job and returns at once; `for event in job` or job.wait() follow it.

        model: a path, bytes, a ModelProto, or a torch.nn.Module, which torch exports with the first calibration batch.
        calibration, evaluation, test, train: a data spec ("imagefolder:val"), numpy arrays, or an iterable of (x, y) or of dicts, such as a
            DataLoader; streamed to disk and to the server. y is a label where it is one integer a sample.
        metric: a word ("top1", "output-sqnr"), or a function of (outputs, y) that gives one number for all samples, or one for each. outputs
            is a dict of all outputs, each (samples, ...). It runs in this process; lower_is_better where its numbers are losses. Where the
            same job of this process waits for its metric to be corrected, it goes on with this one.
        preprocess: of images, a path, JSON or a dict; default: MODEL.preprocess.json beside the model.
        options: JobOptions, such as max_drop="0.5%", batch=1, threads=2, expect=0.917.
        """
        network = Model.of(model, lambda: example(calibration))
        spec = _contract.JobSpec()
        own = metric if callable(metric) else None
        if own is not None:
            options = {**options, "metric": "loss" if lower_is_better else "score", "metric_command": command_of(own)}
        elif metric is not None:
            options = {**options, "metric": metric}
        fill(spec, options)
        given = {"calibration": calibration, "evaluation": evaluation, "test": test, "training": train}
        sets = {role: DataSet.of(data, role, network, metric) for role, data in given.items() if data is not None}
        text = _preprocess(preprocess, network, sets)
        if text:
            spec.preprocess = text
        spec.model = self._connection.upload(Blob(network.content))
        for role, data in sets.items():
            getattr(spec, role).artefact, getattr(spec, role).spec = self._connection.upload(data.tar), data.spec
        recipe = Recipe(network.content, sets, text, options)
        key = self.address, _but_for_source(spec)
        earlier = _own.get(key) if own is not None else None
        if earlier is not None and self._awaits_metric(earlier):
            job = _own[key] = Job(self._connection, earlier.name, own, metric_limit, self, recipe)
            return job.resume()
        request = _contract.CreateJobRequest(
            spec=spec, display_name=(name or os.path.basename(network.path or "model"))[:100], request_id=str(uuid.uuid4()))
        created = self._connection.call(self._connection.jobs.CreateJob, request, timeout=120.0).job
        job = Job(self._connection, created.name, own, metric_limit, self, recipe)
        if own is not None:
            _own[key] = job
        return job

    def _awaits_metric(self, job):
        if not job.metric_failed:
            return False
        try:
            return Job(self._connection, job.name).state not in ENDED
        except ServerError as told:
            if told.reason != "JOB_UNKNOWN":
                raise
            return False

    def job(self, name, metric=None, metric_limit=LIMIT):
        """A job by its name; with the metric, where this process is to compute it from now on."""
        name = name if name.startswith("jobs/") else f"jobs/{name}"
        self._connection.call(self._connection.jobs.GetJob, _contract.GetJobRequest(name=name))
        return Job(self._connection, name, metric, metric_limit, self)

    def jobs(self):
        """The jobs, the newest first."""
        token = ""
        while True:
            page = self._connection.call(self._connection.jobs.ListJobs, _contract.ListJobsRequest(page_size=1000, page_token=token))
            for job in page.jobs:
                yield Job(self._connection, job.name, owner=self)
            token = page.next_page_token
            if not token:
                return

    def close(self):
        """Closes the connection, and ends the silo where this process started it."""
        self._connection.close()
        if self._silo is not None:
            self._silo.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def _but_for_source(spec):
    known = _contract.JobSpec()
    known.CopyFrom(spec)
    known.metric_command = spec.metric_command.rpartition("@")[0]
    return known.SerializeToString(deterministic=True)


def _preprocess(given, network, sets):
    if given is None:
        if network.path is None or all(data.spec.startswith(("npz:", "npy:")) for data in sets.values()):
            return ""
        beside = os.path.splitext(network.path)[0] + ".preprocess.json"
        if not os.path.exists(beside):
            return ""
        given = beside
    if isinstance(given, dict):
        return json.dumps(given)
    if os.path.exists(given):
        with open(given, encoding="utf-8") as file:
            return file.read()
    if str(given).lstrip().startswith("{"):
        return str(given)
    raise ClusterError(f"The preprocessing {given} is not there: correct the path, or give a dict.")
