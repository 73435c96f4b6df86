"""One request to a REST interface."""

import json
import urllib.error
import urllib.request

from deadline import DEADLINE


def rest_call(method, url, body=None, kind="application/json", headers=None):
    """Status, headers and JSON of the answer. A body that is a map goes as JSON, another as it is."""
    data = json.dumps(body).encode() if isinstance(body, dict) else body
    headers = {**({"Content-Type": kind} if data is not None else {}), **(headers or {})}
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=DEADLINE) as answer:
            text = answer.read()
            return answer.status, answer.headers, json.loads(text) if text else None
    except urllib.error.HTTPError as error:
        return error.code, error.headers, json.loads(error.read() or b"null")
