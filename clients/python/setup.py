"""Makes the contract's description, the calls with a job's options and the names of other tools from the files of this checkout."""
import importlib.util
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap

from setuptools import setup
from setuptools.command.build_py import build_py

try:
    from setuptools.command.bdist_wheel import bdist_wheel
except ImportError:  # Before setuptools 70.1.
    from wheel.bdist_wheel import bdist_wheel

HERE = pathlib.Path(__file__).resolve().parent
PROTO = HERE.parents[1] / "proto"
SCHEMA = HERE.parents[1] / "docs/schemas/job.schema.json"
ONNX = HERE.parents[1] / "src/Networks/Graphs/Onnx/onnx.proto"
# A folder with the program, to be carried by the wheel (deploy/package/build.sh).
PROGRAM = os.environ.get("CLUSTER_CARRIES")
# Named by the calls themselves.
OWN = ("model", "data", "eval", "test", "train", "preprocess", "metric", "metric-command")
ARGUMENTS = {"data": "calibration", "eval": "evaluation", "metric-command": "metric"}
LONG = {"budget-evals": "budget_evaluations", "keep-fp32": "keep_float32", "latency-budget": "latency_budget_ms",
        "size-budget": "size_budget_bytes"}


class BuildWithContract(build_py):
    """Adds to the package what is made."""

    def run(self):
        super().run()
        from google.protobuf import descriptor_pb2

        target = pathlib.Path(self.build_lib) / "cluster_quant"
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(PROTO, folder, dirs_exist_ok=True)
            shutil.copy(ONNX, folder)
            shutil.copy(HERE / "src/cluster_quant/status.proto", folder)
            described = pathlib.Path(folder) / "described"
            names = sorted(str(path.relative_to(folder)) for path in pathlib.Path(folder).rglob("*.proto"))
            arguments = ["--proto_path=.", "--include_imports", "--include_source_info", f"--descriptor_set_out={described}", *names]
            compilers = [[sys.executable, "-m", "grpc_tools.protoc", f"--proto_path={_bundled()}"]] if _bundled() else []
            compilers += [["protoc"]] if shutil.which("protoc") else []
            if not any(_compiles([*compiler, *arguments], folder) for compiler in compilers):
                raise SystemExit("proto/ needs a compiler of protocol buffers from 3.15 on: pip install grpcio-tools, or apt-get install "
                                 "protobuf-compiler libprotobuf-dev.")
            files = descriptor_pb2.FileDescriptorSet.FromString(described.read_bytes())
        members = json.loads(SCHEMA.read_text())["properties"]
        (target / "_calls.py").write_text(_calls({key: member for key, member in members.items() if key not in OWN}, _defaults(files)))
        (target / "_names.py").write_text(_names(members))
        for file in files.file:
            file.ClearField("source_code_info")
        (target / "contract.bin").write_bytes(files.SerializeToString())
        if PROGRAM:
            shutil.copytree(PROGRAM, target / "program")


