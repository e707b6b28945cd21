"""A job on a server: its events, its result, and what may be done to it."""
import datetime
import html
import json
import os
import sys
import time
import uuid

import grpc

from . import _contract, _result
from ._connection import Pauses
from ._data import DataSet
from ._errors import BoundNotKept, ClusterError, DataDoubted, JobFailed, MetricError
from ._folders import Folder
from ._judge import LIMIT, Judge
from ._model import Model
from ._proof import Proof
from ._words import amount, spoken, word_of

ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")


class Event:
    """Something that happened to a job; str(event) is a line for people."""

    def __init__(self, message):
        self.raw = message
        """The message of the contract, cluster.v1.JobEvent."""
        self.sequence = message.sequence
        self.kind = message.WhichOneof("event")
        self.time = message.time.ToDatetime()

    def __str__(self):
        return spoken(self._line())

    def _line(self):
        event = getattr(self.raw, self.kind)
        if self.kind == "state_changed":
            return f"{_state(event.state).lower()}{f': {event.reason}' if event.reason else ''}"
        if self.kind == "round_proposed":
            return f"round {event.round}: {event.purpose} ({event.items} to measure)"
        if self.kind == "candidate_changed":
            return _candidate_line(event)
        if self.kind == "winner_selected":
            return f"winner: {event.reason}"
        if self.kind == "artefact_published":
            return f"published {event.role} ({event.size_bytes} bytes)"
        return f"{event.title}: {_candidate_state(event.state)}"

    __repr__ = __str__


