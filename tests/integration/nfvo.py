"""An NFVO for tests: what ETSI GS NFV-SOL 003 has an NFVO serve, on loopback, told over HTTP how to behave.

Usage: nfvo.py [--schemas DIR]     prints the URL that it listens on. DIR: the folder with SOL003's OpenAPI and JSON
schemas; with it, and with python3-jsonschema, every message that comes is checked.

    POST /control/behave        a JSON object of what is to change in DEFAULTS
    PUT  /control/packages/ID   a CSAR, served as the package ID; ?vnfdId=X[&hash=H] (H: instead of its SHA-256)
    GET  /control/requests      every request but these, in order: method, path, headers, body
    GET  /control/violations    what of them is not as the schemas want it

Grants at /grant/v1, packages at /vnfpkgm/v1 and /vnfpkgm/v2, tokens at /oauth2/token, notifications at /callback.
"""

import argparse
import base64
import hashlib
import http.server
import json
import pathlib
import re
import socket
import sys
import threading
import time
import urllib.parse
import uuid

import sol003
from rest_call import rest_call

DEFAULTS = {
    "grants": "immediate",    # or pending, refused
    "pending_polls": 2,       # of a pending grant before it is there
    "retry_after": 1,         # of a pending grant, in seconds
    "grant_delay_ms": 0,      # before a request for a grant is answered
    "grant_failures": 0,      # requests for grants that are answered with 500 first
    "grant_drops": 0,         # requests for grants whose connection is dropped first
    "grant_twice": False,     # whether a grant is answered with twice on one connection
    "content_cuts": 0,        # package contents that break off in the middle first
    "callback_delay_ms": 0,   # before a notification is answered
    "callback_failures": 0,   # notifications that are answered with 500 first
    "callback_drops": 0,      # notifications whose connection is dropped first
    "token": None,            # {"client": C, "password": P}: all but tokens and control wants a token of them
    "token_seconds": 3600,    # a token lasts
    "zone": None,             # where it grants resources
    "links": None,            # extVirtualLinks that it grants with
}


class Nfvo(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, schemas):
        super().__init__(("127.0.0.1", 0), Handler)
        self.schemas = schemas
        self.lock = threading.Lock()
        self.behaviour = dict(DEFAULTS)
        self.requests, self.violations = [], []
        self.grants, self.packages, self.tokens, self.subscriptions = {}, {}, {}, {}
        self.url = f"http://127.0.0.1:{self.server_port}"

    def start(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def behave(self, **changes):
        unknown = changes.keys() - DEFAULTS.keys()
        if unknown:
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
        with self.lock:
            self.behaviour.update(changes)

    def counts_down(self, name):
        """Whether it is to happen once more."""
        with self.lock:
            left = self.behaviour[name]
            self.behaviour[name] = max(left - 1, 0)
            return left > 0

    def add_package(self, package, content, vnfd, checksum=None):
        self.packages[package] = {"content": content, "vnfdId": vnfd,
                                  "hash": checksum or hashlib.sha256(content).hexdigest()}

    def change_package(self, package, state=None):
        """It is ENABLED or DISABLED now, or gone; all subscribers are told."""
        known = self.packages[package]
        if state:
            known["operationalState"] = state
            change = {"changeType": "OP_STATE_CHANGE", "operationalState": state}
        else:
            del self.packages[package]
            change = {"changeType": "PKG_DELETE"}
        for uri, subscription in list(self.subscriptions.items()):
            message = {"id": str(uuid.uuid4()), "notificationType": "VnfPackageChangeNotification",
                       "subscriptionId": uri.rsplit("/", 1)[1], "timeStamp": "2026-01-01T00:00:00Z",
                       "vnfPkgId": package, "vnfdId": known["vnfdId"], **change,
                       "_links": {"vnfPackage": {"href": f"{self.url}/vnfpkgm/v1/vnf_packages/{package}"},
                                  "subscription": {"href": uri}}}
            self.check("VnfPackageChangeNotification", message)
            call_back("POST", subscription, message)

    def asked(self, method, path):
        """The requests so far of a method for a path, whole or its beginning."""
        with self.lock:
            return [r for r in self.requests if r["method"] == method and r["path"].startswith(path)]

    def check(self, name, message):
        found = self.schemas.violations(name, message)
        with self.lock:
            self.violations += found


def call_back(method, subscription, message=None):
    """Status of the answer of a subscriber."""
    basic = subscription["authentication"]["paramsBasic"]
    token = base64.b64encode(f"{basic['userName']}:{basic['password']}".encode()).decode()
    return rest_call(method, subscription["callbackUri"], message,
                     headers={"Authorization": f"Basic {token}", "Version": "1.2.0"})[0]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    routes = []  # (method, pattern, function), the first that fits

    def log_message(self, *_):
        pass

    def handle_any(self):
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = urllib.parse.urlsplit(self.path)
        self.query = dict(urllib.parse.parse_qsl(parts.query))
        nfvo = self.server
        if not parts.path.startswith("/control/"):
            with nfvo.lock:
                nfvo.requests.append({"method": self.command, "path": self.path, "headers": dict(self.headers),
                                      "body": self.body.decode(errors="replace")})
        if not self.may(parts.path):
            return self.problem(401, "a token is wanted", {"WWW-Authenticate": "Bearer"})
        for method, pattern, function in self.routes:
            found = re.fullmatch(pattern, parts.path)
            if method == self.command and found:
                return function(self, *(urllib.parse.unquote(g or "") for g in found.groups()))
        return self.problem(404, f"{self.command} {parts.path}: there is none")

    do_GET = do_POST = do_PUT = do_DELETE = handle_any

    def may(self, path):
        if self.server.behaviour["token"] is None or path.startswith(("/control/", "/oauth2/")):
            return True
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        with self.server.lock:
            return kind == "Bearer" and self.server.tokens.get(token, 0) > time.monotonic()

    def answer(self, status, body=None, headers=None, kind="application/json"):
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Length": len(content), **({"Content-Type": kind} if content else {}),
                            **(headers or {})}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(content)

    def problem(self, status, detail, headers=None):
        self.answer(status, {"status": status, "detail": detail}, headers, "application/problem+json")

    def drop(self):
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def json(self):
        return json.loads(self.body)


