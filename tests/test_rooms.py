"""Rooms import what their table allows, and content imports public names only; read from the source, nothing is run."""

import ast
import configparser
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "brainnet"
CONTENT = ("models", "protocols", "figures", "labs")

# What each room may import of the others, statements inside functions and for type checkers included, as the design has
# it. The order is the other rule: no import turns it round, so that there is no circle.
ROOMS = {
    "errors": "",
    "deferred": "",
    "seeds": "",
    "children": "",
    "leftovers": "",
    "uncaught": "",
    "guarded": "children leftovers",
    "keys": "",
    "folders": "",
    "random": "",
    "brian": "",
    "data": "",
    "plot": "",
    "traces": "brian",
    "values": "brian",
    "targets": "brian folders values",
    "connectivity": "values",
    "projections": "brian connectivity random targets traces values",
    "declare": "brian connectivity plot projections random targets traces values",
    "catalogue": "declare",
    "pairing": "brian declare projections traces values",
    "coding": "declare projections random values",
    "ann": "",
    "train": "ann data keys folders values",
    "compress": "ann keys train",
    "spiking": "coding declare projections targets values",
    "measure": "ann spiking",
    "convert": "ann declare spiking values",
    "results": "values",
    "hardware": "ann brian catalogue declare measure random results spiking targets values",
    "learn": "catalogue coding convert declare keys projections spiking targets values",
    "experiment": "ann catalogue coding compress convert data declare hardware keys learn results targets train values",
    "sweeps": "catalogue declare results targets values",
    "exchange": "coding results",
    "labs": "results",
    "view": "ann brian catalogue declare projections results spiking targets",
    "models": "catalogue",
    "protocols": "catalogue",
    "figures": "catalogue",
    "cli": "ann catalogue convert data declare folders hardware labs measure package results spiking sweeps targets "
    "values view",
    "__main__": "cli",
    "package": "catalogue declare projections sweeps targets view",  # brainnet/__init__.py: by name, when first used
}
# To all: errors, and what any room that reads files, writes them or starts programs has to ask.
FREE = {"deferred", "errors", "guarded", "leftovers", "children", "seeds", "uncaught"}

# The list shrinks: the tests demand that what is no longer needed is taken out. Nothing is added without a reason.
EXCEPTIONS = {
    ("measure", "declare"): "it declares its results, and a Parameter checks the arguments of two distances",
    ("spiking", "ann"): "linear layers before the first neurons, and in NIR graphs, are those of the layer graph",
    ("spiking", "catalogue"): "populations name models that users can see and change",
    ("results", "declare"): "a summary knows Result and quantities as declared",
    ("learn", "ann"): "surrogate training reads and gives back layer graphs",
    ("learn", "measure"): "ReSuMe scores by a spike-train distance",
    ("learn", "pairing"): "the Brian2 twin of ReSuMe is a taught pairing rule",
    ("learn", "results"): "checkpoints are written atomically and read guardedly",
    ("learn", "train"): "surrogate training shares recipes, batches and the cache",
}
PRIVATE = {
    "brainnet.plot": "one module a picture, imported when it is drawn: the room's __init__ would bring all of them",
}


@dataclass(frozen=True)
class Import:
    """One name that a file takes from brainnet, or a module of it where name is empty."""

    file: str
    line: int
    module: str
    name: str

    def __str__(self):
        return f"{self.file}:{self.line}: {self.module}{'.' if self.name else ''}{self.name}"


def imports(path):
    """Every import of brainnet in a file, wherever it stands."""
    tree, place = ast.parse(path.read_text()), str(path.relative_to(ROOT))
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (
                Import(place, node.lineno, each.name, "")
                for each in node.names
                if each.name.split(".")[0] == "brainnet"
            )
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*above, *filter(None, [node.module])))
            if module.split(".")[0] == "brainnet":
                yield from (Import(place, node.lineno, module, each.name) for each in node.names)


def room_of(path):
    """The room that a file of the package is in."""
    first = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "package" if first == "__init__" else first


def target(each):
    """The room that an import takes from."""
    parts = [*each.module.split("."), *filter(None, [each.name])][1:]
    return parts[0] if parts and parts[0] in ROOMS else "package"


def rooms_imported():
    """All imports across rooms, by (room, room)."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for each in imports(path):
            pair = room_of(path), target(each)
            if pair[0] != pair[1] and pair[1] not in FREE:
                found.setdefault(pair, []).append(str(each))
    return found


def public(module):
    """The names in __all__ of a module, or None where there is no such module."""
    path = ROOT.joinpath(*module.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    if not path.is_file():
        return None
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and any(getattr(each, "id", "") == "__all__" for each in node.targets):
            return set(ast.literal_eval(node.value))
    return set()


def test_the_table_is_of_the_rooms_that_there_are():
    names = {room_of(path) for path in PACKAGE.rglob("*.py")}
    assert names == set(ROOMS)


def test_every_folder_of_the_package_is_installed():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    installed = {each for each in config["options"]["packages"].split() if not each.startswith("brainnet.catalogue.")}
    folders = {".".join(path.relative_to(ROOT).parent.parts) for path in PACKAGE.rglob("__init__.py")}
    assert installed | {"brainnet.catalogue"} == folders


def test_rooms_import_what_the_table_allows():
    wrong = [
        each
        for (room, other), places in rooms_imported().items()
        if other not in ROOMS[room].split() and (room, other) not in EXCEPTIONS
        for each in places
    ]
    assert wrong == []


def test_no_room_is_in_a_circle():
    order = list(ROOMS)
    turned = [f"{room} -> {other}" for room, other in rooms_imported() if order.index(other) >= order.index(room)]
    # the command says which version it is; the package itself imports rooms only by name, when first used
    assert [each for each in turned if each != "cli -> package"] == []


def test_exceptions_are_still_needed():
    used = rooms_imported()
    assert [pair for pair in EXCEPTIONS if pair not in used or pair[1] in ROOMS[pair[0]].split()] == []


@pytest.mark.parametrize("folder", CONTENT)
def test_content_imports_public_names_of_rooms_only(folder):
    wrong = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        for each in imports(path):
            depth = len(each.module.split("."))
            room = ".".join(each.module.split(".")[:2])
            names = public(each.module)
            known = names is not None and (not each.name or each.name in names)
            if not known or (depth > 2 and room not in PRIVATE):
                wrong.append(str(each))
    assert wrong == []


def test_rooms_that_content_reaches_into_are_still_needed():
    reached = {
        ".".join(each.module.split(".")[:2])
        for folder in CONTENT
        for path in (ROOT / folder).rglob("*.py")
        for each in imports(path)
        if len(each.module.split(".")) > 2
    }
    assert reached == set(PRIVATE)


@pytest.mark.parametrize("folder", CONTENT)
def test_content_imports_no_neighbours(folder):
    names = {path.stem for each in CONTENT for path in (ROOT / each).rglob("*.py")} | set(CONTENT)
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                assert not node.level, f"{path}:{node.lineno}"
                assert node.module.split(".")[0] not in names, f"{path}:{node.lineno}"
                assert not node.module.startswith(tuple(f"brainnet.catalogue.{each}" for each in CONTENT)), path
