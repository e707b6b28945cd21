"""Temporary folders that end with this process, however it ends."""
import os
import shutil
import subprocess
import tempfile
import threading
import weakref

# Reads paths, a line each, until the process at the other end is gone; then removes what is left of them. A silo that ends with that
# process may write for a moment longer.
_SWEEP = 'set --; while IFS= read -r f; do set -- "$@" "$f"; done; for t in 1 2 3 4 5 6 7 8 9; do rm -rf -- "$@" 2>/dev/null && exit; sleep 1; done'
_lock = threading.Lock()
_sweeper = None


class Folder:
    """A new temporary folder, removed with this object and at the end of the process, killed or not."""

    def __init__(self, prefix):
        self.name = tempfile.mkdtemp(prefix=prefix)
        self._remove = weakref.finalize(self, shutil.rmtree, self.name, ignore_errors=True)
        _sweep(self.name)

    def remove(self):
        """Removes it now."""
        self._remove()


def _sweep(path):
    global _sweeper
    if os.name != "posix":
        return
    with _lock:
        if _sweeper is None or _sweeper.poll() is not None:
            _sweeper = subprocess.Popen(["/bin/sh", "-c", _SWEEP], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        start_new_session=True)
        _sweeper.stdin.write(os.fsencode(path) + b"\n")
        _sweeper.stdin.flush()
