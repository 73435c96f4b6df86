"""Each folder includes only what stands before it on the data's way (docs/design/layout.md), and comments and pages name
only files that are there.

Usage: layout_test.py SOURCE_DIR
"""
import pathlib
import re
import sys

# Who may include whom, beside itself and graph/model, which all may. `TOP/*`: every folder below it.
DOORS = {
    "graph/model": "",
    "graph/terms": "",
    "graph/request": "graph/terms",
    "graph/rewrite": "graph/terms graph/request",
    "graph/place": "graph/terms graph/request graph/rewrite",
    "graph/compile": "graph/terms graph/request graph/rewrite graph/place",
    "tosca/text": "",
    "tosca/sol001": "tosca/text tosca/sol001/normative",
    "tosca/sol001/normative": "tosca/text",
    "tosca/package": "tosca/text",
    "tosca/chain": "tosca/text tosca/sol001",
    "tosca/osm": "tosca/text tosca/sol001 tosca/package tosca/chain",
    "tosca/sfc_yang": "tosca/text tosca/sol001 tosca/package tosca/chain",
    "tosca/tacker": "tosca/text tosca/sol001 tosca/package tosca/chain",
    "tosca/paper": "tosca/text tosca/sol001 tosca/package tosca/chain",
    "tosca": "tosca/text tosca/sol001 tosca/package tosca/chain tosca/osm tosca/sfc_yang tosca/tacker tosca/paper",
    "tosca/convert": "tosca tosca/*",
    "dataplane/net": "",
    "dataplane/unf": "dataplane/net",
    "dataplane/tables": "dataplane/net",
    "dataplane/ports": "dataplane/net dataplane/unf",
    "dataplane/unfs": "dataplane/net dataplane/unf dataplane/tables",
    "dataplane/catalog": "dataplane/unf dataplane/unfs",
    "dataplane/wire": "dataplane/unf",
    "dataplane/runner": "dataplane/net dataplane/unf dataplane/ports dataplane/wire",
    "dataplane/eal": "",
    "dataplane/io": "dataplane/net dataplane/unf dataplane/tables dataplane/ports dataplane/wire dataplane/eal dataplane/runner",
    "dataplane/replay": "dataplane/unf dataplane/io dataplane/eal dataplane/runner dataplane/wire",
    "dataplane/programs": "dataplane/* agent/base agent/wire",
    "agent/base": "",
    "agent/wire": "agent/base",
    "agent/client": "agent/base agent/wire",
    "agent/server": "agent/base agent/wire dataplane/wire",
    "agent": "agent/*",
    "vnfm/store": "",
    "vnfm/http": "agent/base",
    "vnfm/failpoint": "",
    "vnfm/nfvo": "vnfm/http",
    "vnfm/packages": "tosca tosca/* vnfm/store vnfm/http vnfm/nfvo",
    "vnfm/lifecycle": "tosca tosca/* graph/* agent/base agent/wire vnfm/store vnfm/http vnfm/failpoint vnfm/nfvo vnfm/packages",
    "vnfm/rest/query": "",
    "vnfm/rest": "vnfm/store vnfm/http vnfm/nfvo vnfm/packages vnfm/lifecycle vnfm/rest/query",
    "vnfm/wire": "tosca tosca/* agent/base agent/wire vnfm/store vnfm/packages vnfm/lifecycle",
    "vnfm/config": "tosca/package agent/base vnfm/http vnfm/nfvo vnfm/lifecycle vnfm/rest vnfm/wire",
    "vnfm/server": "tosca tosca/* agent/base agent/client vnfm/store vnfm/http vnfm/nfvo vnfm/packages vnfm/lifecycle vnfm/rest "
                   "vnfm/rest/query vnfm/wire vnfm/config",
    "vnfm/cli": "tosca tosca/* graph/* agent/base agent/server vnfm/store vnfm/http vnfm/nfvo vnfm/packages vnfm/lifecycle vnfm/wire "
                "vnfm/config vnfm/server",
    "vnfm": "vnfm/cli adapters/*",
    "adapters/keystone": "vnfm/http vnfm/rest",
    "adapters/nfvo": "vnfm/http vnfm/nfvo vnfm/rest/query",
}


def folder(path):
    return path.rpartition("/")[0]


def may_include(own, other):
    allowed = DOORS[own].split()
    return other in (own, "graph/model", "") or other in allowed or any(
        door.endswith("/*") and other.startswith(door[:-1]) for door in allowed)


def problems_of(root, source):
    own = folder(source.relative_to(root).as_posix())
    if own not in DOORS:
        yield f"{own}: a folder without a line in tests/layout_test.py"
        return
    for number, line in enumerate(source.read_text().splitlines(), 1):
        at = f"{source.relative_to(root)}:{number}"
        include = re.match(r'#include "([^"]+)"', line)
        if include and not may_include(own, folder(include[1])):
            yield f"{at}: {own} may not include {folder(include[1])} (docs/design/layout.md)"
        for page in re.findall(r"[\w./-]+\.md\b", line):
            if not (root / page).exists():
                yield f"{at}: there is no {page}, expected the path of a page in the repository"


def problems_of_page(root, page):
    for number, line in enumerate(page.read_text().splitlines(), 1):
        for path in re.findall(r"`((?:graph|tosca|dataplane|agent|vnfm|adapters|tests|samples|docs)/[\w/.-]*\w/?)`", line):
            if not (root / path).exists():
                yield f"{page.relative_to(root)}:{number}: there is no {path}"


def main(root):
    sources = [source for top in ("graph", "tosca", "dataplane", "agent", "vnfm", "adapters")
               for source in sorted((root / top).rglob("*")) if source.suffix in (".h", ".cpp")]
    problems = [problem for source in sources for problem in problems_of(root, source)]
    problems += [problem for page in sorted((root / "docs").rglob("*.md")) for problem in problems_of_page(root, page)]
    print("\n".join(problems) or f"{len(sources)} files, {len(DOORS)} folders: every include goes the data's way")
    return 1 if problems or len(sources) < 100 else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
