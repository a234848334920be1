"""Old formats (.doc, .wps, .rtf): a local LibreOffice turns them into .docx, where there is one."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from plans.intake.blocks import IntakeError
from plans.model import say

_NAMES = ("soffice", "libreoffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice")
_SECONDS = 90


def to_docx(data: bytes) -> bytes:
    """Return the document as .docx; macros don't run, and nothing stays on the disk.

    Raises:
        IntakeError: there is no LibreOffice here, or it couldn't convert the file.
    """
    program = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if program is None:
        raise IntakeError(
            say(
                "This is an old format (.doc, .wps, .rtf), and there is no LibreOffice here to open it; save it as "
                ".docx."
            )
        )
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "document.doc"
        source.write_bytes(data)
        profile = (Path(folder) / "profile").as_uri()
        command = [
            program,
            f"-env:UserInstallation={profile}",
            "--headless",
            "--norestore",
            "--convert-to",
            "docx",
            "--outdir",
            folder,
            str(source),
        ]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)  # noqa: S603 - fixed arguments, no shell
            return source.with_suffix(".docx").read_bytes()
        except (subprocess.SubprocessError, OSError) as error:
            raise IntakeError(say("LibreOffice could not open the file; save it as .docx.")) from error
