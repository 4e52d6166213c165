"""Writes certificates and keys for tests into a directory: credentials.py DIR. Needs the package cryptography, which flwr brings along.

ca.pem signs server (for localhost and 127.0.0.1), expired (the same, but in the past) and elsewhere (another host); other-ca.pem signs
nothing. node* are private keys on P-384 as OpenSSH, PKCS #8 and SEC 1 write them; the others are what a node must refuse.
"""

import datetime
import ipaddress
import pathlib
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID

DIRECTORY = pathlib.Path(sys.argv[1])
PEM = serialization.Encoding.PEM
PKCS8 = serialization.PrivateFormat.PKCS8
SEC1 = serialization.PrivateFormat.TraditionalOpenSSL
OPENSSH = serialization.PrivateFormat.OpenSSH
OPEN = serialization.NoEncryption()
LOCAL = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]


def write(name, content):
    (DIRECTORY / name).write_bytes(content)


def name_of(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def sign(subject, key, issuer, issuer_key, years, hosts):
    """Returns a certificate valid between two years; without hosts it is that of an authority."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(name_of(subject))
        .issuer_name(name_of(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.datetime(years[0], 1, 1))
        .not_valid_after(datetime.datetime(years[1], 1, 1))
        .add_extension(x509.BasicConstraints(ca=not hosts, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if hosts:
        builder = builder.add_extension(x509.SubjectAlternativeName(hosts), critical=False)
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(PEM)


def certificates():
    ca, other = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    write("ca.pem", sign("test authority", ca, "test authority", ca, (2020, 2120), []))
    write("other-ca.pem", sign("another authority", other, "another authority", other, (2020, 2120), []))
    servers = {
        "server": ((2020, 2120), LOCAL),
        "expired": ((2020, 2024), LOCAL),
        "elsewhere": ((2020, 2120), [x509.DNSName("superlink.example")]),
    }
    for name, (years, hosts) in servers.items():
        key = ec.generate_private_key(ec.SECP256R1())
        write(name + ".pem", sign(name, key, "test authority", ca, years, hosts))
        write(name + ".key", key.private_bytes(PEM, PKCS8, OPEN))


def node_keys():
    key = ec.generate_private_key(ec.SECP384R1())
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    write("node", key.private_bytes(PEM, OPENSSH, OPEN))
    write("node.pub", public + b"\n")
    write("node-pkcs8.pem", key.private_bytes(PEM, PKCS8, OPEN))
    write("node-sec1.pem", key.private_bytes(PEM, SEC1, OPEN))
    secret = serialization.BestAvailableEncryption(b"passphrase")
    write("encrypted", key.private_bytes(PEM, PKCS8, secret))
    write("encrypted-sec1", key.private_bytes(PEM, SEC1, secret))
    write("p256", ec.generate_private_key(ec.SECP256R1()).private_bytes(PEM, OPENSSH, OPEN))
    write("p256-pkcs8.pem", ec.generate_private_key(ec.SECP256R1()).private_bytes(PEM, PKCS8, OPEN))
    write("ed25519", ed25519.Ed25519PrivateKey.generate().private_bytes(PEM, OPENSSH, OPEN))


DIRECTORY.mkdir(parents=True, exist_ok=True)
certificates()
node_keys()
