"""Whether a deployed winner still holds its promises."""
import json
import os
import subprocess

from ._data import DataSet
from ._errors import ClusterError
from ._local import program_of
from ._model import Model
from ._words import spoken, word

# Of the program: a proof, whose verdict is holds, lapsed or unclear.
_PROVED = (0, 6, 8)


class Proof:
    """Promise by promise, what was found."""

    def __init__(self, proof):
        self.verdict = proof["verdict"]
        """holds, unclear or lapsed: the worst of the promises'."""
        self.promises = {one["promise"]: one for one in proof["promises"]}
        """gate, accuracy, latency and ranges, each a dict with its verdict, what was found and, unless it holds, advice."""

    def __repr__(self):
        return f"{self.verdict}: " + "; ".join(f"{name} {one['verdict']} ({spoken(one['found'])})" for name, one in self.promises.items())


def watch_winner(folder, evaluation=None, *, metric=None, runtime=None, program=None):
    """Holds the winner in a folder that Job.fetch wrote against its promises again, on this machine; returns a Proof.

    evaluation: other images, such as last week's, as in run(); without labels, what it answers otherwise than FP32 counts. Default: the
        job's own.
    metric: the word of the job's metric, where evaluation is arrays with a y that is no label.
    runtime: the library of another ONNX Runtime, or its folder.
    program: as LocalSilo's.
    """
    folder = os.fspath(folder)
    command = [program_of(program), "watch-winner", folder, "--json"]
    given = None
    if evaluation is not None:
        if not isinstance(evaluation, (str, os.PathLike)):
            given = DataSet.of(evaluation, "evaluation", Model.of(os.path.join(folder, "winner.qdq.onnx"), None), metric and word(metric))
            evaluation = f"npz:{given.files[0][1]}"
        command += ["--eval", os.fspath(evaluation)]
    if runtime is not None:
        command += ["--runtime", os.fspath(runtime)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode not in _PROVED or not done.stdout.strip():
        raise ClusterError(spoken((done.stderr.strip().splitlines() or [f"The proof ended with exit code {done.returncode}."])[-1]))
    return Proof(json.loads(done.stdout)["proof"])
