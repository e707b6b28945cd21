"""The messages and calls of the contract (proto/cluster/v1), by their names: _contract.JobSpec, _contract.ModelProto.

They are made from its description when this is imported, so that any version of protobuf does.
"""
import pkgutil

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_PACKAGES = ("cluster.v1", "cluster.kernels.onnx", "cluster.status")
_pool = descriptor_pool.DescriptorPool()
for _file in descriptor_pb2.FileDescriptorSet.FromString(pkgutil.get_data(__package__, "contract.bin")).file:
    _pool.Add(_file)


def __getattr__(name):
    for package in _PACKAGES:
        try:
            return _class(_pool.FindMessageTypeByName(f"{package}.{name}"))
        except KeyError:
            continue
    raise AttributeError(f"The contract has no message {name}.")


def enum_name(enum, number):
    """The word of an enum's number without the enum's own prefix: enum_name("JobState", 2) is "RUNNING"."""
    values = _pool.FindEnumTypeByName(f"cluster.v1.{enum}").values
    prefix = values[0].name[:-len("UNSPECIFIED")]
    return next((value.name[len(prefix):] for value in values if value.number == number), str(number))


class Stub:
    """The calls of a service as attributes."""

    def __init__(self, channel, service):
        for method in _pool.FindServiceByName(f"cluster.v1.{service}").methods:
            proto = descriptor_pb2.MethodDescriptorProto()
            method.CopyToProto(proto)
            kind = "_".join("stream" if streaming else "unary" for streaming in (proto.client_streaming, proto.server_streaming))
            call = getattr(channel, kind)(f"/cluster.v1.{service}/{method.name}", _class(method.input_type).SerializeToString,
                                          _class(method.output_type).FromString)
            setattr(self, method.name, call)


def _class(descriptor):
    # protobuf 4.22 made a function of it and 5 took the method away.
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    return _factory.GetPrototype(descriptor)


_factory = None if hasattr(message_factory, "GetMessageClass") else message_factory.MessageFactory(_pool)
