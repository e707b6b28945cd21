"""Classifies the test images with a network in ONNX Runtime: deploy.py NETWORK."""
import sys

import numpy
import onnxruntime

images = numpy.fromfile("test-images-idx3-ubyte", numpy.uint8)[16:].reshape(-1, 1, 24, 24)
labels = numpy.fromfile("test-labels-idx1-ubyte", numpy.uint8)[8:]
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
(logits,) = session.run(None, {"image": ((images / 255 - 0.5) / 0.25).astype(numpy.float32)})
print(f"{(logits.argmax(1) == labels).sum()} of {len(labels)} right")
