"""A client of a server with nothing but grpcio and protobuf (Debian: python3-grpcio, python3-protobuf).

There is no generated code: the server's reflection service says what its messages are.

    from cluster_client import Cluster

    cluster = Cluster("127.0.0.1:5180")
    job = cluster.submit("net.onnx", "calib", "idx:calib-images-idx3-ubyte", "val", "idx:val-images-idx3-ubyte", max_drop=0.005)
    for event in cluster.watch(job):
        print(event)
    cluster.fetch(job, "OUT")
"""
import hashlib
import io
import os
import tarfile
import uuid

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

CHUNK = 1 << 20
SERVICES = ("cluster.v1.JobService", "cluster.v1.ArtefactService")
REFLECTION = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"


class Cluster:
    """One server."""

    def __init__(self, address, credentials=None, token=None):
        """credentials: grpc.ssl_channel_credentials(...) for a server in TLS; token: what its administrator gave you."""
        options = [("grpc.enable_http_proxy", 0)]
        self._channel = grpc.secure_channel(address, credentials, options) if credentials else grpc.insecure_channel(address, options)
        self._metadata = [("authorization", f"Bearer {token}")] if token else []
        self._pool = self._describe()

    def submit(self, model, calibration, calibration_spec, evaluation, evaluation_spec, preprocess=None, **options):
        """Uploads a network and two folders and submits a job.

        The specs are those of docs/guide/data.md, with paths inside the folders; preprocess is the path of the preprocessing
        (default: beside the model); options are the fields of JobSpec in proto/cluster/v1/job.proto, such as max_drop=0.005.
        Returns the job's name.
        """
        with open(preprocess or os.path.splitext(model)[0] + ".preprocess.json") as file:
            spec = self.message("cluster.v1.JobSpec", preprocess=file.read(), **options)
        with open(model, "rb") as file:
            spec.model = self.upload(file.read())
        for role, folder, text in (("calibration", calibration, calibration_spec), ("evaluation", evaluation, evaluation_spec)):
            data = getattr(spec, role)
            data.artefact, data.spec = self.upload(_tar(folder)), text
        return self.call("cluster.v1.JobService", "CreateJob", spec=spec, request_id=str(uuid.uuid4())).job.name

    def watch(self, job):
        """Events of a job (JobEvent) from its first until it ends; a connection that breaks is taken up behind the last one."""
        request, call = self._method("cluster.v1.JobService", "WatchJob")
        last = 0
        while True:
            try:
                # Once it has answered, a server that is away is waited for.
                for event in call(request(name=job, after_sequence=last), metadata=self._metadata, wait_for_ready=last > 0):
                    if event.WhichOneof("event") != "heartbeat":
                        last = event.sequence
                        yield event
                return
            except grpc.RpcError as error:
                if error.code() != grpc.StatusCode.UNAVAILABLE or last == 0:
                    raise

    def job(self, name):
        """A job as it is now (Job): state, progress, winner, artefacts."""
        return self.call("cluster.v1.JobService", "GetJob", name=name)

    def fetch(self, job, folder):
        """Downloads a job's files into a folder; returns their paths."""
        paths = []
        for artefact in self.job(job).artefacts:
            if ".." in artefact.role.split("/") or os.path.isabs(artefact.role):
                raise IOError(f"{artefact.role} is no path inside a folder")
            path = os.path.join(folder, artefact.role)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(self.download(artefact.name))
            paths.append(path)
        return paths

    def upload(self, content):
        """Uploads bytes; returns the artefact's name."""
        request = self._method("cluster.v1.ArtefactService", "UploadArtefact")[0]

        def parts():
            header = request()
            header.header.sha256, header.header.size_bytes = hashlib.sha256(content).hexdigest(), len(content)
            yield header
            for start in range(0, len(content), CHUNK):
                yield request(chunk=content[start:start + CHUNK])

        return self.send("cluster.v1.ArtefactService", "UploadArtefact", parts()).artefact.name

    def download(self, artefact):
        """The bytes of an artefact, checked against its digest."""
        header, *parts = self.call("cluster.v1.ArtefactService", "DownloadArtefact", name=artefact)
        content = b"".join(part.chunk for part in parts)
        if hashlib.sha256(content).hexdigest() != header.artefact.sha256:
            raise IOError(f"{artefact} was damaged on its way")
        return content

    def call(self, service, name, /, **fields):
        """Any call of the contract with one request, by the fields of it."""
        return self.send(service, name, self._method(service, name)[0](**fields))

    def send(self, service, name, request):
        """Any call of the contract: a request, or an iterator of requests; its answer, or an iterator of answers."""
        return self._method(service, name)[1](request, metadata=self._metadata)

    def message(self, name, /, **fields):
        """A message of the contract by its full name."""
        return self._type(self._pool.FindMessageTypeByName(name))(**fields)

    def _method(self, service, name):
        method = self._pool.FindServiceByName(service).FindMethodByName(name)
        proto = descriptor_pb2.MethodDescriptorProto()
        method.CopyToProto(proto)
        sides = ("stream" if streaming else "unary" for streaming in (proto.client_streaming, proto.server_streaming))
        request, response = self._type(method.input_type), self._type(method.output_type)
        call = getattr(self._channel, "_".join(sides))(f"/{service}/{name}", request.SerializeToString, response.FromString)
        return request, call

    def _type(self, descriptor):
        # protobuf 4.22 made a function of it and 5 took the method away.
        if hasattr(message_factory, "GetMessageClass"):
            return message_factory.GetMessageClass(descriptor)
        return message_factory.MessageFactory(self._pool).GetPrototype(descriptor)

    def _describe(self):
        # Of the reflection service only what is needed: a symbol is asked for, the files that define it are the answer.
        own = descriptor_pb2.FileDescriptorProto(name="reflection.proto", package="reflection", syntax="proto3")
        field = descriptor_pb2.FieldDescriptorProto
        own.message_type.add(name="Request").field.add(name="symbol", number=4, type=field.TYPE_STRING, label=field.LABEL_OPTIONAL)
        own.message_type.add(name="Files").field.add(name="file", number=1, type=field.TYPE_BYTES, label=field.LABEL_REPEATED)
        own.message_type.add(name="Response").field.add(
            name="files", number=4, type=field.TYPE_MESSAGE, type_name=".reflection.Files", label=field.LABEL_OPTIONAL)
        self._pool = descriptor_pool.DescriptorPool()
        self._pool.Add(own)
        request, response = (self._type(self._pool.FindMessageTypeByName(f"reflection.{name}")) for name in ("Request", "Response"))
        ask = self._channel.stream_stream(REFLECTION, request.SerializeToString, response.FromString)
        files = {}
        for answer in ask(iter([request(symbol=service) for service in SERVICES]), metadata=self._metadata):
            for serialized in answer.files.file:
                file = descriptor_pb2.FileDescriptorProto.FromString(serialized)
                files[file.name] = file
        pool = descriptor_pool.DescriptorPool()
        added = set()

        def add(file):
            if file.name not in added:
                added.add(file.name)
                for dependency in file.dependency:
                    add(files[dependency])
                pool.Add(file)

        for file in files.values():
            add(file)
        return pool


def _tar(folder):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name in sorted(os.listdir(folder)):
            archive.add(os.path.join(folder, name), arcname=name)
    return stream.getvalue()
