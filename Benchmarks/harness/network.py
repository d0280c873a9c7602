"""The addresses of the bench, all on loopback."""

import socket
import time

from .problem import Problem

SERVER = ("127.0.0.1", 25060)
HTTP = ("127.0.0.1", 25080)
# The source that Tandem trusts; phones that register come from elsewhere.
CALLER = ("127.0.0.77", 25061)
ANSWERER = ("127.0.0.78", 25062)
PHONES = ("127.0.0.1", 25063)


def require_free(*endpoints):
    for endpoint in endpoints:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind(endpoint)
            except OSError as error:
                raise Problem(f"UDP {endpoint[0]}:{endpoint[1]} cannot be used: {error.strerror}")


def is_bound(endpoint):
    address = "".join(f"{int(part):02X}" for part in reversed(endpoint[0].split(".")))
    with open("/proc/net/udp") as table:
        return f" {address}:{endpoint[1]:04X} " in table.read()


def answers(server):
    """Whether a SIP server answers OPTIONS there, in whatever way."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((CALLER[0], 0))
        sock.connect(server)
        sock.settimeout(0.2)
        host = "%s:%d" % sock.getsockname()
        unique = time.time_ns()
        request = (
            f"OPTIONS sip:{server[0]}:{server[1]} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {host};branch=z9hG4bK{unique}\r\n"
            f"Max-Forwards: 70\r\n"
            f"From: <sip:bench@example.test>;tag=bench\r\n"
            f"To: <sip:example.test>\r\n"
            f"Call-ID: {unique}@{host}\r\n"
            f"CSeq: 1 OPTIONS\r\n"
            f"Content-Length: 0\r\n\r\n")
        try:
            sock.send(request.encode())
            return sock.recv(65535).startswith(b"SIP/2.0 ")
        except (TimeoutError, ConnectionError):
            return False
