"""Brian2's C++ standalone device, with the compiler's words kept, a progress bar, and clean interruption."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from brian2 import TimedArray, prefs
from brian2.core.variables import VariableView
from brian2.devices.cpp_standalone.device import CPPStandaloneDevice
from tqdm import tqdm

from brainnet.errors import TargetError

__all__ = ["REPORT_CODE", "CppDevice"]

_MARK = "brainnet-progress"
# C++ body of Brian2's report function: one line a report, read by `_watch`.
REPORT_CODE = f'std::cout << "{_MARK} " << completed << std::endl << std::flush;'


class CppDevice(CPPStandaloneDevice):
    """C++ standalone device that `brainnet.targets` drives."""

    def compile_source(self, directory: str, compiler: str, debug: bool, clean: bool) -> None:
        """Run make; raise `TargetError` with the compiler's first words if it fails."""
        start = time.time()
        # Brian2 starts all compilers at once; one a core is quicker and leaves memory to others.
        make = [prefs.devices.cpp_standalone.make_cmd_unix, f"-j{os.cpu_count() or 1}"]
        done = subprocess.run(make, cwd=directory, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        self.timers["compile"]["make"] = time.time() - start
        if done.returncode:
            lines = done.stderr.splitlines() or done.stdout.splitlines()
            first = [line for line in lines if "error" in line.lower()] or lines[-1:]
            raise TargetError(
                f"the generated C++ does not compile; the compiler says: {' | '.join(first[:3])}; "
                "check the model's equations, or use --target numpy"
            )

    def run_program(self, values: dict[Any, Any], progress: bool) -> None:
        """Run the compiled program once with new values for variables and timed arrays."""
        folder = Path(self.project_dir)
        results = Path(self.results_dir)
        if results.exists():
            shutil.rmtree(results)
        results.mkdir()
        arguments, written = ["--results_dir", f"{results}/"], []
        for key, value in values.items():
            prepare = (
                self._prepare_timed_array_run_arg if isinstance(key, TimedArray) else self._prepare_variableview_run_arg
            )
            name, text, file_name, array = prepare(key, value)
            if file_name:
                array.tofile(folder / "static_arrays" / file_name)
                written.append(folder / "static_arrays" / file_name)
            if isinstance(key, VariableView):
                self.array_cache[key.variable] = None
            arguments.append(f"{name}={text}")
        for clock in self.clocks:
            self.array_cache[clock.variables["t"]] = None
        start = time.time()
        try:
            _watch([str(folder / "main"), *arguments], folder, progress)
        finally:
            for file in written:
                file.unlink(missing_ok=True)
        self.timers["run_binary"] = time.time() - start
        self.has_been_run = True


def _watch(command: list[str], folder: Path, progress: bool) -> None:
    """Run a command to its end, showing its reports as a bar; never leave it behind."""
    bar = tqdm(
        total=100,
        unit="%",
        leave=False,
        disable=None if progress else True,
        bar_format="{l_bar}{bar}| {elapsed}<{remaining}",
    )
    tail: list[str] = []
    with (
        bar,
        subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process,
    ):
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if line.startswith(_MARK):
                    bar.update(100 * float(line.split()[1]) - bar.n)
                else:
                    tail = [*tail[-4:], line.rstrip()]
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        words = " | ".join(filter(None, tail)) or "it printed nothing"
        raise TargetError(
            f"the generated program stopped with status {process.returncode} ({words}); free memory or disk space, "
            "or use --target numpy to find the cause"
        )
