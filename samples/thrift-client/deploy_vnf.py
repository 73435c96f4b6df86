#!/usr/bin/python3
"""Deploys a VNF by Thrift, as a program would: onboards its package, makes an instance, instantiates it, tells what
happens while that goes on, scales it if asked to, and, with --terminate, ends all of it again.

Needs Debian's thrift-compiler and python3-thrift. vnfm/wire/vnfm.thrift says what the service can do.
"""

import argparse
import contextlib
import pathlib
import ssl
import subprocess
import sys
import tempfile

from thrift import Thrift
from thrift.protocol import TBinaryProtocol
from thrift.transport import TSocket, TSSLSocket, TTransport

IDL = pathlib.Path(__file__).resolve().parents[2] / "vnfm" / "wire" / "vnfm.thrift"
CHUNK = 8 << 20
WAIT_MS = 60_000


def load_stubs():
    """The module that Thrift's compiler makes of the service."""
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run(["thrift", "--gen", "py", "-out", directory, str(IDL)], check=True)
        sys.path.insert(0, directory)
        from unf_vnfm import Manager, ttypes
        sys.path.pop(0)
        return Manager, ttypes


Manager, ttypes = load_stubs()


def socket_to(server, ca=None, certificate=None, key=None):
    """`server`: HOST:PORT, or the path of a Unix socket."""
    if "/" in server:
        return TSocket.TSocket(unix_socket=server)
    host, _, port = server.rpartition(":")
    if ca is None:
        return TSocket.TSocket(host, int(port))
    return TSSLSocket.TSSLSocket(host, int(port), ca_certs=ca, certfile=certificate, keyfile=key,
                                 cert_reqs=ssl.CERT_REQUIRED, ssl_version=ssl.PROTOCOL_TLS_CLIENT)


def connected(socket):
    """An open transport."""
    transport = TTransport.TFramedTransport(socket)
    transport.open()
    return transport


def onboard(manager, csar):
    package = manager.create_package("{}")
    size = 0
    with open(csar, "rb") as file:
        while chunk := file.read(CHUNK):
            manager.upload(package.id, size, chunk)
            size += len(chunk)
    package = manager.onboard(package.id, size, WAIT_MS)
    if package.state != ttypes.OnboardingState.onboarded:
        raise SystemExit(f"{csar}: {package.failure}")
    return package


def follow(manager, operation, cursor):
    """Prints the states of an operation until it ends."""
    going_on = (ttypes.OperationState.starting, ttypes.OperationState.processing, ttypes.OperationState.rolling_back)
    while operation.state in going_on:
        events = manager.events(cursor, WAIT_MS)
        cursor = events.cursor
        for event in events.events:
            if event.operation is None or event.operation.id != operation.id:
                continue
            operation = event.operation
            name = ttypes.OperationType._VALUES_TO_NAMES[operation.type]
            print(f"{name}: {ttypes.OperationState._VALUES_TO_NAMES[operation.state]}")
    if operation.state != ttypes.OperationState.completed:
        raise SystemExit(f"operation {operation.id}: {operation.error}")


def carry_out(manager, begin):
    """Begins an operation, and follows it."""
    cursor = manager.events(0, 0).cursor
    follow(manager, begin(), cursor)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("csar")
    options.add_argument("--server", default="127.0.0.1:9891", help="HOST:PORT or the path of a socket")
    options.add_argument("--ca", help="who signs the manager's certificate (PEM); speaks TLS")
    options.add_argument("--cert", help="our certificate (PEM)")
    options.add_argument("--key", help="its key (PEM)")
    options.add_argument("--connect", action="append", default=[], metavar="CONNECTION_POINT=NETWORK")
    options.add_argument("--scale", metavar="ASPECT", help="scale this aspect out by one")
    options.add_argument("--terminate", action="store_true", help="end and delete all of it again")
    given = options.parse_args()

    socket = socket_to(given.server, given.ca, given.cert, given.key)
    with contextlib.closing(connected(socket)) as transport:
        manager = Manager.Client(TBinaryProtocol.TBinaryProtocol(transport))
        package = onboard(manager, given.csar)
        instance = manager.create_instance(package.vnfd_id, pathlib.Path(given.csar).stem, "")
        print(f"instance {instance.id} of {package.provider} {package.product}")
        networks = dict(pair.split("=", 1) for pair in given.connect)
        carry_out(manager, lambda: manager.instantiate(
            instance.id, ttypes.Instantiation(flavour="default", networks=networks)))
        if given.scale:
            carry_out(manager, lambda: manager.scale(instance.id, given.scale, 1))
        print(f"scale levels: {manager.show_instance(instance.id).scale}")
        if given.terminate:
            carry_out(manager, lambda: manager.begin_termination(instance.id))
            manager.delete_instance(instance.id)
            manager.enable_package(package.id, False)
            manager.delete_package(package.id)
            print("all of it is gone")


if __name__ == "__main__":
    try:
        main()
    except (ttypes.Refused, ttypes.Denied) as refusal:
        raise SystemExit(f"refused: {refusal.message}")
    except (Thrift.TException, OSError) as error:
        raise SystemExit(f"the manager does not answer: {error}")
