"""A PostgreSQL server of the tests' own: its cluster in a temporary folder, on loopback, for one session."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PASSWORD = "s3cret-of-tests"  # noqa: S105 - of a server that lives for a minute on loopback


def programs() -> Path | None:
    """Where the programs of PostgreSQL lie: as Debian puts them, or on the path."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which("initdb")
    return next((place for place in places if (place / "initdb").is_file()), Path(found).parent if found else None)


@contextmanager
def cluster(where: Path) -> Iterator[str]:
    """Start a server and give the address of its user ``postgres``; stop it afterwards."""
    # The server refuses to run as root.
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if root else []
    # Path names of sockets are short, and folders of pytest are closed to other users.
    folder = Path(tempfile.mkdtemp(prefix="kh-pg-"))
    secret = folder / "secret"
    secret.write_text(PASSWORD, encoding="ascii")
    if root:
        for path in (folder, secret):
            shutil.chown(path, "postgres", "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def run(*command: str) -> None:
        subprocess.run([*as_user, *command], check=True, capture_output=True, timeout=60, cwd=folder)

    data = folder / "data"
    try:
        run(
            str(where / "initdb"), "-D", str(data), "-U", "postgres", "-A", "scram-sha-256", f"--pwfile={secret}",
            "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip
        options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off -c max_connections=20"
        run(str(where / "pg_ctl"), "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start")
        try:
            yield f"postgresql+psycopg://postgres:{PASSWORD}@127.0.0.1:{port}/postgres"
        finally:
            run(str(where / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
