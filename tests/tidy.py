"""clang-tidy over what differs from where the branch left the main one, or over all where that is not known.

Usage: tidy.py SOURCE_DIR BUILD_DIR [BASE]    BASE: the commit to compare with, such as origin/main
What was clean is remembered by content (in $XDG_CACHE_HOME/unf-tidy) and not looked at again.
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

PROGRAM = "clang-tidy-16"
TOPS = ("graph", "tosca", "dataplane", "agent", "vnfm", "adapters")
# Asio of Debian 12 knows GCC's coroutines only.
EXTRA = ["-Wno-everything", "-DBOOST_ASIO_HAS_CO_AWAIT", "-DBOOST_ASIO_HAS_STD_COROUTINE"]


class Unit:
    """A file that is compiled, with all of our files that it includes."""

    def __init__(self, source, command, file):
        self.file = pathlib.Path(file)
        self.files = {self.file.relative_to(source).as_posix()} if "/joined/" not in file else set()
        self._follow(source, self.file)
        digest = hashlib.sha256((source / ".clang-tidy").read_bytes())
        digest.update(re.sub(r"\S*/build/\S*|" + re.escape(str(source)), "", command).encode())
        for each in sorted(self.files):
            digest.update(each.encode() + (source / each).read_bytes())
        self.key = digest.hexdigest()

    def _follow(self, source, file):
        for name in re.findall(r'^#include "([^"]+)"', file.read_text(), re.MULTILINE):
            if name not in self.files and (source / name).is_file():
                self.files.add(name)
                self._follow(source, source / name)


def changed_files(source, base):
    """None: all."""
    if not base:
        return None
    merge_base = subprocess.run(["git", "-C", source, "merge-base", "HEAD", base], capture_output=True, text=True)
    head = subprocess.run(["git", "-C", source, "rev-parse", "HEAD"], capture_output=True, text=True)
    if merge_base.returncode != 0 or merge_base.stdout == head.stdout:
        return None
    names = subprocess.run(["git", "-C", source, "diff", "--name-only", merge_base.stdout.strip()],
                           capture_output=True, text=True, check=True).stdout
    return set(names.split())


def check(unit, build, cache):
    done = cache / unit.key
    if done.exists():
        return unit, ""
    ran = subprocess.run([PROGRAM, "--quiet", "-p", build, *[f"--extra-arg={each}" for each in EXTRA], unit.file],
                         capture_output=True, text=True)
    if ran.returncode == 0:
        done.touch()
        return unit, ""
    return unit, ran.stdout + "\n".join(ran.stderr.splitlines()[-3:])


def main(source, build, base=None):
    source, build = pathlib.Path(source).resolve(), pathlib.Path(build).resolve()
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "unf-tidy"
    cache.mkdir(parents=True, exist_ok=True)
    units = [Unit(source, entry["command"], entry["file"])
             for entry in json.loads((build / "compile_commands.json").read_text())
             if "/joined/" in entry["file"] or entry["file"].startswith(tuple(f"{source}/{top}/" for top in TOPS))]
    changed = changed_files(source, base)
    if changed is not None:
        units = [unit for unit in units if unit.files & changed]
    found = False
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for unit, text in pool.map(lambda unit: check(unit, build, cache), units):
            if text:
                found = True
                print(f"== {unit.file.relative_to(build) if build in unit.file.parents else unit.file}\n{text}", flush=True)
    print(f"clang-tidy: {len(units)} units, {'see above' if found else 'nothing found'}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