def route(method, pattern):
    def add(function):
        Handler.routes.append((method, pattern, function))
        return function
    return add


# ---- control

@route("POST", "/control/behave")
def control_behave(self):
    try:
        self.server.behave(**self.json())
    except ValueError as error:
        return self.problem(400, str(error))
    return self.answer(204)


@route("PUT", "/control/packages/([^/]+)")
def control_package(self, package):
    self.server.add_package(package, self.body, self.query["vnfdId"], self.query.get("hash"))
    self.answer(204)


@route("GET", "/control/requests")
def control_requests(self):
    with self.server.lock:
        self.answer(200, self.server.requests)


@route("GET", "/control/violations")
def control_violations(self):
    with self.server.lock:
        self.answer(200, self.server.violations)


# ---- grants, SOL003 9

def show_grant(nfvo, grant):
    request, uri = grant["request"], f"{nfvo.url}/grant/v1/grants/{grant['id']}"
    zone, links = nfvo.behaviour["zone"], nfvo.behaviour["links"]
    decided = {"zones": [{"id": "z", "zoneId": zone}]} if zone else {}
    if links:
        decided["extVirtualLinks"] = links
    for name in ("addResources", "removeResources", "updateResources"):
        if name in request:
            within = {"zoneId": "z"} if zone and name != "removeResources" else {}
            decided[name] = [{"resourceDefinitionId": r["id"], **within} for r in request[name]]
    return {"id": grant["id"], "vnfInstanceId": request["vnfInstanceId"], "vnfLcmOpOccId": request["vnfLcmOpOccId"],
            **decided, "_links": {"self": {"href": uri}, **request["_links"]}}


@route("POST", "/grant/v1/grants")
def grant_request(self):
    nfvo, behaviour = self.server, self.server.behaviour
    request = self.json()
    nfvo.check("GrantRequest", request)
    if nfvo.counts_down("grant_drops"):
        return self.drop()
    time.sleep(behaviour["grant_delay_ms"] / 1000)
    if nfvo.counts_down("grant_failures"):
        return self.problem(500, "not now")
    if behaviour["grants"] == "refused":
        return self.problem(403, "there is no room")
    grant = {"id": str(uuid.uuid4()), "request": request,
             "polls": behaviour["pending_polls"] if behaviour["grants"] == "pending" else 0}
    with nfvo.lock:
        nfvo.grants[grant["id"]] = grant
    location = {"Location": f"{nfvo.url}/grant/v1/grants/{grant['id']}", "Version": "1.4.0"}
    if grant["polls"]:
        return self.answer(202, None, location)
    if behaviour["grant_twice"]:
        self.answer(201, show_grant(nfvo, grant), location)
    return self.answer(201, show_grant(nfvo, grant), location)


@route("GET", "/grant/v1/grants/([^/]+)")
def grant_poll(self, grant_id):
    nfvo = self.server
    with nfvo.lock:
        grant = nfvo.grants.get(grant_id)
        waits = grant is not None and grant["polls"] > 0
        if waits:
            grant["polls"] -= 1
    if grant is None:
        return self.problem(404, "there is no such grant")
    if waits:
        return self.answer(202, None, {"Retry-After": nfvo.behaviour["retry_after"], "Version": "1.4.0"})
    return self.answer(200, show_grant(nfvo, grant), {"Version": "1.4.0"})


# ---- tokens, RFC 6749 4.4

@route("POST", "/oauth2/token")
def token_request(self):
    nfvo, known = self.server, self.server.behaviour["token"] or {}
    given = self.headers.get("Authorization", "").removeprefix("Basic ")
    expected = base64.b64encode(f"{known.get('client')}:{known.get('password')}".encode()).decode()
    if given != expected or self.body != b"grant_type=client_credentials":
        return self.answer(401, {"error": "invalid_client"})
    token, seconds = uuid.uuid4().hex, nfvo.behaviour["token_seconds"]
    with nfvo.lock:
        nfvo.tokens[token] = time.monotonic() + seconds
    return self.answer(200, {"access_token": token, "token_type": "Bearer", "expires_in": seconds})


