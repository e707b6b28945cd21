"""Servers, and jobs that are submitted to them."""
import hashlib
import json
import os
import sys
import uuid

from . import _contract
from ._calls import Calls
from ._connection import Connection
from ._data import Blob, DataSet, example
from ._errors import ClusterError, ServerError
from ._job import ENDED, Job
from ._judge import command_of
from ._local import LocalSilo, kept_folder
from ._model import Model
from ._recipe import Recipe
from ._words import fill, texts, word

# Of run: one for each set of its arguments, as each takes seconds to start.
_silos = {}

# The last job with a metric of this process, by its server and its spec without the digest of the metric's source.
_own = {}


def connect(address, token=None, ca=None):
    """A server: "https://cluster.example:5180", with the token that its administrator gave, and its CA's file where that is its own."""
    return Server(Connection(address, token, ca))


def run_here(given):
    """cluster_quant.run, by its arguments."""
    program, data_dir, devices, quiet = (given.pop(name) for name in ("program", "data_dir", "devices", "quiet"))
    request = Request(given)
    key = (program, data_dir, devices)
    silo = _silos.get(key)
    if silo is None or not silo.is_running:
        silo = _silos[key] = LocalSilo(program, data_dir, devices, _takes=request.digest)
    server = Server(Connection(silo.address), silo)
    interrupted = silo.take(request.digest)
    job = server._goes_on(interrupted, request) if interrupted else server._send(request)
    try:
        return job.wait(quiet)
    except KeyboardInterrupt:
        # The silo stays: jobs of earlier calls have their files there.
        try:
            job.pause()
        except ServerError as told:
            if told.reason != "JOB_ENDED":
                raise
        silo.keep(request.digest, job.name)
        place = data_dir or f"{kept_folder()} once this process has ended"
        print(f"Interrupted: what was measured is kept, in {place}. The same call goes on with it.", file=sys.stderr)
        raise KeyboardInterrupt from None


class Request:
    """A job as it was asked for, read and checked as far as that needs no server."""

    def __init__(self, given):
        given = dict(given)
        model, calibration, metric, preprocess, name = (given.pop(key) for key in ("model", "calibration", "metric", "preprocess", "name"))
        sets = {"calibration": calibration, "evaluation": given.pop("evaluation"), "test": given.pop("test"), "training": given.pop("train")}
        lower_is_better, self.metric_limit, misspelt = (given.pop(key) for key in ("lower_is_better", "metric_limit", "misspelt"))
        self.metric = metric if callable(metric) else None
        options = {**{key: value for key, value in given.items() if value is not None}, **misspelt}
        if self.metric is not None:
            options.update(metric="loss" if lower_is_better else "score", metric_command=command_of(metric))
        elif metric is not None:
            metric = options["metric"] = word(metric)
        self.spec = _contract.JobSpec()
        fill(self.spec, options)
        self.network = Model.of(model, lambda: example(calibration))
        bound = [text.partition("=")[0] for text in texts(options.get("set", ()))]
        self.sets = {role: DataSet.of(data, role, self.network, metric, bound) for role, data in sets.items() if data is not None}
        self.spec.preprocess = _preprocess(preprocess, self.network, self.sets)
        self.name = (name or os.path.basename(self.network.path or "model"))[:100]
        self.recipe = Recipe(self.network.content, self.sets, self.spec.preprocess, options)
        self.content = Blob(self.network.content)
        self.spec.model = self.content.name
        for role, data in self.sets.items():
            getattr(self.spec, role).artefact, getattr(self.spec, role).spec = data.tar.name, data.spec
        self.digest = hashlib.sha256(self.spec.SerializeToString(deterministic=True)).hexdigest()
        """Of all that makes the job."""


class Server(Calls):
    """A server of Cluster."""

    def __init__(self, connection, silo=None):
        self._connection, self._silo = connection, silo

    @property
    def address(self):
        return self._connection.address

    def _submit(self, given):
        return self._send(Request(given))

    def _run(self, given):
        quiet = given.pop("quiet")
        job = self._send(Request(given))
        try:
            return job.wait(quiet)
        except KeyboardInterrupt:
            print(f"{job.name} goes on at {self.address}: server.job({job.name!r}) has it, and its cancel() ends it.", file=sys.stderr)
            raise KeyboardInterrupt from None

    def _send(self, request):
        for content in (request.content, *(data.tar for data in request.sets.values())):
            self._connection.upload(content)
        key = self.address, _but_for_source(request.spec)
        earlier = _own.get(key) if request.metric is not None else None
        if earlier is not None and self._awaits_metric(earlier):
            _own[key] = self._goes_on(earlier.name, request)
            return _own[key]
        call = _contract.CreateJobRequest(spec=request.spec, display_name=request.name, request_id=str(uuid.uuid4()))
        created = self._connection.call(self._connection.jobs.CreateJob, call, timeout=120.0).job
        job = self._of(created.name, request)
        if request.metric is not None:
            _own[key] = job
        return job

    def _goes_on(self, name, request):
        job = self._of(name, request)
        return job if job.state in ENDED else job.resume()

    def _of(self, name, request):
        return Job(self._connection, name, request.metric, request.metric_limit, self, request.recipe)

    def _awaits_metric(self, job):
        if not job.metric_failed:
            return False
        try:
            return Job(self._connection, job.name).state not in ENDED
        except ServerError as told:
            if told.reason != "JOB_UNKNOWN":
                raise
            return False

    def job(self, name, metric=None, metric_limit=600.0):
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
