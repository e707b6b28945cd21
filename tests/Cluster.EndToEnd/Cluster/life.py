"""A stock client (Debian's python3-grpcio) takes jobs through their whole life: life.py ADDRESS MODEL DATA OUT; prints "passed" at the end.

It has no generated code: what it knows of the messages it learns from the server's reflection service.
"""
import hashlib
import io
import json
import os
import sys
import tarfile
import uuid

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

address, model_path, data_folder, out_path = sys.argv[1:]
channel = grpc.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)])
SERVICES = ("cluster.v1.JobService", "cluster.v1.NodeService", "cluster.v1.ArtefactService", "grpc.health.v1.Health")


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out + bytes([value]))


def read_fields(data):
    position = 0

    def read():
        nonlocal position
        value = shift = 0
        while True:
            byte = data[position]
            position += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while position < len(data):
        key = read()
        value = read()
        if key & 7 == 2:
            yield key >> 3, data[position:position + value]
            position += value
        else:
            yield key >> 3, value


def load():
    pool = descriptor_pool.DescriptorPool()
    known = set()
    call = channel.stream_stream("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", request_serializer=lambda b: b, response_deserializer=lambda b: b)
    files = []
    for symbol in SERVICES:
        request = varint(4 << 3 | 2) + varint(len(symbol)) + symbol.encode()
        response = dict(read_fields(next(iter(call(iter([request]), timeout=30)))))
        for _, serialized in read_fields(response[4]):
            file = descriptor_pb2.FileDescriptorProto.FromString(serialized)
            if file.name not in known:
                known.add(file.name)
                files.append(file)
    # Dependencies first, whatever the order of the answer.
    added = set()
    while files:
        for file in list(files):
            if all(d in added for d in file.dependency):
                pool.Add(file)
                added.add(file.name)
                files.remove(file)
    return pool


pool = load()
factory = message_factory.MessageFactory(pool)


def message(kind, /, **fields):
    return factory.GetPrototype(pool.FindMessageTypeByName(kind))(**fields)


def method(service, name):
    descriptor = pool.FindServiceByName(service).FindMethodByName(name)
    request, response = (factory.GetPrototype(t) for t in (descriptor.input_type, descriptor.output_type))
    proto = descriptor_pb2.MethodDescriptorProto()
    descriptor.CopyToProto(proto)
    kind = ("stream" if proto.client_streaming else "unary") + "_" + ("stream" if proto.server_streaming else "unary")
    return request, getattr(channel, kind)(f"/{service}/{name}", request_serializer=request.SerializeToString, response_deserializer=response.FromString)


def job_call(rpc, /, **fields):
    request, call = method("cluster.v1.JobService", rpc)
    return call(request(**fields), timeout=60)


def expect(code, reason, call):
    try:
        call()
    except grpc.RpcError as error:
        assert error.code() == code, (error.code(), error.details())
        details = dict(error.trailing_metadata())["grpc-status-details-bin"]
        assert reason.encode() in details, (reason, details)
        return
    raise AssertionError(f"expected {code}, but the call succeeded")


def upload(content):
    digest = hashlib.sha256(content).hexdigest()
    request, call = method("cluster.v1.ArtefactService", "UploadArtefact")

    def parts():
        part = request()
        part.header.sha256 = digest
        part.header.size_bytes = len(content)
        yield part
        for start in range(0, len(content), 1 << 20):
            yield request(chunk=content[start:start + (1 << 20)])

    response = call(parts(), timeout=60)
    assert response.artefact.sha256 == digest and response.artefact.size_bytes == len(content)
    return response


def download(name):
    request, call = method("cluster.v1.ArtefactService", "DownloadArtefact")
    parts = list(call(request(name=name), timeout=60))
    content = b"".join(part.chunk for part in parts[1:])
    assert hashlib.sha256(content).hexdigest() == parts[0].artefact.sha256
    return content


def tar(folder):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name in sorted(os.listdir(folder)):
            archive.add(os.path.join(folder, name), arcname=name)
    return stream.getvalue()


def enum(name, value):
    return pool.FindEnumTypeByName(name).values_by_name[value].number


def health():
    request, call = method("grpc.health.v1.Health", "Check")
    for service in ("", "cluster.v1.JobService"):
        assert call(request(service=service), timeout=30).status == 1


