"""A silo on this machine that ends with this process, and where its program is."""
import atexit
import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import grpc

from . import _contract
from ._connection import Connection
from ._errors import ClusterError
from ._folders import Folder
from ._words import spoken

START_LIMIT = 120.0
# In a wheel that carries the program.
CARRIED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "program", "cluster")
INTERRUPTED = "interrupted.json"


class LocalSilo:
    """The program on a free loopback port.

    program: the command; by default $CLUSTER_PROGRAM, the one in this package, the `cluster` of the nearest checkout above the current
        folder, or that on PATH.
    data_dir: where its jobs are kept; by default a temporary folder that goes with it.
    devices: its slots, such as "cpu:2".
    """

    def __init__(self, program=None, data_dir=None, devices="cpu:1", *, _takes=None):
        command = program_of(program)
        self._folder = None if data_dir else Folder("cluster-silo-")
        self.data_dir = os.fspath(data_dir) if data_dir else os.path.join(self._folder.name, "data")
        environment = {"DOTNET_EnableDiagnostics": "0", **os.environ}
        if self._folder:
            # What a killed silo leaves behind goes with the folder.
            environment["TMPDIR"] = os.path.join(self._folder.name, "tmp")
            os.mkdir(environment["TMPDIR"])
            _bring_back(_takes, self.data_dir)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self._log = tempfile.TemporaryFile(mode="w+")
        arguments = [command, "silo", "--listen", f"127.0.0.1:{port}", "--data-dir", self.data_dir, "--devices", devices]
        try:
            self._process = _starter.submit(
                subprocess.Popen, arguments, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log, env=environment,
                start_new_session=True, preexec_fn=_end_with_parent if sys.platform == "linux" else None).result()
        except OSError as error:
            raise ClusterError(f"The program {command} cannot be started ({error.strerror}): install it, or name it in $CLUSTER_PROGRAM.") from None
        atexit.register(self.close)
        self._await(command)

    def close(self):
        """Ends it; its jobs go on when one is started on the same data_dir."""
        try:
            if self.is_running:
                # What it works on is kept in data_dir; without one nothing is, but for what can be killed at any time.
                self._process.send_signal(signal.SIGKILL if self._folder else signal.SIGTERM)
                try:
                    self._process.wait(90)
                except subprocess.TimeoutExpired:
                    self._process.kill()
        finally:
            if self._folder:
                if self._read():
                    _put_away(self.data_dir)
                self._folder.remove()
            self._log.close()
            atexit.unregister(self.close)

    @property
    def is_running(self):
        """Whether its process is there."""
        return self._process.poll() is None

    def keep(self, digest, job):
        """Remembers a job that was interrupted, by the digest of its call."""
        self._write({**self._read(), digest: job})

    def take(self, digest):
        """The job that such a call was interrupted in, or None; it is forgotten."""
        known = self._read()
        job = known.pop(digest, None)
        if job is not None:
            self._write(known)
        return job

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _read(self):
        return _interrupted_in(self.data_dir)

    def _write(self, known):
        path = os.path.join(self.data_dir, INTERRUPTED)
        with open(path + ".new", "w", encoding="utf-8") as file:
            json.dump(known, file)
        os.replace(path + ".new", path)

    def _await(self, command):
        connection = Connection(self.address)
        deadline = time.monotonic() + START_LIMIT
        try:
            while self.is_running and time.monotonic() < deadline:
                try:
                    nodes = connection.nodes.ListNodes(_contract.ListNodesRequest(page_size=1), timeout=5).nodes
                    if any(node.slots for node in nodes):
                        return
                except grpc.RpcError:
                    pass
                time.sleep(0.1)
        finally:
            connection.close()
        self._log.seek(0)
        last = self._log.read().strip().splitlines()[-1:] or ["it said nothing"]
        self.close()
        raise ClusterError(f"The silo of {command} did not start: {spoken(last[0])}")


def program_of(given=None):
    """The command of the program."""
    if given or os.environ.get("CLUSTER_PROGRAM"):
        return given or os.environ["CLUSTER_PROGRAM"]
    if os.path.exists(CARRIED):
        return CARRIED
    folder = os.getcwd()
    while True:
        if os.path.exists(os.path.join(folder, "Cluster.sln")):
            return os.path.join(folder, "cluster")
        parent = os.path.dirname(folder)
        if parent == folder:
            break
        folder = parent
    found = shutil.which("cluster")
    if found:
        return found
    raise ClusterError("The program is not here: install the wheel that carries it, name one with program= or in $CLUSTER_PROGRAM, or use a server "
                       "with cluster_quant.connect.")


def kept_folder():
    """Where data folders wait whose jobs were interrupted, for the same call in another process."""
    return os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "cluster-quant")


def _interrupted_in(folder):
    try:
        with open(os.path.join(folder, INTERRUPTED), encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {}


def _put_away(folder):
    os.makedirs(kept_folder(), exist_ok=True)
    shutil.move(folder, os.path.join(kept_folder(), os.path.basename(os.path.dirname(folder))))


def _bring_back(digest, folder):
    root = kept_folder()
    for name in sorted(os.listdir(root)) if os.path.isdir(root) else ():
        if digest in _interrupted_in(os.path.join(root, name)):
            shutil.move(os.path.join(root, name), folder)
            return


# One thread that never ends starts them: the signal of PR_SET_PDEATHSIG comes when the thread ends that started a process.
_starter = ThreadPoolExecutor(1, "starts silos")


def _end_with_parent():
    # PR_SET_PDEATHSIG: also where this process is killed.
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)
