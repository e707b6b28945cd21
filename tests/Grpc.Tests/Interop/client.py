"""A stock client (Debian's python3-grpcio) of the probe service: client.py ADDRESS SCENARIO; prints "passed" at the end.

It has no generated code: what it knows of the messages it learns from the server's reflection service.
"""
import hashlib
import sys
import threading

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

address, scenario = sys.argv[1:]
channel = grpc.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)])


def raw(kind, path):
    return getattr(channel, kind)(path, request_serializer=lambda b: b, response_deserializer=lambda b: b)


def fields(data):
    """The length-delimited and varint fields of a message, by hand."""
    position = 0

    def varint():
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
        key = varint()
        if key & 7 == 2:
            length = varint()
            yield key >> 3, data[position:position + length]
            position += length
        else:
            assert key & 7 == 0, "only varint and length-delimited fields are expected"
            yield key >> 3, varint()


def reflect(version, number, text):
    request = bytes([number << 3 | 2, len(text)]) + text.encode()
    responses = raw("stream_stream", f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo")(iter([request]), timeout=30)
    return list(responses)[0]


def load(symbol):
    files = dict(fields(reflect("v1alpha", 4, symbol)))[4]
    pool = descriptor_pool.DescriptorPool()
    for _, serialized in fields(files):
        pool.Add(descriptor_pb2.FileDescriptorProto.FromString(serialized))
    return pool


def messages():
    pool = load("probe.Probe")
    factory = message_factory.MessageFactory(pool)
    return {name: factory.GetPrototype(pool.FindMessageTypeByName(f"probe.{name}")) for name in ("Note", "Summary", "RepeatRequest", "FailRequest")}


def method(kind, name, response="Note"):
    return getattr(channel, kind)(
        f"/probe.Probe/{name}",
        request_serializer=lambda message: message.SerializeToString(),
        response_deserializer=types[response].FromString,
    )


def expect_error(code, call):
    try:
        call()
    except grpc.RpcError as error:
        assert error.code() == code, (error.code(), error.details())
        return error
    raise AssertionError(f"expected {code}, but the call succeeded")


def unary():
    note = Note(text="größer 量子化", payload=bytes(range(256)) * 1000)
    assert method("unary_unary", "Echo")(note, timeout=30) == note
    assert method("unary_unary", "Echo")(Note(), timeout=30) == Note()


def client_streaming():
    payloads = [bytes([i % 256]) * 60000 for i in range(300)]
    summary = method("stream_unary", "Collect", "Summary")((Note(payload=payload) for payload in payloads), timeout=60)
    assert summary.notes == 300
    assert summary.sha256 == hashlib.sha256(b"".join(payloads)).hexdigest()


def server_streaming():
    notes = list(method("unary_stream", "Repeat")(types["RepeatRequest"](count=300, size=60000), timeout=60))
    assert [note.text for note in notes] == [str(i) for i in range(300)]
    assert all(len(note.payload) == 60000 for note in notes)


def duplex():
    turn = threading.Semaphore(0)

    def requests():
        for i in range(50):
            yield Note(text=str(i))
            turn.acquire()

    for i, answer in enumerate(method("stream_stream", "Converse")(requests(), timeout=60)):
        assert answer.text == str(i)
        turn.release()
    assert i == 49


def metadata():
    sent = (("x-text", "a value"), ("x-bytes-bin", bytes(range(256))))
    response, call = method("unary_unary", "Reflect").with_call(Note(text="m"), metadata=sent, timeout=30)
    for received in (dict(call.initial_metadata()), dict(call.trailing_metadata())):
        assert received["x-text"] == "a value", received
        assert received["x-bytes-bin"] == bytes(range(256)), received
    assert call.code() == grpc.StatusCode.OK


def errors():
    FailRequest = types["FailRequest"]
    message = "100 % daneben:\n\"Gruppe\" 量子化"
    for code in grpc.StatusCode:
        if code != grpc.StatusCode.OK:
            request = FailRequest(code=code.value[0], message=message, details=b"\x08\x05\x12\x00")
            error = expect_error(code, lambda: method("unary_unary", "Fail")(request, timeout=30))
            assert error.details() == message, error.details()
            trailers = dict(error.trailing_metadata())
            assert trailers["x-trailer"] == "kept"
            assert trailers["grpc-status-details-bin"] == b"\x08\x05\x12\x00"
    late = method("unary_stream", "FailLate")(FailRequest(code=15, message="torn", count=3), timeout=30)
    texts = []
    error = expect_error(grpc.StatusCode.DATA_LOSS, lambda: texts.extend(note.text for note in late))
    assert error.details() == "torn"
    error = expect_error(grpc.StatusCode.UNKNOWN, lambda: method("unary_unary", "Throw")(Note(text="secret"), timeout=30))
    assert "secret" not in error.details()


def unimplemented():
    for path in ("/probe.Probe/Missing", "/probe.Probe/Unheard", "/probe.Nobody/Echo"):
        expect_error(grpc.StatusCode.UNIMPLEMENTED, lambda: raw("unary_unary", path)(b"", timeout=30))


def deadline():
    expect_error(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: method("unary_unary", "Wait")(Note(), timeout=0.3))
    expect_error(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: list(method("unary_stream", "WaitLate")(Note(), timeout=0.3)))
    assert method("unary_unary", "HasDeadline")(Note(), timeout=30).text == "yes"
    assert method("unary_unary", "HasDeadline")(Note()).text == "no"


def cancellation():
    call = method("unary_stream", "WaitLate")(Note(text="first"), timeout=60)
    assert next(call).text == "first"
    call.cancel()
    expect_error(grpc.StatusCode.CANCELLED, lambda: list(call))


def wait_for_ever():
    list(method("unary_stream", "WaitLate")(Note()))


def limits():
    error = expect_error(grpc.StatusCode.RESOURCE_EXHAUSTED, lambda: method("unary_unary", "Echo")(Note(payload=bytes(5 << 20)), timeout=30))
    assert "maximum configured message size" in error.details(), error.details()


def compression():
    # The default of a channel that compresses: a server without this compression says so, one with it answers.
    compressing = grpc.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)], compression=grpc.Compression.Gzip)
    echo = compressing.unary_unary("/probe.Probe/Echo", request_serializer=lambda m: m.SerializeToString(), response_deserializer=Note.FromString)
    note = Note(payload=bytes(10000))
    try:
        assert echo(note, timeout=30) == note
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.UNIMPLEMENTED, (error.code(), error.details())


