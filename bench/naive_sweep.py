#!/usr/bin/env python3
"""The loop that rivals have, in plain torch: for each group, fake-quantize it and run every image through the whole network.

    naive_sweep.py FOLDER THREADS BATCH

FOLDER holds network.json and data.bin, written by `bench sweep-torch`: the folded network, each group's fake-quantized weights
and ranges, preprocessed images. Loading and the group's weights are outside the clock. Prints {"seconds", "kl", "correct"}.
"""
import json
import os
import sys
import time

import numpy
import torch
import torch.nn.functional as functional

folder, threads, batch = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
with open(os.path.join(folder, "network.json"), encoding="utf-8") as file:
    network = json.load(file)
data = numpy.fromfile(os.path.join(folder, "data.bin"), dtype=numpy.float32)


def array(entry):
    count = int(numpy.prod(entry["shape"], dtype=numpy.int64))
    return torch.from_numpy(data[entry["offset"]:entry["offset"] + count].reshape(entry["shape"]).copy())


constants = {name: entry["values"] if "values" in entry else array(entry) for name, entry in network["constants"].items()}
images = array(network["images"])
labels = torch.tensor(network["labels"])


def symmetric(pads):
    """(begin..., end...) as torch's one number a side, or None where the sides differ."""
    half = len(pads) // 2
    return pads[:half] if pads[:half] == pads[half:] else None


def convolution(x, weight, bias, a):
    pads = a.get("pads", [0, 0, 0, 0])
    padding = symmetric(pads)
    if padding is None:
        x = functional.pad(x, (pads[1], pads[3], pads[0], pads[2]))
        padding = [0, 0]
    return functional.conv2d(x, weight, bias, a.get("strides", [1, 1]), padding, a.get("dilations", [1, 1]), a.get("group", 1))


def sliced(x, starts, ends, axes, steps):
    for i, start in enumerate(starts):
        axis = axes[i] if axes else i
        end = min(ends[i], x.shape[axis])
        index = [slice(None)] * x.dim()
        index[axis] = slice(start, end, steps[i] if steps else 1)
        x = x[tuple(index)]
    return x


def padded(x, pads):
    half = len(pads) // 2
    return functional.pad(x, [side for axis in reversed(range(half)) for side in (pads[axis], pads[half + axis])])


def compute(node, inputs, weights):
    op, a = node["op"], node["attributes"]
    if op == "Conv":
        return convolution(inputs[0], weights.get(node["name"], inputs[1]), inputs[2] if len(inputs) > 2 else None, a)
    if op == "Gemm":
        weight = weights.get(node["name"], inputs[1])
        return functional.linear(inputs[0], weight if a.get("transB", 0) else weight.t(), inputs[2] if len(inputs) > 2 else None)
    if op == "Relu":
        return functional.relu(inputs[0])
    if op == "Clip":
        return torch.clamp(inputs[0], float(inputs[1]), float(inputs[2]))
    if op == "Add":
        return inputs[0] + inputs[1]
    if op == "GlobalAveragePool":
        return functional.adaptive_avg_pool2d(inputs[0], 1)
    if op == "Flatten":
        return torch.flatten(inputs[0], 1)
    if op == "Slice":
        return sliced(inputs[0], *(list(inputs[1:]) + [None] * (5 - len(inputs))))
    if op == "Pad":
        return padded(inputs[0], inputs[1])
    sys.exit(f"naive_sweep.py: {op} ({node['name']}) is not among the operators of ResNet-20, for which this loop is")


def fake_quantize(x, entry):
    # torch's own operator multiplies by the reciprocal of the scale, which falls on the other side of a tie now and then.
    scale, zero_point = entry["scale"], entry["zeroPoint"]
    return torch.clamp(torch.round(x / scale), -zero_point, 255 - zero_point) * scale


def forward(x, group):
    weights, outputs, reads = group["weights"], group["outputs"], group["inputs"]
    live = {network["input"]: x}
    if network["input"] in outputs:
        live[network["input"]] = fake_quantize(x, outputs[network["input"]])
    for node in network["nodes"]:
        through = reads.get(node["name"], {})
        inputs = []
        for name in node["inputs"]:
            value = live[name] if name in live else constants.get(name)
            inputs.append(fake_quantize(value, through[name]) if name in through else value)
        result = compute(node, inputs, weights)
        live[node["output"]] = fake_quantize(result, outputs[node["output"]]) if node["output"] in outputs else result
    return live[network["output"]]


def every_batch(group):
    return [forward(images[start:start + batch], group) for start in range(0, len(images), batch)]


groups = [dict(group, weights={name: array(entry) for name, entry in group["weights"].items()}) for group in network["groups"]]
with torch.no_grad():
    every_batch({"weights": {}, "outputs": {}, "inputs": {}})
    began = time.perf_counter()
    reference = torch.log_softmax(torch.cat(every_batch({"weights": {}, "outputs": {}, "inputs": {}})).double(), 1)
    kl, correct = [], []
    for group in groups:
        logits = torch.cat(every_batch(group))
        difference = reference - torch.log_softmax(logits.double(), 1)
        kl.append(float((reference.exp() * difference).sum(1).mean()))
        correct.append(int((logits.argmax(1) == labels).sum()))
    seconds = time.perf_counter() - began
print(json.dumps({"seconds": seconds, "kl": kl, "correct": correct}))
