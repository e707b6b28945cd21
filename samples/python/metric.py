#!/usr/bin/env python3
"""A metric of one's own for `cluster run --metric-command`: the mean of the classes' recalls, which a frequent class does not hide.

    cluster run --model net.onnx --data folder:calib --eval folder:val,labels=val.csv -o OUT \
        --metric-command "python3 samples/python/metric.py" --max-drop 0.01

It gets the path of predictions.npz and the name of the set, "evaluation" or "test". The archive has the arrays outputs, of the
network's first output, float32, a row a sample; index, each row's place in the set, counted from 0; labels, where the set has labels;
and the network's other outputs under their own names.
numpy.load(path) reads it; here it is read with nothing but Python.

Numbers that are a mean over samples are printed one by one, so that losses can be paired. The mean of recalls is one when each sample
counts by how rare its class is.
"""
import array
import ast
import collections
import sys
import zipfile


def read(archive, name):
    """One array of the archive: its shape and its numbers."""
    data = archive.read(f"{name}.npy")
    start = 10 + int.from_bytes(data[8:10], "little")
    header = ast.literal_eval(data[10:start].decode())
    return header["shape"], array.array({"<f4": "f", "<i8": "q"}[header["descr"]], data[start:])


def main():
    with zipfile.ZipFile(sys.argv[1]) as archive:
        if "labels.npy" not in archive.namelist():
            sys.exit(f"the {sys.argv[2]} set has no labels")
        (samples, classes), outputs = read(archive, "outputs")
        _, labels = read(archive, "labels")
    counts = collections.Counter(labels)
    for i, label in enumerate(labels):
        row = outputs[i * classes:(i + 1) * classes]
        is_right = row.index(max(row)) == label
        print(samples / (len(counts) * counts[label]) if is_right else 0)


if __name__ == "__main__":
    main()
