"""A job as a file for `cluster run --config`."""
import os
import re
import shutil

from ._errors import ClusterError
from ._words import key_of, texts

KEYS = {"calibration": "data", "evaluation": "eval", "test": "test", "training": "train"}


class Recipe:
    """What a job was asked: its model, its data and its options, by the names of the command line."""

    def __init__(self, model, sets, preprocess, options):
        self._model, self._sets, self._preprocess, self.options = model, sets, preprocess, options

    def save(self, path):
        """Writes the file, and beside it what it names, in a folder of its name; returns the path."""
        path = os.fspath(path)
        stem = os.path.splitext(os.path.basename(path))[0]
        folder = os.path.join(os.path.dirname(path) or ".", f"{stem}.files")
        if os.path.exists(folder):
            raise ClusterError(f"{folder} is there already: give another name, or remove it.")
        os.makedirs(folder)
        with open(os.path.join(folder, "model.onnx"), "wb") as file:
            file.write(self._model)
        lines = [f"model: {stem}.files/model.onnx"]
        for role, data in self._sets.items():
            spec = data.spec
            for name, source in data.files:
                target = os.path.join(folder, role, name)
                os.makedirs(os.path.dirname(target), exist_ok=True)
                shutil.copyfile(source, target)
            for name in {name.split("/")[0] for name, _ in data.files}:
                spec = re.sub(rf"(?<=[:=]){re.escape(name)}(?=[,@+]|$)", lambda found: f"{stem}.files/{role}/{found[0]}", spec)
            lines.append(f"{KEYS[role]}: {_quoted(spec)}")
        if self._preprocess:
            with open(os.path.join(folder, "preprocess.json"), "w") as file:
                file.write(self._preprocess)
            lines.append(f"preprocess: {stem}.files/preprocess.json")
        for name, value in self.options.items():
            if value is None:
                continue
            if name == "latency_budget" and not isinstance(value, str):
                value = f"{value}ms"
            lines.append(f"{key_of(name)}: {_text(texts(value) if isinstance(value, dict) else value)}")
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        return path


def _text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_text(one) for one in value) + "]"
    return _quoted(value) if isinstance(value, str) else repr(value)


def _quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
