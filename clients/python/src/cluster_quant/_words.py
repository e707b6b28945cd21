"""Values as people write them, options by their names, and the program's sentences in the words of Python."""
import difflib
import re
import warnings

from . import _contract
from ._errors import ClusterError
from ._names import NAMES, OPTIONS

UNITS = {
    "time": {"us": 1e-3, "ms": 1.0, "s": 1e3, "": 1.0},
    "size": {"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 2 ** 10, "MiB": 2 ** 20, "GiB": 2 ** 30, "": 1},
    "count": {"": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12},
    "share": {"": 1.0, "%": 1e-2, "dB": 1.0, "nats": 1.0},
    "minutes": {"": 1.0, "min": 1.0},
}
OF_FLOAT32 = "-of-fp32"
FIELDS = {"latency_budget_ms": "time", "size_budget_bytes": "size", "bops_budget": "count", "max_drop": "share", "confidence": "share",
          "epoch_share": "share", "expect": "share", "freeze_ranges": "share", "learning_rate": "share", "original_rate": "share",
          "rate_share": "share", "sample_share": "share", "max_minutes": "minutes"}
# Options whose fields have longer names.
LONG = {"budget_evals": "budget_evaluations", "keep_fp32": "keep_float32", "latency_budget": "latency_budget_ms",
        "size_budget": "size_budget_bytes"}
SHORT = {field: name for name, field in LONG.items()}
# Arguments that are no options of a job, by the command line's words for them.
ARGUMENTS = {"data": "calibration", "eval": "evaluation", "model": "model", "test": "test", "train": "train", "metric": "metric",
             "metric-command": "metric", "preprocess": "preprocess"}
# Metrics whose losses are points, and the losses without % that are probably, and surely, half a percent written as 0.5; of MaxDrop.cs.
SHARES = (None, "top1", "top5", "map50", "map50-95", "miou", "ctc", "ctc-characters")
USUAL, MOST = 0.05, 0.1


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
        # As the command line does it: a product would be another number, and another job.
        value = number / 100 if match[2] == "%" else number * factor
    return int(value) if unit in ("size", "count") else float(value)


def word(value):
    """A word of the command line, however it is written: "MAP50_95" is "map50-95"."""
    return str(value).lower().replace("_", "-")


def word_of(name):
    """The word of an enum's name: MAP50_TO95 is "map50-95"; None of UNSPECIFIED."""
    return None if name == "UNSPECIFIED" else re.sub(r"-to(?=\d)", "-", word(name))


def fill(spec, options):
    """Sets a job's options by name; an unknown one is named with those that are near."""
    fields = {field.name: field for field in _contract.JobSpec.DESCRIPTOR.fields}
    for name, value in options.items():
        if name not in OPTIONS and name not in ("metric", "metric_command"):
            near = difflib.get_close_matches(name, [*OPTIONS, *ARGUMENTS.values()], 3)
            raise ClusterError(f"There is no option {name}"
                               + (f": {' or '.join(near)} is near." if near else "; help(cluster_quant.run) lists them."))
        if value is None:
            continue
        field = fields[LONG.get(name, name)]
        try:
            if field.label == field.LABEL_REPEATED:
                getattr(spec, field.name).extend(NAMES.get(key_of(name), {}).get(word(one), one) for one in texts(value))
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
    _check_drop(options)


def texts(value):
    """A repeated option's texts: of one, of a list, of a dict such as set={"threshold": 0.5}."""
    if isinstance(value, dict):
        return [f"{key}={','.join(map(str, one)) if isinstance(one, (list, tuple)) else one}" for key, one in value.items()]
    return [value] if isinstance(value, str) else list(value)


def _check_drop(options):
    given, metric = options.get("max_drop"), options.get("metric")
    text = str(given)
    number, end = (text[:-len(OF_FLOAT32)], OF_FLOAT32) if text.endswith(OF_FLOAT32) else (text, "")
    if given is None or not re.fullmatch(r"[0-9.eE+-]+", number) or (metric and word(metric)) not in SHARES:
        return
    drop = float(number)
    if MOST <= drop < 1:
        raise ClusterError(f"max_drop={given!r} is a fraction, {100 * drop:g} %: write \"{drop:g}%{end}\", or \"{100 * drop:g}%{end}\" if so much "
                           "may be lost.")
    if drop > USUAL and not end:
        warnings.warn(f"max_drop={given!r} accepts a loss of up to {100 * drop:g} points: write \"{drop:g}%\" for {drop:g} points.",
                      stacklevel=6)


def _choice(field, name, value):
    """A word of the command line, such as "output-sqnr", or another tool's name for it, as the enum's number."""
    values = field.enum_type.values
    prefix = values[0].name[:-len("UNSPECIFIED")]
    others = NAMES.get(key_of(name), {})
    words = {word_of(one.name[len(prefix):]): one.number for one in values[1:]}
    numbers = {_letters(one): number for one, number in words.items()}
    numbers.update((_letters(other), numbers[_letters(here)]) for other, here in others.items())
    found = numbers.get(_letters(value))
    if found is None:
        near = difflib.get_close_matches(word(value), [*words, *others], 3)
        said = f" Did you mean {' or '.join(near)}?" if near else ""
        raise ClusterError(f"{name} must be one of {', '.join(words)}, not {value!r}.{said}")
    return found


def _letters(text):
    return re.sub("[-_ ]", "", str(text)).lower()


def key_of(name):
    """An option's key in a job's file."""
    return name.replace("_", "-")


def spoken(sentence):
    """A sentence of the program in the words of Python: `--max-drop 1.25%` is max_drop="1.25%", and `--eval` is evaluation."""
    names = {**{key_of(name): name for name in OPTIONS}, **ARGUMENTS}

    def python(found):
        name, value = names.get(found[1]), found[2]
        if name is None:
            return found[0]
        if value is None:
            return name
        plain = re.fullmatch(r"-?[0-9.]+", value.strip())
        return f"{name}={value.strip()}" if plain else f"{name}=\"{value.strip()}\""

    sentence = re.sub(r"(?<![\w-])--([a-z][a-z0-9-]*[a-z0-9])( -?[0-9][0-9.]*(?:%?-of-fp32|[A-Za-z%]+)?(?![\w-]))?", python, sentence)
    # What is uploaded as such an archive was arrays.
    sentence = re.sub(r"'?(?:npz:)?(?<![-\w/])(calibration|evaluation|test|training)\.npz'?", r"the \1 data", sentence)
    return re.sub(r"\bThe field spec\.([a-z0-9_]+)", lambda found: SHORT.get(found[1], found[1]), sentence)
