"""Arrays in memory: a network that reads images as numpy arrays.

    python3 samples/python/glyphs_arrays.py
"""
import gzip
import pathlib

import cluster_quant
import numpy

SAMPLES = pathlib.Path(__file__).resolve().parents[1]


def read(name):
    """An IDX file's array of bytes."""
    content = gzip.decompress((SAMPLES / "glyphs" / name).read_bytes())
    shape = [int.from_bytes(content[4 + 4 * i:8 + 4 * i], "big") for i in range(content[3])]
    return numpy.frombuffer(content, numpy.uint8, offset=4 + 4 * len(shape)).reshape(shape)


def images(role, count):
    """Images as the network takes them, (N, 1, 24, 24), and their labels."""
    x = (read(f"glyphs-{role}-images-idx3-ubyte.gz")[:count, None] - numpy.float32(42)) / 5
    return x, read(f"glyphs-{role}-labels-idx1-ubyte.gz")[:count].astype(numpy.int64)


if __name__ == "__main__":
    job = cluster_quant.run(
        SAMPLES / "glyphs.onnx", calibration=images("calibration", 256), evaluation=images("evaluation", 512), test=images("test", 512),
        max_drop="1%", batch=8, methods=["max", "percentile:99.99"])
    print(job.winner)
    print("test:", job.test)
    job.winner.save("glyphs.int8.onnx")