# ---- a subscriber of ours

@route("GET", "/callback.*")
def callback_test(self):
    self.answer(204)


@route("POST", "/callback.*")
def callback_notification(self):
    notification = self.json()
    self.server.check(f"v{self.headers['Version'][0]}/{notification['notificationType']}", notification)
    if self.server.counts_down("callback_drops"):
        return self.drop()
    time.sleep(self.server.behaviour["callback_delay_ms"] / 1000)
    if self.server.counts_down("callback_failures"):
        return self.problem(500, "not now")
    return self.answer(204)


# ---- packages, SOL003 10

def show_package(nfvo, package, root):
    known = nfvo.packages[package]
    path = f"{nfvo.url}{root}"
    return {"id": package, "vnfdId": known["vnfdId"], "vnfProvider": "Example", "vnfProductName": "Test",
            "vnfSoftwareVersion": "1.0", "vnfdVersion": "1.0", "onboardingState": "ONBOARDED",
            "checksum": {"algorithm": "SHA-256", "hash": known["hash"]},
            "operationalState": known.get("operationalState", "ENABLED"),
            "usageState": "NOT_IN_USE",
            "_links": {"self": {"href": path}, "packageContent": {"href": path + "/package_content"}}}


def send_content(self, package):
    """The whole of it or the rest (RFC 9110 14); breaks off in the middle where that is wanted."""
    content = self.server.packages[package]["content"]
    tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
    start = 0
    wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
    if wanted and self.headers.get("If-Range", tag) == tag:
        start = int(wanted[1])
    if start >= len(content):
        return self.problem(416, "there is nothing behind it", {"Content-Range": f"bytes */{len(content)}"})
    headers = {"ETag": tag}
    if start:
        headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
    if not self.server.counts_down("content_cuts"):
        return self.answer(206 if start else 200, content[start:], headers, "application/zip")
    self.send_response(206 if start else 200)
    for name, value in {**headers, "Content-Type": "application/zip", "Content-Length": len(content) - start}.items():
        self.send_header(name, str(value))
    self.end_headers()
    self.wfile.write(content[start:start + max((len(content) - start) // 2, 1)])
    self.wfile.flush()
    return self.drop()


@route("GET", "/vnfpkgm/v1/vnf_packages")
def packages_v1(self):
    vnfd = re.fullmatch(r"\(eq,vnfdId,([^)]*)\)", self.query.get("filter", ""))
    self.answer(200, [show_package(self.server, package, f"/vnfpkgm/v1/vnf_packages/{package}")
                      for package, known in self.server.packages.items() if not vnfd or known["vnfdId"] == vnfd[1]])


@route("GET", "/vnfpkgm/v1/vnf_packages/([^/]+)(/package_content)?")
def package_v1(self, package, content=None):
    if package not in self.server.packages:
        return self.problem(404, "there is no such package")
    if content:
        return send_content(self, package)
    return self.answer(200, show_package(self.server, package, f"/vnfpkgm/v1/vnf_packages/{package}"))


@route("GET", "/vnfpkgm/v2/onboarded_vnf_packages/([^/]+)(/package_content)?")
def package_v2(self, vnfd, content=None):
    package = next((p for p, known in self.server.packages.items() if known["vnfdId"] == vnfd), None)
    if package is None:
        return self.problem(404, "there is no such package")
    if content:
        return send_content(self, package)
    return self.answer(200, show_package(self.server, package, f"/vnfpkgm/v2/onboarded_vnf_packages/{vnfd}"))


@route("POST", "/vnfpkgm/v[12]/subscriptions")
def subscribe(self):
    nfvo, request = self.server, self.json()
    nfvo.check("PkgmSubscriptionRequest", request)
    if call_back("GET", request) != 204:
        return self.problem(422, "callbackUri: its test is not answered with 204")
    uri = f"{nfvo.url}{self.path}/{uuid.uuid4()}"
    with nfvo.lock:
        nfvo.subscriptions[uri] = request
    return self.answer(201, {"id": uri.rsplit("/", 1)[1], "callbackUri": request["callbackUri"],
                             "_links": {"self": {"href": uri}}}, {"Location": uri})


@route("GET", "/vnfpkgm/v[12]/subscriptions/[^/]+")
def show_subscription(self):
    subscription = self.server.subscriptions.get(self.server.url + self.path)
    if subscription is None:
        return self.problem(404, "there is no such subscription")
    return self.answer(200, {"callbackUri": subscription["callbackUri"]})


@route("DELETE", "/vnfpkgm/v[12]/subscriptions/[^/]+")
def end_subscription(self):
    self.server.subscriptions.pop(self.server.url + self.path, None)
    self.answer(204)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--schemas", type=pathlib.Path)
    nfvo = Nfvo(sol003.Schemas(parser.parse_args().schemas))
    print(nfvo.url, flush=True)
    nfvo.serve_forever()


if __name__ == "__main__":
    main()
