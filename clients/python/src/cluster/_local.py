"""A silo on this machine that ends with this process."""
import atexit
import ctypes
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

START_LIMIT = 120.0


class LocalSilo:
    """The program of a checkout or an installation, on a free loopback port.

    program: the command; by default $CLUSTER_PROGRAM, the `cluster` of the nearest checkout above this folder, or that on PATH.
    data_dir: where its jobs are kept; by default a temporary folder that goes with it.
    devices: its slots, such as "cpu:2".
    """

    def __init__(self, program=None, data_dir=None, devices="cpu:1"):
        command = program or _find()
        self._folder = None if data_dir else tempfile.mkdtemp(prefix="cluster-silo-")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self._log = tempfile.TemporaryFile(mode="w+")
        arguments = [command, "silo", "--listen", f"127.0.0.1:{port}", "--data-dir", data_dir or self._folder, "--devices", devices]
        try:
            self._process = _starter.submit(
                subprocess.Popen, arguments, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log, start_new_session=True,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None).result()
        except OSError as error:
            raise ClusterError(f"The program {command} cannot be started ({error.strerror}): install it, or name it in $CLUSTER_PROGRAM.") from None
        atexit.register(self.close)
        self._await()

    def close(self):
        """Ends it; its jobs go on when one is started on the same data_dir."""
        try:
            if self.is_running:
                # What it works on is kept in data_dir; without one nothing is.
                self._process.send_signal(signal.SIGKILL if self._folder else signal.SIGTERM)
                try:
                    self._process.wait(90)
                except subprocess.TimeoutExpired:
                    self._process.kill()
        finally:
            if self._folder:
                shutil.rmtree(self._folder, ignore_errors=True)
            self._log.close()
            atexit.unregister(self.close)

    @property
    def is_running(self):
        """Whether its process is there."""
        return self._process.poll() is None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _await(self):
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
        raise ClusterError(f"The silo did not start: {last[0]}")


def _find():
    named = os.environ.get("CLUSTER_PROGRAM")
    if named:
        return named
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
    raise ClusterError("The program is not here: install it (dotnet tool install, or a checkout of it), and put `cluster` on PATH or its path in "
                       "$CLUSTER_PROGRAM; or connect to a server with cluster.connect.")


# One thread that never ends starts them: the signal of PR_SET_PDEATHSIG comes when the thread ends that started a process.
_starter = ThreadPoolExecutor(1, "starts silos")


def _end_with_parent():
    # PR_SET_PDEATHSIG: also where this process is killed.
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)
