"""Sets up what the program needs and starts it; needs nothing but Python 3.11+.

    python3 start.py              the shop: buyer chat and agent desk (the same as `python3 start.py run`)
    python3 start.py test [...]   the test suite; further words go to pytest
    python3 start.py WORD [...]   any other command of the program, for example `chat` or `check`

The set-up lives in `.venv` beside this file. It is made once, made anew when the lock files or Python change
or when it was interrupted, and left alone otherwise. This file runs before any library is there.
"""

import contextlib
import glob
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - this line is read by older versions
    newer = [name for name in ("python3.14", "python3.13", "python3.12", "python3.11") if shutil.which(name)]
    cure = (
        "start it with: " + newer[0] + " start.py"
        if newer
        else "install Python 3.11 or newer and start again"
    )
    sys.exit(f"aftersales-bot needs Python 3.11 or newer; this is {sys.version.split()[0]}. To go on, {cure}")

WINDOWS = os.name == "nt"
TOP = Path(__file__).resolve().parent
VENV = TOP / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
# The folder is ours to delete and remake only while this file is in it.
OURS = VENV / "made-by-start.py"
OLD = TOP / ".venv.old"
# Written last: one line a finished set-up, `run KEY` or `test KEY`.
READY = VENV / "ready"
# `test` holds everything that `run` does, so it also serves `run`.
LOCKS = {"run": TOP / "requirements.lock", "test": TOP / "requirements-dev.lock"}
# How all tests are run where nothing else is said; each of these processes starts a database of its own.
SIDE_BY_SIDE = ["-n", "logical", "--maxprocesses", "4"]
# The interpreter behind us, also where this file was started from inside a virtual environment.
BASE_PYTHON = getattr(sys, "_base_executable", None) or sys.executable
# Settings of a person's pip that would put packages elsewhere than into .venv.
PIP_ELSEWHERE = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER", "PYTHONHOME", "PYTHONPATH")


class SetupError(Exception):
    """The set-up cannot go on; the text names cause and cure."""


def main(words: list[str]) -> int:
    words = words or ["run"]
    wanted = "test" if words[0] == "test" else "run"
    try:
        if not is_ready(wanted):
            set_up(wanted)
    except SetupError as fault:
        say(str(fault))
        return 1
    except KeyboardInterrupt:
        say("set-up interrupted; the next start makes it anew")
        return 130
    # The shop is this folder: config.yaml, knowledge/ and data are found from here, wherever we were started.
    os.chdir(TOP)
    if wanted == "test":
        return hand_over(["-m", "pytest", *(words[1:] or SIDE_BY_SIDE)])
    return hand_over(["-m", "bot", *words])


def say(text: str) -> None:
    print(f"start.py: {text}", file=sys.stderr, flush=True)


def hand_over(arguments: list[str]) -> int:
    """Become the program, so that signals and exit code are its own; Windows cannot, so it waits there."""
    command = [str(PYTHON), *arguments]
    if not WINDOWS:
        os.execv(command[0], command)  # noqa: S606 - no shell is wanted
    child = subprocess.Popen(command)
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue  # the console sends Ctrl-C to the child too, which ends in its own time


# What is ready


def key(wanted: str) -> str:
    """Changes when the lock file or the Python changes."""
    about = f"{sys.version} {sysconfig.get_platform()} {os.path.realpath(BASE_PYTHON)} {TOP}"
    return hashlib.sha256(os.fsencode(about) + LOCKS[wanted].read_bytes()).hexdigest()


def is_ready(wanted: str) -> bool:
    try:
        finished = READY.read_text().splitlines()
    except OSError:
        return False
    levels = ("test",) if wanted == "test" else ("run", "test")
    return PYTHON.exists() and any(f"{level} {key(level)}" in finished for level in levels)


# Making it


