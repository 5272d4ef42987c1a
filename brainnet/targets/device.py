"""Brian2's C++ standalone device: quick to compile, compiler's words kept, a progress bar, clean interruption."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from brian2 import Synapses, TimedArray, prefs
from tqdm import tqdm

from brainnet.brian import (
    CPPStandaloneDevice,
    VariableView,
    c_data_type,
    contained_objects,
    is_gone,
    is_of_another_device,
    own_sources,
)
from brainnet.errors import ParameterError, TargetError
from brainnet.targets import cache
from brainnet.targets.codeobject import CppCodeObject
from brainnet.targets.compiler import compiler_command
from brainnet.targets.content import check_run
from brainnet.targets.newvalues import NewValue
from brainnet.targets.process import MEMORY_MARK, PROGRESS_MARK, FileRefusedError, run_make, run_watched
from brainnet.targets.progress import BAR
from brainnet.targets.rewriting import vectorisable

__all__ = ["REPORT_CODE", "CppDevice"]

# C++ body of Brian2's report function: one line a report, read by `run_watched`.
REPORT_CODE = f'std::cout << "{PROGRESS_MARK} " << completed << std::endl << std::flush;'
# Linux only: rusage would count the memory of the process that started the program.
MEMORY_CODE = f"""
{{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.rfind("VmHWM:", 0) == 0)
            std::cout << "{MEMORY_MARK} " << std::stol(line.substr(6)) << std::endl;
}}
"""
_LARGE = 8 * 2**20  # bytes of arrays, from which large pages pay; small programs would take more memory
_TUNABLES = "GLIBC_TUNABLES"
_READ_FROM_TEXT = ("double", "float", "int32_t", "int64_t", "char")


class CppDevice(CPPStandaloneDevice):
    """C++ standalone device that `brainnet.targets` drives."""

    def __init__(self, progress: bool = False) -> None:
        super().__init__()
        self.progress = progress
        self.built = False
        self.file_arrays: dict[str, np.ndarray] = {}
        self.foreign_sources: set[str] = set()
        self.texts: set[str] = set()
        self.compiler: list[str] = []
        self.compiled = False
        self.running: list[subprocess.Popen[str]] = []
        self.peak_memory = 0

    def code_object_class(self, codeobj_class: Any = None, fallback_pref: Any = None) -> Any:
        """Return the class that brings our templates, unless another one is asked for."""
        return codeobj_class or CppCodeObject

    def code_object(
        self, owner: Any, name: str, abstract_code: Any, variables: Any, template_name: str, *args: Any, **kwargs: Any
    ) -> Any:
        """Make a code object; what is computed for each neuron in every step is written such that it vectorises."""
        if template_name == "stateupdate":
            numbers = {
                key for key, each in variables.items() if np.issubdtype(getattr(each, "dtype", int), np.floating)
            }
            if isinstance(abstract_code, str):
                abstract_code = vectorisable(abstract_code, numbers)
            else:
                abstract_code = {key: vectorisable(text, numbers) for key, text in abstract_code.items()}
        return super().code_object(owner, name, abstract_code, variables, template_name, *args, **kwargs)

    def network_run(self, net: Any, *args: Any, **kwargs: Any) -> None:
        """Queue a run of `net`, by a name that does not count the networks of this process: the cache goes by it."""
        if net not in self.networks and re.fullmatch(r"network(_\d+)?", net.name):
            net._name = f"network_{len(self.networks)}"
        kwargs["level"] = kwargs.get("level", 0) + 1
        if not net.objects:
            raise TargetError(
                "the run holds no objects of this C++ context, whose program has only what is made inside of it; make "
                "groups, synapses and monitors inside `with brainnet.target('cpp')`"
            )
        for one in contained_objects(net):
            if is_of_another_device(one, self):
                raise TargetError(
                    f"{one.name} was made outside of this C++ context, whose program has only what is made inside of "
                    "it; make the network inside `with brainnet.target('cpp')`"
                )
        if self.networks:
            raise TargetError(
                "a C++ program has one run, and this context has built its own; open another context, or build the "
                "network once with brainnet.build(network, duration) and run that program with other values"
            )
        if self.build_on_run:  # else `brainnet.build` has looked
            check_run(net, args[0] if args else kwargs["duration"])
        super().network_run(net, *args, **kwargs)
        # Brian2 looks for synapses, whose queues the program must have, among the network's own objects only.
        self.synapses |= {one for one in contained_objects(net) if isinstance(one, Synapses)}
        if not self.code_lines["before_end"]:
            self.insert_code("before_end", MEMORY_CODE)

    def network_store(self, net: Any, *args: Any, **kwargs: Any) -> None:
        """Refuse: a C++ program does not stop on its way."""
        raise TargetError(
            "a C++ program cannot be stored and restored: each run of brainnet.build(network, duration) begins anew; "
            "keep what was learned by save and load, or use target numpy or cython"
        )

    network_restore = network_store

    def build(self, *args: Any, **kwargs: Any) -> None:
        """Write and compile the program; from then on it has its values."""
        super().build(*args, **kwargs)
        self.built = True

    def fill_with_array(self, var: Any, arr: Any) -> None:
        """Give a variable its first values; too late once the program is built."""
        self._refuse_late(var.name)
        before = len(self.main_queue)
        super().fill_with_array(var, arr)
        for place in range(before, len(self.main_queue)):
            self.main_queue[place] = self._read_in_place(var, *self.main_queue[place])

    def _read_in_place(self, var: Any, what: str, arguments: Any) -> tuple[str, Any]:
        """Let an array be read where it stands, not into a second one that is copied and kept."""
        if what != "set_by_array" or arguments[2] or self.static_arrays[arguments[1]].size != var.size:
            return what, arguments
        array = self.static_arrays.pop(arguments[1]).astype(var.dtype)
        # A name of its own each time: what is computed between two fillings sees the first.
        path = self.file_array(f"{arguments[1]}_{len(self.file_arrays)}", array)
        failed = f'{{ std::cerr << "error: cannot read {path}" << std::endl; exit(1); }}'
        return "insert_code", (
            f'{{ std::ifstream file("{path}", std::ios::binary); '
            f"if (!file.read(reinterpret_cast<char*>({arguments[0]}), {array.nbytes})) {failed} }}"
        )

    def variableview_set_with_index_array(self, variableview: Any, *args: Any, **kwargs: Any) -> None:
        """Give a part of a variable its first values; too late once the program is built."""
        self._refuse_late(variableview.name)
        super().variableview_set_with_index_array(variableview, *args, **kwargs)

    def _refuse_late(self, name: str) -> None:
        # A clock is set anew when another context ends.
        if self.built and name not in ("dt", "t", "timestep"):
            raise TargetError(
                f"the C++ program of this context is built, and {name} would not reach it; give new values to its "
                f"run({{group.{name}: value}}), or set them before the network is built"
            )

    def get_value(self, var: Any, access_data: bool = True) -> Any:
        """Return what a run has left in a variable."""
        try:
            return super().get_value(var, access_data)
        except FileNotFoundError:
            raise TargetError(
                f"the results of {var.name} are gone with their C++ context; read them inside of it, or give it a "
                "directory"
            ) from None

    def generate_objects_source(self, writer: Any, *args: Any, **kwargs: Any) -> None:
        """Write the arrays; those of groups that are gone, as after a mistake, under a name that nobody has."""
        for number, variable in enumerate(self.arrays):
            if is_gone(variable.owner):
                variable.owner = SimpleNamespace(name=f"gone_{number}")
        super().generate_objects_source(writer, *args, **kwargs)

    def generate_makefile(self, writer: Any, compiler: str, compiler_flags: str, *args: Any, **kwargs: Any) -> None:
        """Gather all source in two units before the makefile is written: ``steps.cpp`` and ``once.cpp``."""
        once_only = {args[0].name for func, args in self.main_queue if func == "run_code_object"}
        units: dict[str, list[str]] = {"steps.cpp": ["network.cpp"], "once.cpp": ["objects.cpp", "run.cpp", "main.cpp"]}
        for codeobj in self.code_objects.values():
            units["once.cpp" if codeobj.name in once_only else "steps.cpp"].append(f"code_objects/{codeobj.name}.cpp")
            units["once.cpp"] += [f"code_objects/{block}_{codeobj.name}.cpp" for block in codeobj.before_after_blocks]
        units["once.cpp"] += sorted(own_sources() & writer.source_files)
        gathered = {name for names in units.values() for name in names} | {"synapses_classes.cpp"}
        self.foreign_sources = writer.source_files - gathered
        for unit, names in units.items():
            writer.write(unit, "".join(f'#include "{name}"\n' for name in names))
        writer.source_files = {*self.foreign_sources, *units}
        self.texts = {*writer.header_files, *gathered, *units, "makefile"}
        self.compiler = [*compiler_command(), *shlex.split(compiler_flags)]
        super().generate_makefile(writer, compiler, compiler_flags, *args, **kwargs)

    def file_array(self, name: str, array: np.ndarray) -> str:
        """Have `array` written where the program finds it, and return the file's path as the program sees it.

        Unlike Brian2's static arrays it is read by the code object that needs it, aligned as that one likes.
        """
        self.file_arrays[name] = array
        return f"static_arrays/{name}"

    def write_static_arrays(self, directory: str) -> None:
        """Write Brian2's arrays and those of `file_array`."""
        super().write_static_arrays(directory)
        for name, array in self.file_arrays.items():
            array.tofile(Path(directory) / "static_arrays" / name)

    def compile_source(self, directory: str, compiler: str, debug: bool, clean: bool) -> None:
        """Fetch the program from the cache or run make; raise `TargetError` with the compiler's first words."""
        start = time.time()
        program, key = Path(directory) / "main", None
        if self._is_self_contained():
            key = cache.program_key(Path(directory), self.texts, self.compiler)
        self.compiled = key is None or not cache.fetch(key, program)
        if self.compiled:
            run_make(directory)
            if key:
                cache.store(key, program)
        self.timers["compile"]["make"] = time.time() - start

    def _is_self_contained(self) -> bool:
        # Text of foreign files is not looked at, so a program that uses some is always compiled.
        kinds = ("headers", "sources", "libraries", "include_dirs", "library_dirs")
        used = [codeobj.compiler_kwds.get(kind) for codeobj in self.code_objects.values() for kind in kinds]
        return not (any(used) or self.headers or self.foreign_sources or self.libraries or prefs["codegen.cpp.headers"])

    def run_part(self, results: str, arguments: list[str], report: Callable[[float], None]) -> Path:
        """Run the compiled program with a results folder of its own, and return that; safe to call from threads."""
        folder = Path(self.project_dir)
        (folder / results).mkdir(exist_ok=True)
        self.run_main(["--results_dir", f"{folder / results}/", *arguments], report)
        return folder / results

    def run_main(self, arguments: list[str], report: Callable[[float], None]) -> None:
        """Run the compiled program to its end and pass its reports on."""
        command = [*self._large_pages(), str(Path(self.project_dir) / "main"), *arguments]
        self.peak_memory = max(self.peak_memory, run_watched(command, self.project_dir, report, self.running))

    def _large_pages(self) -> list[str]:
        """Let glibc ask for large pages where arrays are large: weights that spikes visit lie far apart in memory."""
        size = sum(int(np.prod(each.size)) * np.dtype(each.dtype).itemsize for each in self.arrays)
        if size < _LARGE or _TUNABLES in os.environ:
            return []
        return ["env", f"{_TUNABLES}=glibc.malloc.hugetlb=1"]

    def stop(self) -> None:
        """End all programs that are running."""
        for process in list(self.running):
            process.kill()

    def run(self, *args: Any, **kwargs: Any) -> None:
        """Run the program that a plain `run()` has built."""
        self.run_program([], self.progress)

    def run_program(self, values: list[NewValue], progress: bool) -> None:
        """Run the compiled program once with new values for variables and timed arrays.

        Raises
        ------
        ParameterError
            Not as many values as there are synapses.
        """
        folder = Path(self.project_dir)
        results = Path(self.results_dir)
        if results.exists():
            shutil.rmtree(results)
        results.mkdir()
        arguments = ["--results_dir", f"{results}/"]
        written: dict[str, tuple[NewValue, np.ndarray]] = {}
        for new in values:
            text, array = self._as_argument(new)
            if array is not None:
                text = f"static_arrays/new_value_{len(written)}.dat"
                array.tofile(folder / text)
                written[text] = new, array
            if isinstance(new.key, VariableView):
                self.array_cache[new.key.variable] = None
            arguments.append(f"{new.target}={text}")
        for clock in self.clocks:
            self.array_cache[clock.variables["t"]] = None
        start = time.time()
        bar = tqdm(total=1, leave=False, disable=None if progress else True, bar_format=BAR)
        try:
            with bar:
                self.run_main(arguments, lambda share: bar.update(share - bar.n))
        except FileRefusedError as error:
            new, array = written[error.file]
            raise ParameterError(
                f"new value of {new.name} has the shape {array.shape}; give {error.wanted // array.itemsize} values or "
                "one value"
            ) from error
        finally:
            for text in written:
                (folder / text).unlink(missing_ok=True)
        self.timers["run_binary"] = time.time() - start
        self.has_been_run = True

    def _as_argument(self, new: NewValue) -> tuple[str, np.ndarray | None]:
        """Return a new value as text, or as the content of a file that the program reads."""
        if isinstance(new.key, TimedArray):
            array = np.asarray(new.value, dtype=new.key.values.dtype)
            # Brian2's program leaves texts for numbers of other types unread.
            if not array.ndim and c_data_type(array.dtype) not in _READ_FROM_TEXT:
                array = np.full(new.key.values.shape, array)
            if self.timed_arrays.get(new.key) != new.key.name:
                raise ParameterError(f"nothing in this program reads {new.name}; build it with what does")
        else:
            array = np.asarray(new.value, dtype=new.key.dtype)
        return ("", array) if array.ndim else (repr(array.item()), None)