class Job:
    """A job; `for event in job` follows it until it ends, `job.wait()` with one line of progress."""

    def __init__(self, connection, name, metric=None, metric_limit=LIMIT, owner=None, recipe=None):
        self._connection, self.name, self._owner, self._recipe = connection, name, owner, recipe
        self._metric, self._limit = metric, metric_limit
        self._judge = Judge(connection, name, metric, metric_limit) if metric else None
        self._loaded = None

    @property
    def state(self):
        """QUEUED, RUNNING, PAUSED, SUSPENDED, AWAITING_LABELS, SUCCEEDED, FAILED, CANCELLED, …"""
        return _state(self._get().state)

    @property
    def reason(self):
        """Why it is in this state, where there is a reason."""
        return spoken(self._get().reason)

    @property
    def warning(self):
        """What FP32's answers say is probably wrong with the data; empty where nothing is, and before FP32 is measured."""
        return spoken(self._get().progress.warning)

    def __iter__(self):
        last, pauses = 0, Pauses()
        while True:
            try:
                request = _contract.WatchJobRequest(name=self.name, after_sequence=last, heartbeat_interval={"seconds": 1})
                with self._connection.stream(self._connection.jobs.WatchJob, request) as messages:
                    for message in messages:
                        pauses = Pauses()
                        self._raise_metric()
                        if message.WhichOneof("event") == "heartbeat":
                            self._show(message.heartbeat.progress)
                        else:
                            last = message.sequence
                            yield Event(message)
                self._raise_end()
                return
            except grpc.RpcError as error:
                pauses.wait(error, self._connection.address)

    _show = staticmethod(lambda progress: None)

    def wait(self, quiet=False):
        """Waits for the end and returns this job; says on one line how far it is.

        Raises JobFailed where it ends without a result, as DataDoubted where the data are wrong for the network, BoundNotKept where no plan
        keeps the bounds, and MetricError where the metric of this process fails.
        """
        line = _Line(quiet)
        self._show = line.show
        try:
            for event in self:
                if event.kind == "state_changed" and _state(event.raw.state_changed.state) in ("PAUSED", "SUSPENDED", "UNSCHEDULABLE"):
                    line.note(str(event))
                # Events are told from the first one: it may have been answered since.
                if (event.kind == "state_changed" and _state(event.raw.state_changed.state) == "AWAITING_LABELS"
                        and self.state == "AWAITING_LABELS"):
                    line.end()
                    raise ClusterError(f"{self.name} asks for labels of {len(self.labels())} images: see job.labels() and job.give_labels(), then wait "
                                       "again.")
            job = self._get()
            line.warn(job.progress)
            if not (job.winner.feasible or job.winner.proof):
                raise BoundNotKept(spoken(job.winner.reason), self)
        finally:
            line.end()
            self._show = Job._show
        return self

    def resume(self, metric=None, metric_limit=None):
        """Goes on with a job that is paused or suspended; with its metric, where that is computed by this process."""
        if metric is not None:
            if self._judge is not None:
                self._judge.stop()
            self._metric, self._limit = metric, metric_limit or self._limit
            self._judge = Judge(self._connection, self.name, metric, self._limit)
        self._call("ResumeJob", _contract.ResumeJobRequest(name=self.name))
        return self

    def pause(self):
        """Proposes nothing new until the job is resumed."""
        self._call("PauseJob", _contract.PauseJobRequest(name=self.name))

    def cancel(self, reason="", keep_best=False):
        """Ends it, without a result or with the best so far."""
        self._call("CancelJob", _contract.CancelJobRequest(name=self.name, reason=reason, keep_best=keep_best))

    def delete(self):
        """Forgets a job that has ended, and its files."""
        self._call("DeleteJob", _contract.DeleteJobRequest(name=self.name))

    @property
    def result(self):
        """result.json as a dict (docs/guide/result.md)."""
        if self._loaded is None:
            self._loaded = json.loads(self._read(self._published("result.json")))
        return self._loaded

    @property
    def winner(self):
        """The plan to ship."""
        return _result.Winner(self, self.result)

    @property
    def test(self):
        """The winner on the test set; None without one."""
        return _result.Test(self.result["test"]) if "test" in self.result else None

    @property
    def groups(self):
        """The groups of the network by name, each with its format and why it has it."""
        entries = {entry["group"]: entry for entry in self.result.get("groups", [])}
        return {name: _result.Group(name, format, entries.get(name, {})) for name, format in self.winner.formats.items()}

    @property
    def candidates(self):
        """Every plan that was looked at; .to_pandas() is a frame."""
        rows, token = _result.Candidates(), ""
        best = self._get().winner.candidate.name
        while True:
            page = self._call("ListCandidates", _contract.ListCandidatesRequest(parent=self.name, page_size=1000, page_token=token))
            rows += [_result.candidate_row(one, _candidate_state(one.state), best)
                     for one in page.candidates]
            token = page.next_page_token
            if not token:
                return rows

    def solve(self, max_drop=None, latency=None, size=None, bops=None):
        """Answers another question from what was measured: solve(latency="2ms"), solve(max_drop="1%", size="5MB")."""
        request = _contract.SolvePlanRequest(name=self.name)
        for field, value, unit in (("max_drop", max_drop, "share"), ("latency_budget_ms", latency, "time"), ("size_budget_bytes", size, "size"),
                                   ("bops_budget", bops, "count")):
            if value is not None:
                setattr(request, field, amount(field, value, unit))
        return Solution(self._call("SolvePlan", request))

    def prove(self, evaluation=None, every=None):
        """Submits a job that holds the deployed winner against its promises, here and now; its .proof is the verdict. See also watch_winner.

        evaluation: other images, as in run(); default: those of the job.
        every: seconds from one proof to the next, 60 to 5184000 (60 days); the server then submits each. Default: once.
        """
        request = _contract.ProveJobRequest(name=self.name, request_id=str(uuid.uuid4()))
        if evaluation is not None:
            spec = self._get().spec
            network = None if isinstance(evaluation, (str, os.PathLike)) else Model(self._read(spec.model))
            metric = self._metric or word_of(_contract.enum_name("MetricKind", spec.metric))
            data = DataSet.of(evaluation, "evaluation", network, metric, [text.partition("=")[0] for text in spec.set])
            request.evaluation.artefact, request.evaluation.spec = self._connection.upload(data.tar), data.spec
        if every is not None:
            request.every.FromTimedelta(datetime.timedelta(seconds=every))
        return Job(self._connection, self._call("ProveJob", request).name, self._metric, self._limit, self._owner)

    @property
    def proof(self):
        """The verdict of a job that prove() submitted; None of others."""
        return Proof(self.result["proof"]) if "proof" in self.result else None

    def labels(self):
        """The images that the job asks about: their places in the evaluation set, with FP32's answer and those of plans."""
        answer = self._call("GetAskedImages", _contract.GetAskedImagesRequest(name=self.name))
        return [{"image": one.image, "float32": list(one.float32), "others": [list(other.classes) for other in one.others]}
                for one in answer.images if not one.HasField("label")]

    def give_labels(self, labels):
        """Gives them, a class for each place (-1: it cannot be told); the job goes on."""
        request = _contract.LabelImagesRequest(
            name=self.name, labels=[{"image": int(image), "label": int(label)} for image, label in labels.items()])
        self._call("LabelImages", request)
        return self

    def report(self):
        """The report as a page, shown in a notebook; .save(path) writes it."""
        return Report(self._read(self._published("report.html")).decode())

    @property
    def recipe(self):
        """The job as a file for `cluster run --config`; .save(path) writes it with what it names."""
        if self._recipe is None:
            raise ClusterError(f"{self.name} was submitted by another process, which has its recipe.")
        return self._recipe

    @property
    def files(self):
        """The published files by name, with their bytes."""
        return {artefact.role: artefact.size_bytes for artefact in self._get().artefacts}

    def save(self, role, path):
        """Downloads a published file; returns the path."""
        return self._connection.download(self._published(role), os.fspath(path))

    def fetch(self, folder):
        """Downloads all published files into a folder; returns their paths. With the recipe, where this process has it: watch_winner reads it."""
        paths = []
        for role in self.files:
            path = os.path.join(folder, role)
            if os.path.isabs(role) or ".." in role.split("/"):
                raise ClusterError(f"The server names a file {role!r}, which is no path inside a folder.")
            os.makedirs(os.path.dirname(path), exist_ok=True)
            paths.append(self.save(role, path))
        if self._recipe is not None and not os.path.exists(os.path.join(folder, "job.yaml")):
            paths.append(self._recipe.save(os.path.join(folder, "job.yaml")))
        return paths

    def __repr__(self):
        return f"<{self.name}: {self.state}>"

    def _repr_html_(self):
        job = self._get()
        state = html.escape(_state(job.state).lower())
        words = html.escape(job.winner.reason or job.reason or job.progress.purpose)
        return f"<b>{html.escape(job.display_name or self.name)}</b> <code>{html.escape(self.name)}</code>: {state}<br>{words}"

    def _read(self, artefact):
        folder = Folder("cluster-file-")
        try:
            with open(self._connection.download(artefact, os.path.join(folder.name, "file")), "rb") as file:
                return file.read()
        finally:
            folder.remove()

    def _published(self, role):
        job = self._get()
        for artefact in job.artefacts:
            if artefact.role == role:
                return artefact.name
        raise ClusterError(f"{self.name} is {_state(job.state).lower()} and has published no {role}"
                           + (f": {spoken(job.reason)}" if job.reason else ": wait for its end."))

    def _get(self):
        return self._call("GetJob", _contract.GetJobRequest(name=self.name))

    def _call(self, method, request):
        return self._connection.call(getattr(self._connection.jobs, method), request)

    @property
    def metric_failed(self):
        """Whether the metric of this process failed, for which the job waits."""
        return self._judge is not None and isinstance(self._judge.error, MetricError)

    def _raise_metric(self):
        if self._judge is not None and self._judge.error is not None:
            raise self._judge.error

    def _raise_end(self):
        self._raise_metric()
        job = self._get()
        if _state(job.state) != "SUCCEEDED":
            kind = DataDoubted if _contract.enum_name("JobFault", job.fails_on) == "DATA" else JobFailed
            raise kind(spoken(job.reason) or f"{self.name} is {_state(job.state).lower()}.")


