"""Kernels that start warm: forks of one process that has imported what every kernel imports.

A fork has no cell run before it and nothing of the package imported: it is the fresh kernel that
`python -m ipykernel_launcher` would be, for a tenth of the work. Where there is no `pidfd_open`
(outside of Linux) kernels start as usual.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
from select import select
from typing import Any, NoReturn

WARM = hasattr(os, "pidfd_open") and hasattr(signal, "pidfd_send_signal")
# What a kernel has imported when its first cell runs, and nothing else
IMPORTED = ("runpy", "ipykernel.kernelapp", "ipykernel.debugger", "IPython.extensions.storemagic")
SECONDS = 60  # How long a fork may take to be there

# In the process that forks ---------------------------------------------------------------------


def next_order(orders: socket.socket) -> dict[str, Any]:
    """Fork for each order that arrives; return in each fork, with its order."""
    while order := orders.recv(1 << 20):
        if not os.fork():
            return json.loads(order)
    os._exit(0)  # Nobody is left who could order


def serve(descriptor: int) -> NoReturn:
    """Import what a kernel imports, then be the kernels that are ordered at the socket."""
    del sys.path[0]  # This file's folder, which a kernel knows nothing of
    began = dict(os.environ)
    for name in IMPORTED:
        importlib.import_module(name)
    made = {name: value for name, value in os.environ.items() if began.get(name) != value}
    from ipykernel import kernelapp

    orders = socket.socket(fileno=descriptor)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # Nobody waits for forks: no zombies
    gc.collect()
    gc.freeze()
    order = next_order(orders)
    gc.unfreeze()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()  # A group of its own, so that what the kernel starts ends with it
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["env"] | made, JPY_PARENT_PID=str(os.getppid()))
    sys.argv = [*order["argv"], f"--IPKernelApp.parent_handle={os.getppid()}"]
    orders.send(str(os.getpid()).encode())
    orders.close()
    sys.exit(kernelapp.launch_new_instance())


# In the process that orders --------------------------------------------------------------------


class Forked:
    """A kernel that another process has forked, as a provisioner wants it: like a `Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid, self._descriptor = pid, os.pidfd_open(pid)

    def poll(self) -> int | None:
        """Return 0 once the kernel has ended; nobody learns its exit code."""
        return 0 if select([self._descriptor], [], [], 0)[0] else None

    def wait(self) -> int:
        select([self._descriptor], [], [])
        os.close(self._descriptor)
        return 0

    def send_signal(self, number: int) -> None:
        signal.pidfd_send_signal(self._descriptor, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


_warm: dict[tuple[tuple[str, str], ...], socket.socket] = {}


def warm_process(env: dict[str, str]) -> socket.socket:
    """Return the socket of a process that forks kernels; it ends with this process.

    Variables that Python reads when it starts cannot be changed in a fork: each has a process.
    """
    fixed = tuple(sorted((k, v) for k, v in env.items() if k.startswith(("PYTHON", "LC_"))))
    if fixed not in _warm:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.settimeout(SECONDS)
        with theirs:
            process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())],
                env=env,
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # or an interrupt from the keyboard would end it first
            )
        _warm[fixed] = ours
        atexit.register(_end, ours, process)
    return _warm[fixed]


def _end(orders: socket.socket, process: subprocess.Popen) -> None:
    orders.close()
    process.wait(SECONDS)


def start_fork(command: list[str], env: dict[str, str], cwd: str) -> Forked:
    """Start the kernel that `command`, a `python -m MODULE ...`, would start."""
    orders = warm_process(env)
    orders.send(json.dumps({"argv": command[2:], "env": env, "cwd": str(cwd)}).encode())
    if not (pid := orders.recv(100)):
        raise RuntimeError("The process that forks kernels has ended; it says above why.")
    return Forked(int(pid))


def provisioner(**traits: Any) -> Any:
    """Return what starts a manager's kernel as a fork."""
    from jupyter_client.provisioning import LocalProvisioner

    class WarmProvisioner(LocalProvisioner):
        async def launch_kernel(self, cmd: list[str], **keywords: Any) -> Any:
            self.process = start_fork(cmd, keywords["env"], keywords["cwd"])
            self.pid = self.pgid = self.process.pid
            return self.connection_info

    return WarmProvisioner(**traits)


if __name__ == "__main__":
    serve(int(sys.argv[1]))
