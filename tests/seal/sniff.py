"""Run a command in a network of its own, and record every packet that leaves the computer.

    unshare --net python sniff.py LOG COMMAND…

In that network all addresses of the world lead to the loopback device, where each packet is seen,
whatever code has sent it: name look-ups of C libraries, too.
"""

from __future__ import annotations

import ipaddress
import socket
import subprocess
import sys
import threading

_ALL_PROTOCOLS = 3


def main(log: str, *command: str) -> int:
    for what in (
        "link set lo up",
        "route add local 0.0.0.0/0 dev lo",
        "-6 route add local ::/0 dev lo",
    ):
        subprocess.run(["ip", *what.split()], check=not what.startswith("-6"), capture_output=True)
    ear = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_ALL_PROTOCOLS))
    ear.bind(("lo", 0))
    threading.Thread(target=listen, args=[ear, log], daemon=True).start()
    code = subprocess.run(command).returncode
    # Packets come in order: when this one is heard, all before it have been written down.
    end = threading.Event()
    ends.append(end)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
        last.sendto(b"", END)
    return code if end.wait(10) else 99


END = ("127.0.0.9", 9)
ends: list[threading.Event] = []


def listen(ear: socket.socket, log: str) -> None:
    with open(log, "a", buffering=1) as record:
        while True:
            packet = ear.recv(65535)
            if packet[0] >> 4 == 4:
                to = ipaddress.ip_address(packet[16:20])
            else:
                to = ipaddress.ip_address(packet[24:40])
            if str(to) == END[0]:
                for end in ends:
                    end.set()
            elif not to.is_loopback:
                readable = bytes(byte if 32 < byte < 127 else 46 for byte in packet[20:120])
                record.write(f"{to} {readable.decode()}\n")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