def set_up(wanted: str) -> None:
    with alone():
        if is_ready(wanted):  # another start made it while we waited
            return
        began = time.monotonic()
        version = sys.version.split()[0]
        say(f"setting up .venv for `{wanted}` with Python {version}; once, about a minute …")
        if is_ready("run"):  # only to be added to; it stays usable unless that is interrupted
            READY.unlink()
        else:
            make_environment()
        install(wanted)
        # Lets `python -m bot` work from any folder, which a build step would only do slower.
        (site_packages() / "aftersales-bot.pth").write_text(f"{TOP}\n", encoding="utf-8")
        READY.write_text("".join(f"{level} {key(level)}\n" for level in ("run", wanted)))
    say(f"set up in {time.monotonic() - began:.0f} s")


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Of two starts at once, one sets up and the other waits for it."""
    try:
        guard = open(TOP / ".venv.lock", "a+b")  # noqa: SIM115 - closed below
    except OSError as fault:
        raise SetupError(not_ours(TOP, fault)) from None
    with guard:
        if not lock(guard.fileno(), wait=False):
            say("another start is setting up; waiting for it …")
            lock(guard.fileno(), wait=True)
        # What we start holds the lock too: where only we are killed, the next start waits for our pip to end.
        os.set_inheritable(guard.fileno(), True)
        yield  # closing the file frees the lock, and so does the end of the processes


def lock(file: int, *, wait: bool) -> bool:
    if WINDOWS:
        import msvcrt

        while True:
            try:
                msvcrt.locking(file, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
                return True
            except OSError:
                if not wait:
                    return False
                time.sleep(0.2)
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def make_environment() -> None:
    if VENV.exists() and not OURS.exists() and any(VENV.iterdir()):
        raise SetupError(
            f"{VENV} is there already and was not made by start.py; move it away and start again"
        )
    try:
        shutil.rmtree(OLD, ignore_errors=True)
        if VENV.exists():
            say("the set-up was interrupted, or Python or the library versions changed: making it anew")
            VENV.rename(OLD)  # at once, so that an interrupted removal leaves nothing half there
            shutil.rmtree(OLD, ignore_errors=True)
        VENV.mkdir()
        OURS.touch()
    except OSError as fault:
        raise SetupError(not_ours(VENV, fault)) from None
    # Without pip: Debian's Python has it only with the package python3-venv, and we find one below.
    if not works(BASE_PYTHON, "-m", "venv", "--without-pip", str(VENV)):
        raise SetupError(f"Python cannot make a virtual environment; {venv_cure()}")


def site_packages() -> Path:
    if WINDOWS:
        return VENV / "Lib" / "site-packages"
    return VENV / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"


def works(*command: str, folder: Path = TOP, quiet: bool = False) -> bool:
    """Run a step of the set-up; True where it succeeded. Its errors are shown, except where it is `quiet`."""
    kept = {name: value for name, value in os.environ.items() if name not in PIP_ELSEWHERE}
    env = kept | {"PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    silent = subprocess.DEVNULL
    # Our lock is open to what we start (see `alone`), except on Windows, which hands on no files anyway.
    done = subprocess.run(
        command, cwd=folder, env=env, stdout=silent, stderr=silent if quiet else None, close_fds=WINDOWS
    )
    return done.returncode == 0


def install(wanted: str) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        pip = pip_command(Path(scratch))
        arguments = ["install", "-qq", "--require-hashes", "--no-deps", "-r", str(LOCKS[wanted])]
        if not works(*pip, *arguments):
            raise SetupError(
                "the libraries could not be installed (see above). Check the network or the proxy; "
                "a mirror is set with PIP_INDEX_URL. Then start again"
            )


def pip_command(scratch: Path) -> list[str]:
    """How to call a pip that installs into .venv: its own, from a wheel on this machine, or the system's."""
    own = [str(PYTHON), "-m", "pip"]
    if (site_packages() / "pip").is_dir() or unpack_pip(pip_wheels()):
        return own
    system = [BASE_PYTHON, "-m", "pip", "--python", str(PYTHON)]
    if works(*system, "--version", quiet=True):
        return system
    if unpack_pip(debian_pip_wheels(scratch)):
        return own
    raise SetupError(f"this Python comes without pip; {venv_cure()}")


def unpack_pip(wheels: list[str]) -> bool:
    """A wheel is a zip file that Python can run, and so pip's can install itself."""
    return any(works(str(PYTHON), f"{w}/pip", "install", "-qq", "--no-index", w) for w in wheels)


def pip_wheels() -> list[str]:
    """Where Python itself (`ensurepip`) and Linux distributions keep pip for virtual environments."""
    folders = [
        os.path.join(sysconfig.get_path("stdlib"), "ensurepip", "_bundled"),
        sysconfig.get_config_var("WHEEL_PKG_DIR") or "",
        "/usr/share/python-wheels",
    ]
    return [wheel for folder in folders if folder for wheel in sorted(glob.glob(f"{folder}/pip-*.whl"))]


def debian_pip_wheels(scratch: Path) -> list[str]:
    """Debian's own pip wheel, fetched with apt-get into a scratch folder; needs no root, installs nothing."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return []
    say("this Python comes without pip; fetching Debian's with apt-get (nothing is installed) …")
    for folder in ("lists/partial", "archives/partial", "out"):
        (scratch / folder).mkdir(parents=True)
    # Folders of our own need no root; and root's apt must not become a user who cannot write here.
    settings = (f"Dir::State::Lists={scratch}/lists", f"Dir::Cache={scratch}", "APT::Sandbox::User=root")
    private = [word for setting in settings for word in ("-o", setting)]
    for words in (["update"], ["download", "python3-pip-whl"]):
        works("apt-get", "-qq", *private, *words, folder=scratch / "out")
    for package in glob.glob(f"{scratch}/out/*.deb"):
        works("dpkg-deb", "-x", package, f"{scratch}/out")
    return sorted(glob.glob(f"{scratch}/out/usr/share/python-wheels/pip-*.whl"))


def not_ours(folder: Path, fault: OSError) -> str:
    return (
        f"cannot write to {folder} ({fault.strerror}); start it as the user who owns the folder, "
        "or make a clone of your own"
    )


def venv_cure() -> str:
    if shutil.which("apt-get"):
        return "install it with: apt install python3-venv   (as root), then start again"
    return (
        "install your system's package for Python's `venv` (or Python from its own installer) and start again"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
