"""Values as people write them, and options by their names in the contract."""
import difflib
import re

from . import _contract
from ._errors import ClusterError
from ._names import NAMES

UNITS = {
    "time": {"us": 1e-3, "ms": 1.0, "s": 1e3, "": 1.0},
    "size": {"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 2 ** 10, "MiB": 2 ** 20, "GiB": 2 ** 30, "": 1},
    "count": {"": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12},
    "share": {"": 1.0, "%": 0.01, "dB": 1.0, "nats": 1.0},
}
OF_FLOAT32 = "-of-fp32"
FIELDS = {"latency_budget_ms": "time", "size_budget_bytes": "size", "bops_budget": "count", "max_drop": "share"}
# Shorter names, as the command line and its files have them.
ALIASES = {"budget_evals": "budget_evaluations", "keep_fp32": "keep_float32", "latency_budget": "latency_budget_ms",
           "size_budget": "size_budget_bytes"}


def amount(name, value, unit):
    """A number with or without its unit: "2ms", "5MB", "0.5%", 2.0."""
    if isinstance(value, str):
        match = re.fullmatch(r"\s*([-+0-9.eE]+)\s*([A-Za-z%]*)\s*", value)
        factor = UNITS[unit].get(match[2]) if match else None
        try:
            number = float(match[1]) if match else None
        except ValueError:
            number = None
        if factor is None or number is None:
            known = ", ".join(word for word in UNITS[unit] if word)
            raise ClusterError(f"{name} must be a number with one of the units {known}, not {value!r}.")
        value = number * factor
    return int(value) if unit in ("size", "count") else float(value)


def fill(spec, options):
    """Sets a job's options by name; an unknown one is named with those that are near."""
    fields = {field.name: field for field in _contract.JobSpec.DESCRIPTOR.fields}
    for name, value in options.items():
        field = fields.get(ALIASES.get(name, name))
        if field is None:
            near = difflib.get_close_matches(name, [*fields, *ALIASES], 3)
            raise ClusterError(f"There is no option {name}" + (f": {' or '.join(near)} is near." if near else "; help(cluster.JobOptions) lists them."))
        if value is None:
            continue
        try:
            if field.label == field.LABEL_REPEATED:
                others = NAMES.get(key_of(field.name), {})
                words = [value] if isinstance(value, str) else value
                getattr(spec, field.name).extend(others.get(str(word).lower().replace("_", "-"), word) for word in words)
            elif field.name == "max_drop" and isinstance(value, str) and value.endswith(OF_FLOAT32):
                spec.max_drop, spec.max_drop_is_relative = amount(name, value[:-len(OF_FLOAT32)], "share"), True
            elif field.enum_type is not None:
                setattr(spec, field.name, _choice(field, name, value))
            elif field.name in FIELDS:
                setattr(spec, field.name, amount(name, value, FIELDS[field.name]))
            else:
                setattr(spec, field.name, value)
        except (TypeError, ValueError) as error:
            if isinstance(error, ClusterError):
                raise
            raise ClusterError(f"{name} cannot be {value!r} ({error}).") from None


def _choice(field, name, value):
    """A word of the command line, such as "output-sqnr", or another tool's name for it, as the enum's number."""
    values = field.enum_type.values
    prefix = values[0].name[:-len("UNSPECIFIED")]
    others = NAMES.get(key_of(field.name), {})
    words = {one.name[len(prefix):].lower().replace("_", "-"): one.number for one in values[1:]}
    numbers = {_letters(word): number for word, number in words.items()}
    numbers.update((_letters(other), numbers[_letters(here)]) for other, here in others.items())
    found = numbers.get(_letters(value))
    if found is None:
        near = difflib.get_close_matches(str(value).lower().replace("_", "-"), [*words, *others], 3)
        said = f" Did you mean {' or '.join(near)}?" if near else ""
        raise ClusterError(f"{name} must be one of {', '.join(words)}, not {value!r}.{said}")
    return found


def _letters(word):
    return re.sub("[-_ ]", "", str(word)).lower()


def key_of(name):
    """An option's key in a job's file."""
    return next((short for short, long in ALIASES.items() if long == name), name).replace("_", "-")