def nodes():
    request, call = method("cluster.v1.NodeService", "ListNodes")
    (node,) = call(request(), timeout=30).nodes
    assert [slot.device for slot in node.slots] == ["cpu:0", "cpu:1"]


def real_job():
    model = open(model_path, "rb").read()
    first = upload(model)
    assert upload(model).existed and not first.existed
    data = upload(tar(data_folder)).artefact.name
    sets = {role: message("cluster.v1.DataSet", artefact=data, spec=f"idx:glyphs-{role}-images-idx3-ubyte") for role in ("calibration", "evaluation")}
    spec = message("cluster.v1.JobSpec", model=first.artefact.name, methods=["max"], max_drop=0.0, batch=8, preprocess=open(model_path.replace(".onnx", ".preprocess.json")).read(), **sets)

    estimate = job_call("CreateJob", spec=spec, validate_only=True)
    assert len(estimate.estimate.groups) > 5 and estimate.estimate.evaluations > 3 and not estimate.job.name
    request_id = str(uuid.uuid4())
    name = job_call("CreateJob", spec=spec, display_name="from python", request_id=request_id).job.name
    assert job_call("CreateJob", spec=spec, display_name="from python", request_id=request_id).job.name == name
    expect(grpc.StatusCode.INVALID_ARGUMENT, "REQUEST_ID_REUSED", lambda: job_call("CreateJob", spec=spec, display_name="another", request_id=request_id))

    job_call("PauseJob", name=name)
    assert job_call("GetJob", name=name).state in (enum("cluster.v1.JobState", "JOB_STATE_PAUSING"), enum("cluster.v1.JobState", "JOB_STATE_PAUSED"))
    job_call("ResumeJob", name=name)

    request, watch = method("cluster.v1.JobService", "WatchJob")
    events = [event for event in watch(request(name=name), timeout=300) if event.WhichOneof("event") != "heartbeat"]
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    again = [event.sequence for event in watch(request(name=name, after_sequence=5), timeout=60) if event.WhichOneof("event") != "heartbeat"]
    assert again == list(range(6, len(events) + 1))

    job = job_call("GetJob", name=name)
    assert job.state == enum("cluster.v1.JobState", "JOB_STATE_SUCCEEDED"), job
    page, token, listed = 0, "", []
    while page == 0 or token:
        response = job_call("ListCandidates", parent=name, page_size=2, page_token=token)
        listed += [candidate.number for candidate in response.candidates]
        token, page = response.next_page_token, page + 1
    assert listed == list(range(len(listed))) and page > 1
    files = {artefact.role: artefact for artefact in job.artefacts}
    with open(out_path, "wb") as out:
        out.write(download(files["winner.qdq.onnx"].name))
    result = json.loads(download(files["result.json"].name))
    assert job.winner.plan.digest in json.dumps(result)
    expect(grpc.StatusCode.FAILED_PRECONDITION, "JOB_ENDED", lambda: job_call("CancelJob", name=name))
    return name


def cancelled_job():
    model = upload(b"nothing is read of it").artefact.name
    data = message("cluster.v1.DataSet", artefact=model, spec="folder:nothing")
    spec = message("cluster.v1.JobSpec", model=model, calibration=data, target="synthetic:groups=12,ms=200")
    name = job_call("CreateJob", spec=spec).job.name
    expect(grpc.StatusCode.FAILED_PRECONDITION, "JOB_RUNNING", lambda: job_call("DeleteJob", name=name))
    job_call("CancelJob", name=name, reason="changed my mind")
    request, watch = method("cluster.v1.JobService", "WatchJob")
    last = list(watch(request(name=name), timeout=60))[-1]
    assert last.state_changed.state == enum("cluster.v1.JobState", "JOB_STATE_CANCELLED")
    assert job_call("GetJob", name=name).reason == "changed my mind"
    return name


health()
nodes()
done = real_job()
cancelled = cancelled_job()
assert [job.name for job in job_call("ListJobs").jobs] == [cancelled, done]
for name in (cancelled, done):
    job_call("DeleteJob", name=name)
expect(grpc.StatusCode.NOT_FOUND, "JOB_UNKNOWN", lambda: job_call("GetJob", name=done))
print("passed")
