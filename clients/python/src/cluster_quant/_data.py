"""The user's data as an archive of arrays on disk: a spec, arrays, or what an iterable gives, never whole in memory."""
import collections
import functools
import hashlib
import io
import os
import re
import shutil
import tarfile
import zipfile

import numpy

from ._errors import ClusterError
from ._folders import Folder

LABELS = "labels"
BLOCK = 1 << 20
# Metrics that need a label for each sample, and those that read nothing beside the inputs.
LABELLED = (None, "top1", "top5")
UNLABELLED = ("output-kl", "output-sqnr")
# The arrays that the others read.
ROLES = {"rmse": "targets", "map50": "boxes", "map50-95": "boxes", "miou": "masks", "ctc": "strings", "ctc-characters": "strings"}


class Source:
    """What is uploaded, under the digest of its bytes."""

    @functools.cached_property
    def digest(self):
        """Its SHA-256, and its size in bytes."""
        digest, size = hashlib.sha256(), 0
        for part in self.chunks():
            digest.update(part)
            size += len(part)
        return digest.hexdigest(), size

    @property
    def name(self):
        """On a server, which has it under its digest."""
        return f"artefacts/{self.digest[0]}"


class Tar(Source):
    """Files as a tar, read again for each pass; equal files give equal bytes."""

    def __init__(self, files):
        self._files = files

    def chunks(self):
        """Its bytes, at most BLOCK at a time."""
        for name, path in self._files:
            info = tarfile.TarInfo(name)
            info.size = os.path.getsize(path)
            yield info.tobuf(tarfile.PAX_FORMAT)
            with open(path, "rb") as file:
                while True:
                    part = file.read(BLOCK)
                    if not part:
                        break
                    yield part
            if info.size % tarfile.BLOCKSIZE:
                yield bytes(tarfile.BLOCKSIZE - info.size % tarfile.BLOCKSIZE)
        yield bytes(2 * tarfile.BLOCKSIZE)


class Blob(Source):
    """Bytes in memory."""

    def __init__(self, content):
        self._content = content

    def chunks(self):
        for start in range(0, len(self._content), BLOCK):
            yield self._content[start:start + BLOCK]


class Spool:
    """Arrays that grow row by row in files of a folder, and become one archive."""

    def __init__(self, folder):
        self._folder = folder
        self._columns = {}
        self.rows = 0

    def add(self, rows):
        """Adds a batch: arrays by name, all with as many rows."""
        if self._columns and set(rows) != set(self._columns):
            raise ClusterError(f"Sample {self.rows} has {_names(rows)}, and those before it have {_names(self._columns)}: give all the same.")
        counts = {name: len(array) for name, array in rows.items()}
        if len(set(counts.values())) != 1:
            raise ClusterError(f"The batch at sample {self.rows} has {', '.join(f'{count} of {name!r}' for name, count in counts.items())}: "
                               "give as many of each.")
        for name, array in rows.items():
            if array.dtype == object or array.dtype.kind not in "biufV":
                raise ClusterError(f"{name!r} of sample {self.rows} has the type {array.dtype}: give numbers.")
            column = self._columns.setdefault(name, _Column(os.path.join(self._folder, f"column{len(self._columns)}"), array))
            if array.shape[1:] != column.shape or array.dtype != column.dtype:
                raise ClusterError(
                    f"{name!r} of sample {self.rows} is {array.dtype} {array.shape[1:]}, and of those before {column.dtype} {column.shape}: give "
                    "one shape and type, padded where samples differ.")
            column.write(array)
        self.rows += next(iter(counts.values()))

    def close(self, path):
        """Writes the archive, as numpy.savez does."""
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
            for name, column in self._columns.items():
                entry = zipfile.ZipInfo(f"{name}.npy")
                with archive.open(entry, "w", force_zip64=True) as out:
                    column.copy_to(out, self.rows)
        return path


class _Column:
    def __init__(self, path, first):
        self._path, self.shape, self.dtype = path, first.shape[1:], first.dtype
        self._file = open(path, "wb")

    def write(self, array):
        self._file.write(numpy.ascontiguousarray(array).data)

    def copy_to(self, out, rows):
        self._file.close()
        header = io.BytesIO()
        numpy.lib.format.write_array_header_1_0(
            header, {"descr": numpy.lib.format.dtype_to_descr(self.dtype), "fortran_order": False, "shape": (rows, *self.shape)})
        out.write(header.getvalue())
        with open(self._path, "rb") as file:
            shutil.copyfileobj(file, out, BLOCK)
        os.remove(self._path)


