"""What a job found, from its result.json (docs/guide/result.md) and its candidates."""
import math

import numpy

from ._errors import ClusterError
from ._words import spoken


class Amount(float):
    """A number with its 95 % interval, `low` to `high`; both None where there is none."""

    def __new__(cls, value, interval=None, unit=""):
        self = super().__new__(cls, value)
        self.low, self.high = interval or (None, None)
        self._unit = unit
        return self

    def __repr__(self):
        scale, digits, unit = {"%": (100, 2, " %"), "x": (1, 2, "x")}.get(self._unit, (1, 4, self._unit))
        text = f"{float(self) * scale:.{digits}f}{unit}"
        if self.low is None or self.high is None:
            return text
        return f"{text} ({self.low * scale:.{digits}f} to {self.high * scale:.{digits}f})"

    __str__ = __repr__


class Winner:
    """The plan to ship: FP32 itself where nothing is better."""

    def __init__(self, job, result):
        plan, decision = result["winner"], result["decision"]
        self._job = job
        self.kind = decision["kind"]
        """faster, nothingFaster, nothingFeasible, mostAccurate or unclear."""
        verdict = result["verdict"]
        self.verdict, self.sure, self.sureness = verdict["kind"], verdict.get("sure"), spoken(verdict.get("words", ""))
        """accepted, unclear, nothingFasterAccurate or dataDoubted; whether the images show what it loses; and that in words."""
        self.feasible = decision["feasible"]
        self.reason = spoken(decision["reason"])
        self.quantized = decision["quantized"]
        self.speedup = _speedup(plan.get("latency"))
        """Times FP32; None where it was not timed."""
        self.drop = _drop(plan.get("accuracy"), result.get("evidence"))
        """What it lost, in the metric's unit, with the interval of the true loss; None where that was not measured."""
        self.size_bytes = plan.get("sizeBytes")
        self.input = (plan.get("artefact") or {}).get("input")
        """The pixels that its file takes, "RGBA" or "RGB", uint8 with channels last; None: floats, as the network does."""
        self.formats = {group["group"]: group["format"] for group in plan["plan"]["groups"]}

    def save(self, path):
        """Writes the file for ONNX Runtime."""
        return self._job.save("winner.qdq.onnx", path)

    def feed(self, pixels):
        """Pictures, uint8 (N, height, width, 3), as a file takes them that takes pixels: with an alpha of 255 where that is RGBA."""
        pixels = numpy.asarray(pixels)
        if self.input is None:
            raise ClusterError("The winner's file takes floats, as the network does: normalize the pictures, or ask for input=\"rgba\".")
        if pixels.dtype != numpy.uint8 or pixels.ndim != 4 or pixels.shape[3] != 3:
            raise ClusterError(f"The pictures are {pixels.dtype} {pixels.shape}: give uint8 (N, height, width, 3), red, green and blue.")
        return pixels if self.input == "RGB" else numpy.pad(pixels, ((0, 0),) * 3 + ((0, 1),), constant_values=255)

    def __repr__(self):
        speed = "not timed" if self.speedup is None else f"{self.speedup}"
        loss = "" if self.drop is None else f", drop {self.drop}"
        return f"{speed}{loss}: {self.reason}"


class Test:
    """The winner on the test set, which nothing was decided on."""

    def __init__(self, test):
        self.total = test["total"]
        share = test.get("top1", test.get("top5"))
        unit = "" if share is None else "%"
        self.level = Amount(test.get("value", math.inf) if share is None else share, test.get("ci95"), unit)
        self.drop = Amount(test["drop"], test.get("dropCi95"), unit) if "drop" in test else None
        self.raw = test

    def __repr__(self):
        return f"{self.level} of {self.total} samples" + ("" if self.drop is None else f", drop {self.drop}")


class Group:
    """A group of layers that has one format."""

    def __init__(self, name, format, entry):
        self.name, self.format = name, format
        self.why = spoken(entry.get("reason", ""))
        """Why it has this format, in a sentence."""
        self.code = entry.get("code", "")
        self.kl = entry.get("kl")
        """Divergence from FP32 with this group alone in INT8, in nats."""

    def __repr__(self):
        return f"{self.name}: {self.format}, {self.why}"


class Candidates(list):
    """A job's candidates, a dict each, in the order of proposal."""

    def to_pandas(self):
        """A data frame, a row a candidate."""
        try:
            import pandas
        except ImportError:
            raise ClusterError("to_pandas needs pandas: install it (pip install pandas).") from None
        return pandas.DataFrame(list(self))


def candidate_row(candidate, state_name, best):
    """One candidate of the contract as a flat dict."""
    accuracy = latency = None
    for evaluation in candidate.evaluations:
        if evaluation.WhichOneof("result") == "latency":
            latency = evaluation.latency
        elif evaluation.WhichOneof("result") == "accuracy" and (accuracy is None or evaluation.accuracy.total >= accuracy.total):
            accuracy = evaluation.accuracy
    formats = [decision.format for decision in candidate.plan.groups]
    return {
        "number": candidate.number,
        "state": state_name,
        "purpose": candidate.purpose,
        "winner": candidate.name == best,
        "quantized_groups": sum(name != "float32" for name in formats),
        "groups": len(formats),
        "drop": accuracy.drop if accuracy is not None and accuracy.HasField("drop") else None,
        "correct": accuracy.correct if accuracy is not None else None,
        "total": accuracy.total if accuracy is not None else None,
        "kl": accuracy.kl if accuracy is not None else None,
        "median_ms": latency.median_ms if latency is not None else None,
        "float32_ms": latency.float32_median_ms if latency is not None else None,
        "speedup": latency.float32_median_ms / latency.median_ms if latency is not None and latency.median_ms else None,
        "failure": candidate.failure.message or None,
        "plan": candidate.plan.digest,
    }


def _speedup(latency):
    if not latency:
        return None
    fp32 = latency.get("float32MedianMs", latency["medianMs"])
    interval = latency.get("ci95")
    return Amount(fp32 / latency["medianMs"], (fp32 / interval[1], fp32 / interval[0]) if interval and interval[0] > 0 else None, "x")


def _drop(accuracy, evidence):
    unit = "%" if accuracy and ("top1" in accuracy or "top5" in accuracy) else ""
    if evidence:
        return Amount(evidence["drop"], evidence["dropCi95"], unit)
    return Amount(accuracy["drop"], accuracy.get("dropCi95"), unit) if accuracy and "drop" in accuracy else None
