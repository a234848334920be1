"""Plan files on disk: which of them a command means, and reading them together with their directories."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from plans.check import check_plan
from plans.checks.directory import check_directory
from plans.directory import Directory
from plans.encoding import MAX_BYTES, decode
from plans.findings import STOPPING, in_order
from plans.model import Finding, Plan, say
from plans.read import directory_of, read_directory, read_plan
from plans.trouble import FileError, because
from plans.workdays import Workdays
from scheduler.entry import Source

HEAD = 65536  # bytes in which a file shows what it is
_PLAN = re.compile(r"^\ufeff?(?:plan|tasks|方案|任务)[ \u3000]*[:：]", re.MULTILINE)
_DIRECTORY = re.compile(r"^\ufeff?(?:units|people|groups|单位|人员|分组)[ \u3000]*[:：]", re.MULTILINE)


@dataclass(slots=True)
class Reading:
    """What was read: the sources that can be applied, every finding, and the lines findings point into."""

    sources: list[Source] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    lines: dict[str, list[str]] = field(default_factory=dict)
    directories: set[str] = field(default_factory=set)  # which of the files in *lines* are directories

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
            found += [file for file in inside if file.is_file() and _looks_like(_PLAN, _bytes(file, HEAD))]
        elif path.exists():
            found.append(path)
        else:
            raise FileError(say("{path} does not exist", path=str(path)))
    if not found:
        paths = ", ".join(map(str, named))
        raise FileError(
            say("there is no plan in {paths}; a plan is a .yaml file with a line plan: (方案:)", paths=paths)
        )
    return list(dict.fromkeys(found))


def _looks_like(keys: re.Pattern[str], data: bytes) -> bool:
    """Return whether one of *keys* begins a line of a file, be it UTF-8 or what old Windows programs write."""
    head = data[:HEAD]
    return any(keys.search(head.decode(encoding, "replace")) for encoding in ("utf-8", "gb18030", "utf-16"))


def _bytes(file: Path, limit: int = MAX_BYTES + 1) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(limit)
    except OSError as error:
        raise FileError(say("{path} can't be read: {why}", path=str(file), why=because(error))) from error


def read_files(files: Iterable[Path], *, check: bool = True, today: date | None = None) -> Reading:
    """Read plan files with their directories and check them; nothing is written and nothing raised but FileError.

    A file that is a directory is read and checked as one. *today* is what some checks compare with.
    """
    reading = Reading()
    directories = _Directories(reading, check=check)
    seen: dict[str, Plan] = {}
    for file in files:
        data = _bytes(file)
        if _looks_like(_DIRECTORY, data) and not _looks_like(_PLAN, data):
            directories.read(file, data)
            continue
        plan, findings = read_plan(data, str(file))
        lines = reading.lines[str(file)] = lines_of(data)
        if plan is None:
            reading.findings += findings
            continue
        directory, directory_text = directories.of(plan, file)
        # What is missing may stand below the place where reading stopped: checks would tell tales of the rest.
        if check and not any(finding.code in STOPPING for finding in findings):
            closed, worked = (directory.closed, directory.worked) if directory else ((), ())
            findings += check_plan(plan, directory, Workdays(plan.workdays, closed, worked), today)
        if twin := seen.get(plan.id):
            what = say("plan id {id} is used by {file} as well", id=plan.id, file=twin.file)
            findings.append(Finding("E210", plan.places.get("plan", plan.place), what, say("give it an id of its own")))
        seen.setdefault(plan.id, plan)
        reading.findings += in_order(findings)
        reading.sources.append(Source(plan, "\n".join(lines), directory or Directory(), directory_text))
    return reading


def lines_of(data: bytes) -> list[str]:
    """Return the lines of a file as its findings count them."""
    text, _ = decode(data, "")
    return text.split("\n") if text is not None else []


def write_whole(path: Path, data: bytes, instead_of: bytes) -> None:
    """Write a file so that at any moment it holds the old bytes or the new ones; its mode and links stay.

    Raises:
        FileError: it can't be written, or no longer holds *instead_of*.
    """
    path = path.resolve()
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        with draft.open("xb") as file:
            draft.chmod(stat.S_IMODE(path.stat().st_mode))
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.read_bytes() != instead_of:
            raise FileError(say("{path} was changed by somebody else meanwhile; nothing was written", path=str(path)))
        draft.replace(path)
    except OSError as error:
        raise FileError(say("{path} can't be written: {why}", path=str(path), why=because(error))) from error
    finally:
        draft.unlink(missing_ok=True)


class _Directories:
    """Directory files, each read and checked once."""

    def __init__(self, reading: Reading, *, check: bool) -> None:
        self.reading, self.check = reading, check
        self.known: dict[Path, tuple[Directory | None, str]] = {}

    def of(self, plan: Plan, file: Path) -> tuple[Directory | None, str]:
        """Return the directory of a plan, None where there is none to go by, and its text, "" inside the plan."""
        inline = directory_of(plan)
        if inline is not None:
            return inline, ""
        if not plan.directory:
            return None, ""
        path = file.parent / plan.directory
        if path.resolve() not in self.known and not path.is_file():
            place = plan.places.get("directory", plan.place)
            what = say("the directory file {path} does not exist", path=plan.directory)
            fix = say("write the path from the plan file to the directory file")
            self.reading.findings.append(Finding("E314", place, what, fix))
            return None, ""
        return self.read(path)

    def read(self, path: Path, data: bytes | None = None) -> tuple[Directory | None, str]:
        """Return the directory a file holds, None where it couldn't be read to its end, and its text."""
        known = path.resolve()
        if known not in self.known:
            data = _bytes(path) if data is None else data
            directory, findings = read_directory(data, str(path))
            lines = self.reading.lines[str(path)] = lines_of(data)
            self.reading.directories.add(str(path))
            whole = not any(finding.code in STOPPING for finding in findings)
            if self.check and whole and directory is not None:
                findings += check_directory(directory)
            self.reading.findings += in_order(findings)
            self.known[known] = directory if whole else None, "\n".join(lines)
        return self.known[known]
