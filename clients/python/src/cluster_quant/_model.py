"""The user's network as an ONNX file: a path, bytes, a ModelProto or a torch.nn.Module."""
import io
import os

from . import _contract
from ._errors import ClusterError


class Model:
    """A network's bytes, the names of its outputs, and its inputs: name to sizes, None where one is free, or to None without a shape."""

    def __init__(self, content, path=None):
        self.content = content
        self.path = path
        try:
            graph = _contract.ModelProto.FromString(content).graph
        except Exception:
            raise ClusterError(f"{path or 'The model'} is no ONNX file: export the network to ONNX.") from None
        constants = {tensor.name for tensor in graph.initializer}
        self.inputs = {value.name: _sizes(value) for value in graph.input if value.name not in constants}
        self.outputs = [value.name for value in graph.output]
        if not self.inputs or not self.outputs:
            raise ClusterError(f"{path or 'The model'} has {len(self.inputs)} inputs and {len(self.outputs)} outputs: an ONNX network has both.")

    @staticmethod
    def of(model, example):
        """Reads or exports it; example() gives inputs of one batch for the export of a module."""
        if isinstance(model, (str, os.PathLike)):
            path = os.fspath(model)
            try:
                with open(path, "rb") as file:
                    return Model(file.read(), path)
            except OSError as error:
                raise ClusterError(f"The model {path} cannot be read ({error.strerror}).") from None
        if isinstance(model, (bytes, bytearray, memoryview)):
            return Model(bytes(model))
        if hasattr(model, "SerializeToString"):
            return Model(model.SerializeToString())
        if hasattr(model, "state_dict") and callable(model):
            return Model(_export(model, example()))
        raise ClusterError(f"A model must be a path, bytes, a ModelProto or a torch.nn.Module, not {type(model).__name__}.")


def _sizes(value):
    tensor = value.type.tensor_type
    return tuple(size.dim_value if size.dim_value > 0 else None for size in tensor.shape.dim) if tensor.HasField("shape") else None


def _export(module, inputs):
    import torch

    arrays = inputs if isinstance(inputs, dict) else {f"input_{i}" if i else "input": array for i, array in enumerate(inputs)}
    tensors = tuple(torch.as_tensor(array) for array in arrays.values())
    training = module.training
    module.eval()
    stream = io.BytesIO()
    try:
        with torch.no_grad():
            outputs = _output_names(module(*tensors), set(arrays))
        torch.onnx.export(
            module, tensors, stream, input_names=list(arrays), output_names=outputs, dynamic_axes={name: {0: "N"} for name in arrays},
            opset_version=17 if tuple(int(part) for part in torch.__version__.split(".")[:2]) >= (1, 13) else 13)
    except Exception as error:
        raise ClusterError(f"The module could not be exported to ONNX by torch {torch.__version__} ({error}): export it yourself and give "
                           "the file.") from error
    finally:
        module.train(training)
    return stream.getvalue()


def _output_names(given, taken):
    """Names of all tensors that a module gives, in the order of an export: keys of dicts, fields of tuples, else output, output_1, …"""
    names = []

    def walk(value, name):
        if hasattr(value, "items"):
            parts = [(str(key), part) for key, part in value.items()]
        elif isinstance(value, (tuple, list)):
            parts = list(zip(getattr(value, "_fields", [name] * len(value)), value))
        else:
            parts = None
        for key, part in parts or ():
            walk(part, key)
        if parts is None and value is not None:
            number = next(n for n in range(len(taken) + 1) if (f"{name}_{n}" if n else name) not in taken)
            names.append(f"{name}_{number}" if number else name)
            taken.add(names[-1])

    walk(given, "output")
    return names