class Solution:
    """The answer to another question than the job's own."""

    def __init__(self, answer):
        self.question, self.feasible, self.reason = spoken(answer.question), answer.answer.feasible, spoken(answer.answer.reason)
        self.formats = {decision.group: decision.format for decision in answer.answer.plan.groups}
        timed = answer.latency if answer.HasField("latency") else None
        self.median_ms = timed.median_ms if timed else None
        self.speedup = timed.float32_median_ms / timed.median_ms if timed and timed.median_ms else None
        self.predicted = answer.predicted if answer.HasField("predicted") else None
        """A plan that was not measured and is predicted to be better (cluster.v1.PredictedPlan), or None."""

    def __repr__(self):
        return f"{self.question}: {self.reason}"


class Report:
    """A page."""

    def __init__(self, text):
        self.html = text

    def save(self, path):
        """Writes it; returns the path."""
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.html)
        return path

    def _repr_html_(self):
        return f'<iframe srcdoc="{html.escape(self.html)}" style="width:100%;height:720px;border:0"></iframe>'


class _Line:
    """One line that is written over, on a terminal and in a notebook; elsewhere a line for each ten seconds."""

    def __init__(self, quiet):
        self._quiet, self._width, self._last, self._told = quiet, 0, 0.0, []
        self._over = sys.stderr.isatty() or "ipykernel" in sys.modules

    def show(self, progress):
        self.warn(progress)
        if self._quiet or (not self._over and time.monotonic() - self._last < 10):
            return
        self._last = time.monotonic()
        total = progress.done + progress.estimated_left
        text = f"{progress.done}/{total} {progress.purpose}"
        if progress.HasField("remaining"):
            seconds = progress.remaining.seconds
            text += f", {seconds // 60}:{seconds % 60:02d} left"
        if progress.HasField("best"):
            text += f"; best {_candidate_line(progress.best)}"
        if self._over:
            sys.stderr.write("\r" + text.ljust(self._width))
            self._width = len(text)
        else:
            sys.stderr.write(text + "\n")
        sys.stderr.flush()

    def warn(self, progress):
        if progress.warning and progress.warning not in self._told:
            self._told.append(progress.warning)
            self.note(f"warning: {spoken(progress.warning)}")

    def note(self, text):
        """A line of its own."""
        if not self._quiet:
            self.end()
            sys.stderr.write(text + "\n")

    def end(self):
        if self._width:
            sys.stderr.write("\n")
            self._width = 0


def _candidate_line(candidate):
    row = _result.candidate_row(candidate, _candidate_state(candidate.state), "")
    text = f"candidate {row['number']} ({row['quantized_groups']} of {row['groups']} groups quantized): {row['state']}"
    if row["speedup"] is not None:
        text += f", {row['speedup']:.2f}x"
    if row["drop"] is not None:
        text += f", drop {row['drop']:.4f}"
    return text + (f", {row['failure']}" if row["failure"] else "")


def _state(value):
    return _contract.enum_name("JobState", value)


def _candidate_state(value):
    return _contract.enum_name("CandidateState", value).lower()