def _compiles(command, folder):
    done = subprocess.run(command, cwd=folder, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        print(done.stderr, file=sys.stderr)
    return done.returncode == 0


def _bundled():
    found = importlib.util.find_spec("grpc_tools")
    return pathlib.Path(found.origin).parent / "_proto" if found and found.origin else None


def _names(members):
    """The options, and what other tools call their values and the word here, by the option's key."""
    options = [key.replace("-", "_") for key in members if key not in OWN]
    names = {key: member["x-names"] for key, member in members.items() if "x-names" in member}
    return (f'"""Options, and names of other tools; made from docs/schemas/job.schema.json."""\nOPTIONS = {json.dumps(options, indent=4)}\n'
            f"NAMES = {json.dumps(names, indent=4)}\n")


def _defaults(files):
    """What the contract says is done without an option, by its field's name."""
    file, place, message = next(
        (file, place, message) for file in files.file if file.package == "cluster.v1"
        for place, message in enumerate(file.message_type) if message.name == "JobSpec")
    words = {tuple(location.path): " ".join(location.leading_comments.split()) for location in file.source_code_info.location}
    found = {}
    for index, field in enumerate(message.field):
        said = re.search(r"(?:[Dd]efault|[Aa]bsent:) ([^.;]+)", words.get((4, place, 2, index), ""))
        found[field.name] = said[1] if said else "none" if field.proto3_optional or field.label == field.LABEL_REPEATED else "0"
    return found


SUBMIT = """model, calibration, evaluation=None, *, test=None, train=None, metric=None, lower_is_better=False, metric_limit=600.0,
preprocess=None, name=None,""".replace("\n", " ")
SUBMITTED = """\
        model: a path, bytes, a ModelProto, or a torch.nn.Module, which torch exports with the first calibration batch.
        calibration: unlabelled samples: a data spec ("imagefolder:val"), numpy arrays, or an iterable of (x, y) or of dicts, such as a
            DataLoader, streamed to disk. Without evaluation they are split.
        evaluation: labelled samples that the search decides on; y is a label where it is one integer a sample.
        test: labelled samples used once, for the winner.
        train: labelled samples to fine-tune the winner on.
        metric: a word ("top1", "output-sqnr", "map50-95"), or a function of (outputs, y) that gives one number for all samples, or one for
            each. outputs is a dict of all outputs, each (samples, ...). It runs in this process. Where the same job of this process waits
            for its metric to be corrected, it goes on with this one. Default: "top1".
        lower_is_better: whether the numbers of a function are losses.
        metric_limit: the most seconds that a function may take.
        preprocess: of pictures, a path, JSON or a dict; default: MODEL.preprocess.json beside the model.
        name: for people; default: that of the file.
"""


def _calls(members, defaults):
    """The calls that make a job, each with all its options as keyword arguments."""
    kinds = {**{key: _kind(member) for key, member in members.items()}, "target": "Optional[str]"}
    options = ",\n".join(f"{key.replace('-', '_')}: {kind} = None" for key, kind in kinds.items())
    words = "".join(_described(key, member, defaults) for key, member in members.items())
    head = "Amounts are numbers, or texts with a unit: \"0.5%\", \"2ms\", \"5MB\". What is None has the default that is named."

    def call(indent, first, name, own, says, more, does):
        signature = f"{indent}def {name}({first}{SUBMIT} {own}\n" + textwrap.indent(f"{options},\n**misspelt: NoReturn):", indent + " " * 8)
        doc = f'{indent}    """{says}\n\n{SUBMITTED}{more}\n        Options of the search. {head}\n\n{words}{indent}    """\n'
        return f"{signature}\n{doc}{indent}    given = dict(locals())\n{does}"

    quiet = "        quiet: whether no progress is written to standard error.\n"
    local = ("        program, data_dir, devices: of the silo (LocalSilo).\n" + quiet)
    return "\n\n\n".join([
        '"""The calls that make a job, with its options; made from docs/schemas/job.schema.json."""\n'
        "from typing import List, Literal, NoReturn, Optional, Union",
        call("", "", "run", 'program=None, data_dir=None, devices="cpu:1", quiet=False, ',
             "Searches on this machine, on a silo that the next call uses again and that ends with this process; returns the finished job.\n\n"
             "    Interrupted, it keeps what it measured, and the same call goes on with it. Raises BoundNotKept where no plan keeps the bounds.",
             local, "    from ._server import run_here\n\n    return run_here(given)"),
        'class Calls:\n    """What a server is asked for."""\n\n'
        + call("    ", "self, ", "submit", "", "Submits a job and returns at once; `for event in job` or job.wait() follow it.", "",
               '        del given["self"]\n        return self._submit(given)')
        + "\n\n"
        + call("    ", "self, ", "run", "quiet=False, ", "Submits a job and waits for its end; returns it, or raises as Job.wait does.", quiet,
               '        del given["self"]\n        return self._run(given)'),
    ]) + "\n"


def _kind(member):
    kinds, words = member.get("type"), member.get("enum") or member.get("examples")
    if words:
        choice = "Literal[" + ", ".join(json.dumps(one) for one in words) + "]"
        return f"Union[{choice}, str, None]" if "x-names" in member else f"Optional[{choice}]"
    kinds = [kinds] if isinstance(kinds, str) else kinds
    names = {"integer": "int", "number": "float", "string": "str", "array": "List[str]", "object": "dict"}
    return f"Union[{', '.join(names[one] for one in kinds)}, None]" if len(kinds) > 1 else f"Optional[{names[kinds[0]]}]"


def _described(key, member, defaults):
    said = re.sub(r"--([a-z][a-z0-9-]*[a-z0-9])", lambda found: ARGUMENTS.get(found[1], found[1].replace("-", "_")), member["description"])
    if "default:" not in said:
        said += f" (default: {defaults[LONG.get(key, key.replace('-', '_'))]})"
    return textwrap.fill(f"{key.replace('-', '_')}: {said}.", 132, initial_indent=" " * 8, subsequent_indent=" " * 12, break_long_words=False,
                         break_on_hyphens=False) + "\n"


class WheelOfOneMachine(bdist_wheel):
    """A wheel that carries the program is for every Python, and for the machines of the program."""

    def finalize_options(self):
        super().finalize_options()
        self.root_is_pure = not PROGRAM

    def get_tag(self):
        return ("py3", "none", "linux_x86_64") if PROGRAM else super().get_tag()


setup(cmdclass={"build_py": BuildWithContract, "bdist_wheel": WheelOfOneMachine})
