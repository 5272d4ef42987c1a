"""Run as a script in a process of its own: copy an HDF5 file into an npz file, and refuse what is not plain data.

The HDF5 library is not made for hostile files: a damaged one may end the process or never end. Here it ends this one.
Imports nothing of brainnet. Arguments: the HDF5 file, the npz file, the most bytes that
all data may take, and what to do if they take more.
The npz file holds ``array_0``, ``array_1``... and ``tree``, bytes of JSON: objects, lists of text, text, and numbers of
arrays.
Without a name for the npz file, a netCDF file is read to its end and nothing is written.
"""

from __future__ import annotations

import json
import math
import sys
from typing import Any

DEPTH = 16  # of groups within groups
MEMBERS = 100_000
KINDS = "fiub"


class Refused(Exception):
    """What is wrong with the file."""


class Copy:
    """Walks through the groups of a file."""

    def __init__(self, max_bytes: int, remedy: str, netcdf: bool) -> None:
        """Begin with nothing read."""
        self.max_bytes, self.left, self.members = max_bytes, max_bytes, 0
        self.remedy, self.netcdf = remedy, netcdf
        self.arrays: list[Any] = []

    def group(self, group: Any, path: str, depth: int) -> dict[str, Any]:
        """Return the members of a group."""
        import h5py

        if depth > DEPTH:
            raise Refused(f"groups lie more than {DEPTH} deep in each other at {path[:80]}")
        tree = {}
        self.attributes(group)
        for name in group:
            self.members += 1
            if self.members > MEMBERS:
                raise Refused(f"the file has more than {MEMBERS} members")
            where = f"{path}/{name}"
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                raise Refused(f"{where} is a link to elsewhere, which is not followed")
            item = group[name]
            if isinstance(item, h5py.Group):
                tree[name] = self.group(item, where, depth + 1)
            elif isinstance(item, h5py.Dataset):
                tree[name] = self.dataset(item, where)
            else:
                raise Refused(f"{where} is no data")
        return tree

    def take(self, n_bytes: int) -> None:
        """Count what is to be read."""
        self.left -= n_bytes
        if self.left < 0:
            raise Refused(f"the data take more than {self.max_bytes} bytes; {self.remedy}")

    def attributes(self, item: Any) -> None:
        """Count the attributes of a netCDF file; else they are not read."""
        if self.netcdf:
            for name in item.attrs:
                found = item.attrs.get_id(name)
                self.take(math.prod(found.shape) * max(found.dtype.itemsize, 4))

    def dataset(self, data: Any, where: str) -> Any:
        """Return text, lists of text or the number of an array."""
        import h5py

        if data.is_virtual or data.external:
            raise Refused(f"{where} lies in another file, which is not read")
        text = h5py.check_string_dtype(data.dtype)
        if data.shape is None or (text is None and data.dtype.kind not in KINDS and not self.netcdf):
            raise Refused(f"{where} has type {data.dtype}; numbers and text are understood")
        self.take(math.prod(data.shape) * max(data.dtype.itemsize, 4))
        self.attributes(data)
        if text is not None:
            values = data.asstr(errors="replace")[()]
            listed = values if isinstance(values, str) else values.tolist()
            self.take(len(json.dumps(listed)))
            return listed
        if self.netcdf:
            return None  # read below, as netCDF
        if not math.prod(data.shape):
            raise Refused(f"{where} is empty")
        values = data[()]
        self.arrays.append(values.astype("u1") if data.dtype.kind == "b" else values)
        return len(self.arrays) - 1


def limit_memory(n_bytes: int) -> None:
    """Let the process have no more than that, where the system can."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (n_bytes, n_bytes))
    except (ImportError, ValueError, OSError):
        pass  # sizes are checked all the same


def read_netcdf(source: str) -> None:
    """Read what is read of a run folder."""
    import h5netcdf

    with h5netcdf.File(source, "r", decode_vlen_strings=True) as file:
        dict(file.attrs)
        for variable in file.variables.values():
            variable.dimensions, dict(variable.attrs), variable[...]


def main(source: str, target: str, max_bytes: int, remedy: str) -> None:
    """Copy the file."""
    import h5py
    import numpy as np

    from brainnet.guarded.archive import save_arrays

    # libraries, the data, their copies on the way into the archive
    limit_memory(2**31 + 4 * max_bytes)
    copy = Copy(max_bytes, remedy, not target)
    with h5py.File(source, "r") as file:
        tree = copy.group(file, "", 0)
    if not target:
        read_netcdf(source)
        return
    arrays = {f"array_{k}": np.asarray(values) for k, values in enumerate(copy.arrays)}
    save_arrays(target, {"tree": np.frombuffer(json.dumps(tree).encode(), "u1"), **arrays})


if __name__ == "__main__":
    try:
        main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
    except Exception as error:  # h5py raises a dozen types on damaged bytes
        print(" ".join(str(error).split())[:300] or type(error).__name__, file=sys.stderr)
        sys.exit(1)
