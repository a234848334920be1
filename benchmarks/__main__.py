"""All measurements, one after the other: `make bench`, or `python -m benchmarks NAME…` for some of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def main() -> int:
    """Run the measurements that are named, all without names; return 1 when one failed."""
    names = sys.argv[1:] or sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("__"))
    failed = 0
    for name in names:
        print(f"\n== {name}", flush=True)
        failed += bool(subprocess.run([sys.executable, str(FOLDER / f"{name}.py")], check=False).returncode)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