class DataSet:
    """What is uploaded for one role: files, and the spec that names them."""

    def __init__(self, spec, files, folder=None):
        self.spec, self.files, self._folder, self.tar = spec, files, folder, Tar(files)

    @staticmethod
    def of(data, role, model, metric, bound=()):
        """Reads data that a user gave for a role; arrays go to disk on the way. bound: inputs that are constants."""
        if isinstance(data, (str, os.PathLike)):
            return _spec(os.fspath(data), role)
        folder = Folder("cluster-data-")
        spool = Spool(folder.name)
        inputs = {name: sizes for name, sizes in model.inputs.items() if name not in bound}
        try:
            for rows in _batches(data, inputs, role):
                spool.add(rows if callable(metric) else _named(rows, metric))
        except ClusterError as error:
            raise ClusterError(f"The {role} data cannot be used: {error}") from error
        except Exception as error:
            raise ClusterError(f"The {role} data raised {type(error).__name__} after {spool.rows} samples: {error}.") from error
        if spool.rows == 0:
            raise ClusterError(f"The {role} data holds no samples: give an iterable with at least one, fresh if it was read before.")
        name = f"{role}.npz"
        return DataSet(f"npz:{name}", [(name, spool.close(os.path.join(folder.name, name)))], folder)


def example(data):
    """Inputs of one batch, to export a module by."""
    if isinstance(data, dict):
        return {name: array[:1] for name, array in data.items() if name not in (LABELS, "y")}
    if isinstance(data, tuple) and len(data) == 2 and hasattr(data[0], "shape"):
        return [data[0][:1]]
    if hasattr(data, "shape"):
        return [data[:1]]
    if isinstance(data, (str, os.PathLike)) or iter(data) is data:
        raise ClusterError("A torch.nn.Module is exported with its first calibration batch: give arrays or an iterable that can be read again, "
                           "such as a DataLoader, or export the network yourself.")
    first = next(iter(data))
    first = first[0] if isinstance(first, (tuple, list)) else first
    if isinstance(first, dict):
        return {name: array for name, array in first.items() if name not in (LABELS, "y")}
    return list(first) if isinstance(first, (tuple, list)) else [first]


def _batches(data, inputs, role):
    """Arrays by name, a batch at a time: inputs under the network's names, the rest under "y" or its own."""
    names = list(inputs)
    if isinstance(data, dict) or hasattr(data, "shape"):
        data = [data]
    elif isinstance(data, tuple) and len(data) == 2 and all(hasattr(part, "shape") for part in data):
        data = [data]
    elif not hasattr(data, "__iter__"):
        raise ClusterError(f"The {role} data must be a spec, arrays, or an iterable of (x, y) or of dicts, not {type(data).__name__}.")
    for item in data:
        rows = collections.OrderedDict()
        if isinstance(item, dict):
            rows.update(item)
        else:
            x, *rest = item if isinstance(item, (tuple, list)) else (item,)
            if isinstance(x, dict):
                rows.update(x)
            else:
                parts = x if isinstance(x, (tuple, list)) else (x,)
                if len(parts) != len(names):
                    raise ClusterError(f"A sample has {len(parts)} inputs, and the network has {_names(names)}: give them in this order, or a dict.")
                rows.update(zip(names, parts))
            if len(rest) > 1:
                raise ClusterError(f"A sample has {1 + len(rest)} parts: give (x, y), with x and y as tuples or dicts where they have several arrays.")
            if rest:
                rows.update(rest[0] if isinstance(rest[0], dict) else {"y": rest[0]})
        missing = [name for name in names if name not in rows]
        if missing:
            raise ClusterError(f"A sample has {_names(rows)}, and the network's inputs are {_names(names)}: name the arrays after them.")
        arrays = {name: _array(value, name) for name, value in rows.items()}
        alone = _are_alone({name: (arrays[name].shape, inputs[name]) for name in names if inputs[name] is not None})
        yield {name: array[None] if alone else array for name, array in arrays.items()}