def concurrency():
    echo = method("unary_unary", "Echo")
    calls = [echo.future(Note(text=str(i)), timeout=60) for i in range(300)]
    assert [call.result().text for call in calls] == [str(i) for i in range(300)]


def health():
    check = raw("unary_unary", "/grpc.health.v1.Health/Check")
    assert check(b"", timeout=30) == b"\x08\x01"
    assert check(b"\x0a\x0bprobe.Probe", timeout=30) == b"\x08\x01"
    expect_error(grpc.StatusCode.NOT_FOUND, lambda: check(b"\x0a\x03abc", timeout=30))
    watch = raw("unary_stream", "/grpc.health.v1.Health/Watch")(b"", timeout=60)
    assert next(watch) == b"\x08\x01"
    watch.cancel()


def reflection():
    for version in ("v1", "v1alpha"):
        services = [dict(fields(service))[1] for _, service in fields(dict(fields(reflect(version, 7, "")))[6])]
        assert b"probe.Probe" in services and b"grpc.health.v1.Health" in services, services
        assert dict(fields(dict(fields(reflect(version, 4, "no.such.Symbol")))[7]))[1] == 5


if scenario not in ("health", "reflection"):
    types = messages()
    Note = types["Note"]
globals()[scenario]()
channel.close()
print("passed")
