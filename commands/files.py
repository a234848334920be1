"""Plan files on disk: which of them a command means, and reading them together with their directories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from plans.check import check_plan
from plans.directory import Directory
from plans.model import Finding, Plan, say
from plans.read import directory_of, read_directory, read_plan
from plans.trouble import FileError
from plans.workdays import Workdays
from scheduler.entry import Source

LIMIT = 8 * 1024 * 1024  # bytes; a hundred thousand tasks are ten files


@dataclass(slots=True)
class Reading:
    """What was read: the sources that can be applied, every finding, and the lines findings point into."""

    sources: list[Source] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    lines: dict[str, list[str]] = field(default_factory=dict)

    @property
    def broken(self) -> bool:
        """Return whether there are errors among the findings."""
        return any(finding.severity == "error" for finding in self.findings)


def plan_files(named: Sequence[Path]) -> list[Path]:
    """Return the files that are meant: those named, and the plans in folders that are named (directories left out)."""
    found: list[Path] = []
    for path in named:
        if path.is_dir():
            inside = sorted(file for file in path.iterdir() if file.suffix in (".yaml", ".yml"))
            found += [file for file in inside if _is_plan(file)]
        elif path.exists():
            found.append(path)
        else:
            raise FileError(say("{path} does not exist", path=str(path)))
    if not found:
        raise FileError(say("there is no plan in {paths}", paths=", ".join(map(str, named))))
    return found


def _is_plan(file: Path) -> bool:
    """Return whether a YAML file in a folder looks like a plan; what else lies there isn't ours."""
    head = _bytes(file)[:65536].decode("utf-8", "replace")
    return any(line.lstrip("\ufeff").startswith(("plan:", "方案:", "方案：", "plan：")) for line in head.splitlines())


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(LIMIT + 1)
    except OSError as error:
        raise FileError(say("{path} can't be read: {why}", path=str(file), why=error.strerror or str(error))) from error


def read_files(files: Sequence[Path], *, check: bool = True) -> Reading:
    """Read plan files with their directories and check them; nothing is written and nothing raised but FileError."""
    reading, directories = Reading(), _Directories()
    seen: dict[str, Plan] = {}
    for file in files:
        data = _bytes(file)
        plan, findings = read_plan(data, str(file))
        text = data.decode("utf-8", "replace")
        reading.lines[str(file)] = text.splitlines()
        reading.findings += findings
        if plan is None:
            continue
        directory, directory_text = directories.of(plan, file, reading)
        workdays = Workdays(plan.workdays, directory.closed, directory.worked)
        if check:
            reading.findings += check_plan(plan, directory, workdays, None)
        if twin := seen.get(plan.id):
            reading.findings.append(
                Finding("E210", plan.place, say("plan id {id} is used by {file} as well", id=plan.id, file=twin.file))
            )
        seen[plan.id] = plan
        reading.sources.append(Source(plan, text, directory, directory_text))
    return reading


class _Directories:
    """Directory files, each read once."""

    def __init__(self) -> None:
        self.known: dict[Path, tuple[Directory, str]] = {}

    def of(self, plan: Plan, file: Path, reading: Reading) -> tuple[Directory, str]:
        inline = directory_of(plan)
        if inline is not None:
            return inline, ""
        if not plan.directory:
            return Directory(), ""
        path = file.parent / plan.directory
        if path not in self.known:
            self.known[path] = self._read(path, plan, reading)
        return self.known[path]

    def _read(self, path: Path, plan: Plan, reading: Reading) -> tuple[Directory, str]:
        if not path.is_file():
            reading.findings.append(
                Finding(
                    "E310",
                    plan.places.get("directory", plan.place),
                    say("the directory file {path} does not exist", path=plan.directory),
                    say("write the path from the plan file to the directory file"),
                )
            )
            return Directory(), ""
        data = _bytes(path)
        directory, findings = read_directory(data, str(path))
        text = data.decode("utf-8", "replace")
        reading.lines[str(path)] = text.splitlines()
        reading.findings += findings
        return directory or Directory(), text