def _are_alone(shapes):
    """Whether arrays are one sample, without the first axis; raises where they are neither that nor a batch. shapes: those given and taken."""
    missing = set()
    for name, (given, taken) in shapes.items():
        missing.add(len(taken) - len(given))
        for axes, sizes in ((given[1:], taken[1:]), (given, taken[1:])):
            if len(axes) == len(sizes) > 1 and not _fits(axes, sizes) and _fits((axes[-1], *axes[:-1]), sizes):
                first = len(given) - len(axes)
                order = (*range(first), len(given) - 1, *range(first, len(given) - 1))
                raise ClusterError(f"{name!r} is {given}, with channels last, and the network takes {_sizes(taken)}: give x.permute{order}, in "
                                   f"numpy x.transpose{order}.")
        if len(given) + 1 == len(taken) > 2 and taken[1] == 1 and given[0] != 1 and _fits(given[1:], taken[2:]):
            raise ClusterError(f"{name!r} has {len(given)} axes, {given}, and the network takes {len(taken)} axes, {_sizes(taken)}: give x[:, None], "
                               "which has the axis of channels.")
    if missing - {0, 1} or len(missing) > 1:
        said = " and ".join(f"{name!r} has {len(given)} axes, {given}, and the network takes {len(taken)} axes, {_sizes(taken)}"
                            for name, (given, taken) in shapes.items())
        raise ClusterError(f"{said}: give a batch, or one sample without the first axis.")
    return missing == {1}


def _fits(given, taken):
    return all(size in (None, axis) for axis, size in zip(given, taken))


def _sizes(taken):
    return f"(N, {', '.join('?' if size is None else str(size) for size in taken[1:])})"


def _array(value, name):
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    try:
        return numpy.asarray(value)
    except ValueError:
        raise ClusterError(f"{name!r} has rows of several shapes: pad them to one.") from None


def _named(rows, metric):
    """One integer a sample is a label; what else belongs to "y" has the metric's own name for it."""
    y, role = rows.get("y"), ROLES.get(metric)
    if y is None or LABELS in rows:
        return rows
    if role is not None:
        rows[role] = rows.pop("y")
    elif y.ndim == 1 and y.dtype.kind in "iu":
        rows[LABELS] = rows.pop("y")
    elif metric in UNLABELLED:
        del rows["y"]
    elif metric in LABELLED:
        raise ClusterError(f"y is {y.dtype} {_sizes((None, *y.shape[1:])) if y.ndim > 1 else '(N,)'}: labels are one integer a sample; give "
                           f"{_label_of(y)}.")
    return rows


def _label_of(y):
    whole = "" if y.dtype.kind in "iu" else ".astype(int), y.long() of a tensor"
    if y.ndim == 1:
        return f"y{whole}" if whole else "y"
    if y.ndim == 2:
        return "y.argmax(1)" if y.shape[1] > 1 else f"y[:, 0]{whole.replace('y.', 'y[:, 0].')}"
    return "another metric, such as \"miou\" or a function of (outputs, y)"


# Of docs/guide/data.md: FORMAT:PATH[,labels=PATH][,alphabet=PATH][@a..b], joined by +.
PART = re.compile(r"(?P<format>folder|imagefolder|cifar10|npz|npy|idx):(?P<path>[^,@+]+)(?P<rest>(?:,[a-z]+=[^,@+]+)*)(?P<slice>@[-0-9.]+)?")


def _spec(text, role):
    if os.path.exists(text) and text.endswith((".npz", ".npy")):
        text = f"{text[-3:]}:{text}"
    files, parts = [], []
    for part in text.split("+"):
        match = PART.fullmatch(part)
        if match is None:
            raise ClusterError(f"The {role} data {part!r} is no spec: write npz:FILE, imagefolder:DIR or folder:DIR,labels=FILE.csv.")
        options = [option.partition("=") for option in match["rest"].split(",")[1:]]
        named = [_add(match["path"], files, role)]
        named += [f"{key}={value if value == 'none' else _add(value, files, role, match['path'])}" for key, _, value in options]
        parts.append(f"{match['format']}:{','.join(named)}{match['slice'] or ''}")
    return DataSet("+".join(parts), files)


def _add(path, files, role, folder=None):
    """A path of a spec among the files of the tar, under a name of its own."""
    found = path
    if not os.path.exists(found) and folder is not None:
        found = next((option for option in (os.path.join(folder, path), os.path.join(os.path.dirname(folder), path)) if os.path.exists(option)), path)
    if not os.path.exists(found):
        raise ClusterError(f"The {role} data names {path}, which is not there: correct the path.")
    name = f"{len(files)}-{os.path.basename(os.path.normpath(found))}"
    if os.path.isdir(found):
        for parent, folders, names in os.walk(found):
            folders.sort()
            for file in sorted(names):
                full = os.path.join(parent, file)
                files.append((os.path.join(name, os.path.relpath(full, found)), full))
    else:
        files.append((name, found))
    return name


def _names(names):
    return ", ".join(repr(name) for name in names)
