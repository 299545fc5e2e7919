"""An issuer of tokens on loopback: its discovery document, over TLS as API Gateway wants it."""

import datetime
import ipaddress
import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from .servers import answering

DISCOVERY = "/.well-known/openid-configuration"


@dataclass
class Issuer:
    """
    Where it answers, and with what.

    Attributes:
        url: what JwtIssuer is set to.
        certificate: its own, for whoever is to trust it.
        answer: status and body of the discovery document.
    """

    url: str
    certificate: Path
    answer: tuple[int, bytes] = field(default=(200, b""))

    def says(self, document: Any, status: int = 200) -> None:
        """Answer with this document from now on."""
        self.answer = (status, json.dumps(document).encode())


def certificate_of_localhost(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate that nobody has signed, and what a server shows it with."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, private)
    return certificate, context


@contextmanager
def issuing(folder: Path) -> Iterator[Issuer]:
    """Answer for its discovery document, rightly at first, until the block ends."""
    certificate, context = certificate_of_localhost(folder)
    made: list[Issuer] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = made[0].answer if self.path == DISCOVERY else (404, b"")
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    made.append(issuer := Issuer(f"https://localhost:{server.server_port}/", certificate))
    issuer.says({"issuer": issuer.url, "jwks_uri": f"{issuer.url}keys"})
    with answering(server):
        yield issuer
