#!/usr/bin/env python3
"""Makes docs/conformance.md: each attribute that SOL003 has, and what becomes of it here.

Usage, while a manager runs (SCHEMAS: the folder that sol003.py finds):
    curl --silent http://127.0.0.1:9890/openapi.json | tests/integration/conformance_page.py SCHEMAS > docs/conformance.md

What is served and accepted is read from the manager's description of its interface. Why the rest is not, and what of the
accepted has no effect, conformance_reasons.csv says: the first line whose pattern (of TYPE.ATTRIBUTE, with what is below
it) fits, and whose state can be. An attribute without a line that needs one is an error, and so is a line that nothing
needs.
"""

import csv
import fnmatch
import json
import pathlib
import re
import sys

import sol003

REASONS = pathlib.Path(__file__).with_name("conformance_reasons.csv")
THERE = ["served", "accepted", "sent", "read", "kept", "ignored"]
NOT_THERE = ["ignored", "absent"]
HEAD = """# SOL003, attribute by attribute

Made by `tests/integration/conformance_page.py`, which says how; a test compares. The schemas are those that ETSI published
of GS NFV-SOL 003 2.6.1 (version 1, answers only) and 3.3.1 (version 2). `[]` is an element of a list, `{}` a value of a
map. What is below an attribute is listed where it is not as that is.

| | |
|---|---|
| served, sent | an answer, or a request for a grant, has it where it has to |
| accepted, read | it does what it should |
| kept | it is shown again, and has no effect |
| ignored | it may be there, and has no effect |
| absent | no answer or request has it |
| added | the schema does not have it |
"""


class Reasons:
    def __init__(self):
        with open(REASONS, newline="") as lines:
            self.lines = list(csv.DictReader(lines))
        self.used = set()

    def of(self, attribute, states):
        """State, one of those, and reason; None, if there is none."""
        for number, line in enumerate(self.lines):
            fits = any(fnmatch.fnmatchcase(attribute, line["attribute"] + below) for below in ("", ".*"))
            if fits and line["state"] in states:
                self.used.add(number)
                return line["state"], line["reason"]
        return None

    def unused(self):
        return [line["attribute"] for number, line in enumerate(self.lines) if number not in self.used]


def bare(path):
    return re.sub(r"\[\]|\{\}", "", path)


def attributes(schema, path=""):
    """Paths, each with whether it is an object that nobody describes."""
    for name, below in schema.get("properties", {}).items():
        here = f"{path}.{name}" if path else name
        for word, mark in (("items", "[]"), ("additionalProperties", "{}")):
            if below.get(word):
                below, here = below[word], here + mark
        yield here, "properties" not in below and "object" in below.get("type", "")
        yield from attributes(below, here)


def covers(known, path):
    return path in known or any(is_open and path.startswith(above + ".") for above, is_open in known.items())


def cells(title, published, ours, does, reasons):
    """What becomes of each attribute: path to (state, reason)."""
    known = {bare(path): is_open for path, is_open in attributes(ours)} if ours else {}
    specified = dict(attributes(published))
    found, faults = {}, []
    for path in specified:
        covered = covers(known, bare(path))
        states = (THERE if covered else NOT_THERE) if ours else THERE + NOT_THERE
        found[path] = reasons.of(f"{title}.{bare(path)}", states) or ((does, "") if covered else None)
        if found[path] is None:
            faults.append(f"{title}.{bare(path)}: is not there, and there is no reason")
    plain = {bare(path): is_open for path, is_open in specified.items()}
    for path, _ in attributes(ours or {}):
        if covers(plain, bare(path)):
            continue
        found[path] = reasons.of(f"{title}.{bare(path)}", ["added"])
        if found[path] is None:
            faults.append(f"{title}.{bare(path)}: is there and in no schema, and there is no reason")
    return found, faults


def groups(row):
    """Attributes that stand side by side and are alike, with all below each; `row`: plain path to its cells."""
    def is_uniform(path):
        return all(cell in (None, above) for below in row if below.startswith(path + ".")
                   for cell, above in zip(row[below], row[path]))

    def walk(parent):
        group = []
        for path in [path for path in row if path.rpartition(".")[0] == parent]:
            uniform = is_uniform(path)
            if group and not (uniform and row[path] == row[group[-1]]):
                yield group
                group = []
            group.append(path)
            if not uniform:
                yield group
                group = []
                yield from walk(path)
        if group:
            yield group

    return walk("")


def table(headings, columns):
    written = {bare(path): path for column in columns for path in column}  # as the newest version has it
    plain = [{bare(path): cell for path, cell in column.items()} for column in columns]
    row = {path: tuple(column.get(path) for column in plain) for path in written}
    lines = [f"| attribute | {' | '.join(headings)} | |", "|---" * (len(headings) + 2) + "|"]
    for first, *others in groups(row):
        names = [f"`{written[first]}`", *(f"`{written[path].rpartition('.')[2]}`" for path in others)]
        states = [cell[0] if cell else "" for cell in row[first]]
        why = "; ".join(dict.fromkeys(cell[1] for cell in row[first] if cell and cell[1]))
        lines.append(f"| {', '.join(names)} | {' | '.join(states)} | {why} |")
    return "\n".join(lines) + "\n"


def sections(openapi):
    """Title, and of each version: its heading, the schema's name, ours, what we do with it."""
    def answer(path):
        return openapi["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]

    def request(path, method):
        return openapi["paths"][path][method]["requestBody"]["content"]["application/json"]["schema"]

    for title, path in sol003.LCM_RESOURCES.items():
        yield title, [(v, f"{v}/{title}", answer(f"/vnflcm/{v}{path}"), "served") for v in ("v1", "v2")]
    for title, (method, path) in sol003.LCM_REQUESTS.items():
        yield title, [("v2", f"v2/{title}", request(f"/vnflcm/v2{path}", method), "accepted")]
    yield "VnfPkgInfo", [("v1", "VnfPkgInfo", answer("/vnfpkgm/v1/vnf_packages/{vnfPkgId}"), "served")]
    yield "Alarm", [("v1", "v1/Alarm", answer("/vnffm/v1/alarms/{alarmId}"), "served")]
    yield "FmSubscription", [("v1", "v1/FmSubscription", answer("/vnffm/v1/subscriptions/{subscriptionId}"), "served")]
    yield "GrantRequest", [("v1", "GrantRequest", None, "sent")]
    yield "Grant", [("v1", "Grant", None, "read")]


def page(schemas, openapi):
    reasons = Reasons()
    text, faults = HEAD, []
    for title, versions in sections(openapi):
        columns = []
        for _, name, ours, does in versions:
            found, wrong = cells(title, schemas.of(name), ours, does, reasons)
            columns.append(found)
            faults += wrong
        text += f"\n## {title}\n\n{table([heading for heading, *_ in versions], columns)}"
    faults += [f"{attribute}: nothing needs this reason" for attribute in reasons.unused()]
    if faults:
        raise ValueError("\n".join(faults))
    return text


def main():
    try:
        print(page(sol003.Schemas(pathlib.Path(sys.argv[1])), json.load(sys.stdin)), end="")
    except ValueError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
