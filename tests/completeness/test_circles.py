"""No file leads back to itself through what it imports, not even inside a function or for types alone."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import shigen

ROOT = Path(shigen.__file__).parent
LONGEST = 400
LONGER = {
    "model/indicators.py": "the six axes, formula and declaration side by side",
}
"""Files above LONGEST lines, each with its reason."""


def modules(root: Path, package: str) -> dict[str, Path]:
    found = {}
    for path in root.rglob("*.py"):
        parts = [package, *path.relative_to(root).with_suffix("").parts]
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def leads_to(root: Path, package: str) -> dict[str, set[str]]:
    """Return what each module imports of the package, wherever in the file it says so."""
    every = modules(root, package)
    graph: dict[str, set[str]] = {}
    for name, path in every.items():
        targets = set()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == package:
                inner = {f"{node.module}.{one.name}" for one in node.names}
                targets |= {one if one in every else str(node.module) for one in inner}
            elif isinstance(node, ast.Import):
                targets |= {one.name for one in node.names if one.name in every}
        graph[name] = targets - {name}
    return graph


def test_no_files_stand_in_a_circle() -> None:
    TopologicalSorter(leads_to(ROOT, "shigen")).prepare()


def test_a_circle_is_seen_also_where_it_runs_through_a_function(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("from p.b import x\n")
    (tmp_path / "b.py").write_text("def f():\n    from p import a\n")
    with pytest.raises(CycleError):
        TopologicalSorter(leads_to(tmp_path, "p")).prepare()


def test_a_file_of_two_nouns_is_parted_or_says_why_not() -> None:
    long = {str(path.relative_to(ROOT)) for path in ROOT.rglob("*.py")
            if len(path.read_text("utf-8").splitlines()) > LONGEST}  # fmt: skip
    assert long <= set(LONGER), long - set(LONGER)
    assert set(LONGER) <= long, "a file that was parted needs no reason"


def test_loops_of_tests_run_in_threads_of_their_own() -> None:
    # In a worker that has opened a browser, a loop begun in the first thread is refused.
    tests = Path(__file__).parents[1]
    begun = {str(path.relative_to(tests)) for path in tests.rglob("*.py")
             for node in ast.walk(ast.parse(path.read_text("utf-8")))
             if isinstance(node, ast.Attribute) and node.attr in {"run", "Runner", "run_until_complete"}
             and isinstance(node.value, ast.Name) and node.value.id in {"anyio", "asyncio", "loop"}}  # fmt: skip
    assert begun == {"loops.py"}
