"""Makes the contract's description, the typed options of a job and the names of other tools from the files of this checkout."""
import importlib.util
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = pathlib.Path(__file__).resolve().parent
PROTO = HERE.parents[1] / "proto"
SCHEMA = HERE.parents[1] / "docs/schemas/job.schema.json"
ONNX = HERE.parents[1] / "src/Networks/Graphs/Onnx/onnx.proto"
# Set by this package itself, from the arguments of submit().
OWN = ("model", "calibration", "evaluation", "test", "training", "preprocess", "metric", "metric_command")
# As the command line has them.
SHORT = {"budget_evaluations": "budget_evals", "keep_float32": "keep_fp32", "latency_budget_ms": "latency_budget",
         "max_drop_is_relative": None, "size_budget_bytes": "size_budget"}
TYPES = {1: "float", 3: "int", 5: "int", 8: "bool", 9: "str", 14: "str"}


class BuildWithContract(build_py):
    """Adds to the package what is made."""

    def run(self):
        super().run()
        from google.protobuf import descriptor_pb2

        target = pathlib.Path(self.build_lib) / "cluster"
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(PROTO, folder, dirs_exist_ok=True)
            shutil.copy(ONNX, folder)
            shutil.copy(HERE / "src/cluster/status.proto", folder)
            described = pathlib.Path(folder) / "described"
            names = sorted(str(path.relative_to(folder)) for path in pathlib.Path(folder).rglob("*.proto"))
            arguments = ["--proto_path=.", "--include_imports", "--include_source_info", f"--descriptor_set_out={described}", *names]
            compilers = [[sys.executable, "-m", "grpc_tools.protoc", f"--proto_path={_bundled()}"]] if _bundled() else []
            compilers += [["protoc"]] if shutil.which("protoc") else []
            if not any(_compiles([*compiler, *arguments], folder) for compiler in compilers):
                raise SystemExit("proto/ needs a compiler of protocol buffers from 3.15 on: pip install grpcio-tools, or apt-get install "
                                 "protobuf-compiler libprotobuf-dev.")
            files = descriptor_pb2.FileDescriptorSet.FromString(described.read_bytes())
        (target / "_options.py").write_text(_options(files))
        (target / "_names.py").write_text(_names(json.loads(SCHEMA.read_text())["properties"]))
        for file in files.file:
            file.ClearField("source_code_info")
        (target / "contract.bin").write_bytes(files.SerializeToString())


def _compiles(command, folder):
    done = subprocess.run(command, cwd=folder, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        print(done.stderr, file=sys.stderr)
    return done.returncode == 0


def _bundled():
    found = importlib.util.find_spec("grpc_tools")
    return pathlib.Path(found.origin).parent / "_proto" if found and found.origin else None


def _names(members):
    """What other tools call an option's values, and the word here, by the option's key."""
    names = {key: member["x-names"] for key, member in members.items() if "x-names" in member}
    return f'"""Names of other tools, made from docs/schemas/job.schema.json."""\nNAMES = {json.dumps(names, indent=4)}\n'


def _options(files):
    """A typed dictionary of the job's options, each with its words from the contract."""
    file, place, message = next(
        (file, place, message) for file in files.file if file.package == "cluster.v1"
        for place, message in enumerate(file.message_type) if message.name == "JobSpec")
    words = {tuple(location.path): location.leading_comments for location in file.source_code_info.location}
    lines = ['"""The options of a job, made from proto/cluster/v1/job.proto."""', "from typing import List, TypedDict, Union", "", "",
             "class JobOptions(TypedDict, total=False):", '    """Keyword arguments of run() and submit(), beside those that they name."""', ""]
    for index, field in enumerate(message.field):
        name = SHORT.get(field.name, field.name)
        if field.name in OWN or name is None:
            continue
        kind = TYPES[field.type]
        lines += [f"    # {line.strip()}".rstrip() for line in words.get((4, place, 2, index), "").strip().splitlines()]
        lines.append(f"    {name}: {f'List[{kind}]' if field.label == 3 else f'Union[{kind}, str]' if kind != 'str' else kind}")
    return "\n".join(lines) + "\n"


setup(cmdclass={"build_py": BuildWithContract})
