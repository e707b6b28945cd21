"""A stock server (Debian's python3-grpcio) for our client: prints its port, serves until its standard input ends."""
import sys
from concurrent import futures

import grpc


def echo(request, context):
    return request


def reflect(request, context):
    kept = [(key, value) for key, value in context.invocation_metadata() if key.startswith("x-")]
    context.send_initial_metadata(kept)
    context.set_trailing_metadata(kept)
    return request


def fail(request, context):
    context.set_trailing_metadata((("x-trailer", "kept"), ("grpc-status-details-bin", bytes(range(256)))))
    context.abort(grpc.StatusCode.FAILED_PRECONDITION, "100 % größer")


def wait(request, context):
    # Ends when the call does, whichever side ends it.
    ended = futures.Future()
    context.add_callback(lambda: ended.set_result(None))
    ended.result()
    return request


def has_deadline(request, context):
    return b"\x0a\x03yes" if context.time_remaining() is not None and context.time_remaining() < 1e8 else b"\x0a\x02no"


def repeat(request, context):
    # RepeatRequest{count: 300}, whatever was asked.
    for i in range(300):
        yield b"\x12\xe0\xd4\x03" + bytes([i % 256]) * 60000


def fail_late(request, context):
    yield b""
    context.abort(grpc.StatusCode.DATA_LOSS, "torn")


def collect(requests, context):
    # Summary{notes}; the number of notes fits two bytes of a varint.
    count = sum(1 for _ in requests)
    return bytes([8, count & 127 | 128, count >> 7])


def converse(requests, context):
    yield from requests


def refuse(requests, context):
    context.abort(grpc.StatusCode.FAILED_PRECONDITION, "not now")


unary = {"Echo": echo, "Reflect": reflect, "Fail": fail, "Wait": wait, "HasDeadline": has_deadline}
handlers = {name: grpc.unary_unary_rpc_method_handler(serve) for name, serve in unary.items()}
handlers["Repeat"] = grpc.unary_stream_rpc_method_handler(repeat)
handlers["FailLate"] = grpc.unary_stream_rpc_method_handler(fail_late)
handlers["Collect"] = grpc.stream_unary_rpc_method_handler(collect)
handlers["Refuse"] = grpc.stream_unary_rpc_method_handler(refuse)
handlers["Converse"] = grpc.stream_stream_rpc_method_handler(converse)

server = grpc.server(futures.ThreadPoolExecutor(max_workers=16))
server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("probe.Probe", handlers),))
port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(port, flush=True)
sys.stdin.read()
server.stop(None)
