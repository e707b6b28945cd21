"""Makes images of bars in four directions, trains a small network on them, and exports it.

Writes net.onnx, and calibration, evaluation and test images as IDX files (MNIST's format), into the current folder.
"""
import struct

import numpy
import torch
from torch import nn

SIDE, CLASSES = 24, 4
MEAN, STD = 0.5, 0.25  # of pixels from 0 to 1: what the network is fed is (pixel / 255 - MEAN) / STD


def draw(count, seed):
    """Noisy bars: horizontal, vertical, falling and rising."""
    random = numpy.random.default_rng(seed)
    y, x = numpy.mgrid[0:SIDE, 0:SIDE]
    labels = numpy.arange(count, dtype=numpy.uint8) % CLASSES
    images = random.normal(128, 30, (count, SIDE, SIDE))
    for image, label in zip(images, labels):
        distance = (y, x, (y - x) / 1.5 + SIDE / 2, (y + x) / 1.5 - SIDE / 4)[label] - random.uniform(6, SIDE - 6)
        image += random.choice([-1, 1]) * random.uniform(25, 70) * (numpy.abs(distance) < random.uniform(1, 2.5))
    return images.clip(0, 255).astype(numpy.uint8), labels


def write(name, images, labels):
    """Writes IDX files: four bytes of magic, big-endian sizes, then the bytes."""
    for kind, array in (("images-idx3", images), ("labels-idx1", labels)):
        with open(f"{name}-{kind}-ubyte", "wb") as file:
            file.write(struct.pack(f">I{array.ndim}I", 0x800 + array.ndim, *array.shape) + array.tobytes())


def tensors(images, labels):
    return (torch.from_numpy(images).float().unsqueeze(1) / 255 - MEAN) / STD, torch.from_numpy(labels).long()


def layer(inputs, outputs, stride):
    return [nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]


torch.manual_seed(0)
network = nn.Sequential(
    *layer(1, 16, 1), *layer(16, 32, 2), *layer(32, 32, 1), *layer(32, 64, 2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, CLASSES))
pixels, labels = tensors(*draw(4000, seed=1))
optimizer = torch.optim.Adam(network.parameters(), 2e-3)
for epoch in range(3):
    for batch in torch.randperm(len(pixels)).split(50):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(network(pixels[batch]), labels[batch])
        loss.backward()
        optimizer.step()

network.eval()
for name, count, seed in (("calibration", 200, 2), ("evaluation", 1000, 3), ("test", 1000, 4)):
    images, truth = draw(count, seed)
    write(name, images, truth)
    with torch.no_grad():
        x, y = tensors(images, truth)
        print(f"{name}: {(network(x).argmax(1) == y).sum()} of {count} right")
torch.onnx.export(
    network, torch.zeros(1, 1, SIDE, SIDE), "net.onnx", opset_version=13, input_names=["image"], output_names=["logits"],
    dynamic_axes={"image": {0: "batch"}, "logits": {0: "batch"}})
