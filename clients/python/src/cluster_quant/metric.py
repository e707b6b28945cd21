"""Runs a metric of Python for `cluster run --metric-command "python3 -m cluster_quant.metric MODULE:FUNCTION[@DIGEST]"`.

It is the same function that was given to cluster_quant.run(metric=...): it gets the outputs by name, and y.
"""
import importlib
import os
import sys

from ._errors import ClusterError
from ._judge import digest_of, numbers_of


def main(arguments):
    """Prints the numbers of predictions: MODULE:FUNCTION, then the path of the archive and the name of the set."""
    if len(arguments) != 3 or ":" not in arguments[0]:
        raise ClusterError("python3 -m cluster_quant.metric takes MODULE:FUNCTION, and what `cluster run` adds to it.")
    named, _, digest = arguments[0].partition("@")
    module, _, name = named.partition(":")
    sys.path.insert(0, os.getcwd())
    try:
        metric = importlib.import_module(module)
        for part in name.split("."):
            metric = getattr(metric, part)
    except (ImportError, AttributeError) as error:
        raise ClusterError(f"The metric {named} cannot be imported ({error}): save it as a function of {module}.py, and start the command "
                           "in that folder.") from None
    if digest and digest != digest_of(metric):
        raise ClusterError(f"The metric {named} was changed since the job was written: write it @{digest_of(metric)}, and it is another job.")
    print("\n".join(repr(float(number)) for number in numbers_of(metric, arguments[1])))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except ClusterError as error:
        sys.exit(str(error))
