"""Calls of a server: the token on each, retries while it is unavailable, errors as exceptions."""
import contextlib
import hashlib
import os
import time

import grpc

from . import _contract
from ._errors import ClusterError, ServerError
from ._words import spoken

CHUNK = 1 << 20
ATTEMPTS = 11
LONGEST_PAUSE = 10.0
LARGEST_MESSAGE = 64 << 20


class Connection:
    """One server; safe to use from many threads."""

    def __init__(self, address, token=None, ca=None):
        scheme, separator, host = address.partition("://")
        if not separator or scheme not in ("http", "https"):
            raise ClusterError(f"The server must be http://HOST:PORT or https://HOST:PORT, not {address!r}.")
        if ":" not in host:
            host += ":443" if scheme == "https" else ":80"
        local = host.rsplit(":", 1)[0] in ("localhost", "127.0.0.1", "[::1]")
        if token and scheme == "http" and not local:
            raise ClusterError(f"A token is sent only over https:// or to this machine, not to {address}.")
        self.address = address
        self._metadata = (("authorization", f"Bearer {token}"),) if token else ()
        options = [("grpc.max_receive_message_length", LARGEST_MESSAGE), ("grpc.keepalive_time_ms", 30_000)]
        if local:
            options.append(("grpc.enable_http_proxy", 0))
        if scheme == "https":
            roots = None
            if ca:
                with open(ca, "rb") as file:
                    roots = file.read()
            self._channel = grpc.secure_channel(host, grpc.ssl_channel_credentials(roots), options)
        else:
            self._channel = grpc.insecure_channel(host, options)
        self.jobs = _contract.Stub(self._channel, "JobService")
        self.nodes = _contract.Stub(self._channel, "NodeService")
        self.artefacts = _contract.Stub(self._channel, "ArtefactService")

    def close(self):
        self._channel.close()

    def call(self, method, request, timeout=60.0):
        """A call with one answer, which must be idempotent: it is repeated while the server is unavailable."""
        return self.retry(lambda: method(request, metadata=self._metadata, timeout=timeout))

    @contextlib.contextmanager
    def stream(self, method, request):
        """A call with many answers; it has no deadline, and ends with its reader, however that ends."""
        call = method(request, metadata=self._metadata)
        try:
            yield call
        finally:
            call.cancel()

    def retry(self, attempt):
        """Repeats what a server that is away, or busy, did not do."""
        pauses = Pauses()
        while True:
            try:
                return attempt()
            except grpc.RpcError as error:
                pauses.wait(error, self.address)

    def upload(self, source):
        """Stores a source (of _data) under its digest; what is there is not sent again. Returns "artefacts/{sha256}"."""
        sha256, size = source.digest
        header = _contract.UploadArtefactHeader(sha256=sha256, size_bytes=size)

        def parts():
            yield _contract.UploadArtefactRequest(header=header)
            for part in source.chunks():
                yield _contract.UploadArtefactRequest(chunk=part)

        return self.retry(lambda: self.artefacts.UploadArtefact(parts(), metadata=self._metadata)).artefact.name

    def download(self, artefact, path):
        """Writes an artefact to a file, and checks it against its digest; a download that breaks is taken up where it was."""
        digest, received, expected = hashlib.sha256(), 0, None
        with open(path + ".part", "wb") as file:

            def attempt():
                nonlocal received, expected
                request = _contract.DownloadArtefactRequest(name=artefact, offset=received)
                with self.stream(self.artefacts.DownloadArtefact, request) as parts:
                    for message in parts:
                        if message.WhichOneof("part") == "artefact":
                            expected = message.artefact.sha256
                        else:
                            file.write(message.chunk)
                            digest.update(message.chunk)
                            received += len(message.chunk)

            self.retry(attempt)
        if digest.hexdigest() != expected:
            os.remove(path + ".part")
            raise ClusterError(f"{artefact} was damaged on its way from {self.address}: try again.")
        os.replace(path + ".part", path)
        return path


class Pauses:
    """The waits between attempts."""

    def __init__(self):
        self._count = 0

    def wait(self, error, address):
        """Waits before the next attempt; raises the error where another would not help."""
        told = told_of(error, address)
        delay = _retry_delay(error)
        self._count += 1
        busy = error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED and delay is not None
        if self._count >= ATTEMPTS or not (busy or error.code() == grpc.StatusCode.UNAVAILABLE):
            raise told from None
        time.sleep(min(LONGEST_PAUSE, max(delay or 0, 0.1 * 2 ** self._count)))


def told_of(error, address):
    """An error of gRPC as an exception with the server's sentence."""
    sentence = error.details() or str(error.code())
    info = _detail(error, _contract.ErrorInfo, "google.rpc.ErrorInfo")
    if info is None and error.code() == grpc.StatusCode.UNAVAILABLE:
        sentence = f"The server {address} cannot be reached ({sentence}): start it, or correct its address."
    return ServerError(spoken(sentence), info.reason if info else "", error.code())


def _retry_delay(error):
    info = _detail(error, _contract.RetryInfo, "google.rpc.RetryInfo")
    return None if info is None else info.retry_delay.ToTimedelta().total_seconds()


def _detail(error, kind, name):
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            for detail in _contract.Status.FromString(value).details:
                if detail.type_url.endswith(name):
                    return kind.FromString(detail.value)
    return None
