"""Packets take the paths that chains say, whichever form these are written in.

Random chains are written in each form, planned by vnfm, and run by unf-replay on generated flows. Which VNFs a flow
passes, in which order, and where it ends, is compared with a small model of what that form means, which reads the
document itself.

Usage: chains_test.py BIN_DIR SOURCE_DIR [CLASS] (seed: UNF_SEED, chains of each form: UNF_CHAINS)
"""

import dataclasses
import ipaddress
import json
import os
import pathlib
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import zipfile

import yaml

BIN = pathlib.Path(sys.argv[1]).resolve()
SEED = int(os.environ.get("UNF_SEED", time.time_ns() % 1_000_000))
CHAINS = int(os.environ.get("UNF_CHAINS", "12"))
PROTOCOLS = [6, 17]
SOURCES = ["10.1.0.0/16", "10.2.0.0/16", "10.2.3.0/24"]
TARGETS = ["10.9.0.0/16", "10.9.1.0/24"]
PORTS = [(80, 80), (80, 1024), (443, 443), (5000, 6000)]
FLOWS = 11  # flow k sends 2**k packets: a sum says which flows are in it


@dataclasses.dataclass(frozen=True)
class Packet:
    proto: int
    src: str
    dst: str
    sport: int
    dport: int

    def back(self):
        return Packet(self.proto, self.dst, self.src, self.dport, self.sport)

    def frame(self):
        if self.proto == 6:
            layer4 = struct.pack("!HHIIBBHHH", self.sport, self.dport, 1, 1, 0x50, 0x10, 1024, 0, 0)
        else:
            layer4 = struct.pack("!HHHH", self.sport, self.dport, 8, 0)
        head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(layer4), 1, 0, 64, self.proto, 0,
                           ipaddress.ip_address(self.src).packed, ipaddress.ip_address(self.dst).packed)
        total = sum(struct.unpack("!10H", head))
        total = (total & 0xffff) + (total >> 16)
        total = ~((total & 0xffff) + (total >> 16)) & 0xffff
        head = head[:10] + struct.pack("!H", total) + head[12:]
        return bytes.fromhex("020000000002020000000001") + b"\x08\x00" + head + layer4


def capture_of(packets):
    """A pcap of these packets, flow k 2**k times."""
    text = struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1)
    stamp = 0
    for number, packet in enumerate(packets):
        frame = packet.frame()
        for _ in range(2 ** number):
            text += struct.pack("<IIII", 0, stamp, len(frame), len(frame)) + frame
            stamp += 1
    return text


def packets_in(capture):
    """How many of each frame a pcap has."""
    found, at = {}, 24
    while at < len(capture):
        size = struct.unpack_from("<I", capture, at + 8)[0]
        frame = capture[at + 16:at + 16 + size]
        found[frame] = found.get(frame, 0) + 1
        at += 16 + size
    return found


def within(address, prefix):
    return prefix is None or ipaddress.ip_address(address) in ipaddress.ip_network(prefix, strict=False)


class Chain:
    """What is to be written: VNFs that each deny a port, paths over some of them in some order."""

    def __init__(self, rng, symmetric_allowed=True, ranges=True):
        ports = PORTS if ranges else [pair for pair in PORTS if pair[0] == pair[1]]
        self.vnfs = [f"v{number}" for number in range(rng.randint(2, 4))]
        self.denied = {vnf: rng.choice([80, 443, 500, 5500, 7]) for vnf in self.vnfs}
        self.paths = []
        for number in range(rng.randint(1, 3)):
            hops = rng.sample(self.vnfs, rng.randint(1, len(self.vnfs)))
            matches = []
            for _ in range(rng.randint(0 if number == 2 else 1, 2)):
                match = {"proto": rng.choice(PROTOCOLS)}
                if rng.random() < 0.5:
                    match["src"] = rng.choice(SOURCES)
                if rng.random() < 0.5:
                    match["dst"] = rng.choice(TARGETS)
                if rng.random() < 0.6:
                    match["dport"] = rng.choice(ports)
                matches.append(match)
            symmetric = symmetric_allowed and rng.random() < 0.4
            self.paths.append({"name": f"p{number}", "hops": hops, "matches": matches, "symmetric": symmetric})
        used = {hop for path in self.paths for hop in path["hops"]}
        self.vnfs = [vnf for vnf in self.vnfs if vnf in used]

    @staticmethod
    def flows(rng):
        """Different ones, so that a frame says which it is of."""
        flows = []
        for number in range(FLOWS):
            flows.append(Packet(rng.choice(PROTOCOLS), f"10.{rng.choice([1, 2])}.{rng.choice([3, 4])}.{number + 1}",
                                f"10.{rng.choice([9, 8])}.{rng.choice([1, 2])}.7", 30000 + number,
                                rng.choice([80, 81, 443, 500, 5500, 7])))
        return flows


class Forms(unittest.TestCase):
    """A form: how a chain is written in it, and what it means."""

    SYMMETRIC = True  # what the form can say
    RANGES = True

    def write(self, chain):
        """Files of the chain, by name; all that does not end in .rules or .map is planned."""
        raise NotImplementedError

    def hops(self, files, packet, reverse):
        """The VNFs that a packet passes by what the files say; None: no path takes it."""
        raise NotImplementedError

    def setUp(self):
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="unf-chains-"))
        self.addCleanup(shutil.rmtree, self.work)

    def image_map(self, chain, keys):
        """Each VNF denies its port; in place of whatever runs there."""
        images = {key: {"type": "L3L4Filter", "config": {"rules": f"{vnf}.rules"}} for vnf, key in keys.items()}
        files = {f"{vnf}.rules": self.rules(chain, vnf) for vnf in chain.vnfs}
        files["images.map"] = json.dumps({"images": images})
        return files

    @staticmethod
    def rules(chain, vnf):
        return "".join(f"deny {proto} any any any {chain.denied[vnf]}\n" for proto in ("tcp", "udp")) + \
            "allow any any any any any\n"

    def plan(self, directory, names, *options):
        images = ["--image-map", "images.map"] if (directory / "images.map").exists() else []
        done = subprocess.run([BIN / "vnfm", "plan", *names, *images, "-o", "json", *options], cwd=directory, check=False,
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        (directory / "plan.json").write_text(done.stdout)

    def replay(self, directory, nic, packets):
        (directory / "in.pcap").write_bytes(capture_of(packets))
        done = subprocess.run([BIN / "unf-replay", "plan.json", "--in", f"{nic}=in.pcap", "--out", "in=in.out",
                               "--out", "out=out.out"], cwd=directory, check=False, capture_output=True, text=True,
                              timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        left = {name: packets_in((directory / f"{name}.out").read_bytes()) for name in ("in", "out")}
        return json.loads(done.stdout)["owners"], left

    def expected(self, chain, files, packets, reverse):
        """Packets that each VNF gets, and frames that leave at the other side."""
        counts, leaving = {vnf: 0 for vnf in chain.vnfs}, {}
        for number, packet in enumerate(packets):
            hops = self.hops(files, packet, reverse)
            if hops is None:
                continue
            for hop in hops:
                counts[hop] += 2 ** number
                if packet.dport == chain.denied[hop]:
                    break
            else:
                leaving[packet.frame()] = 2 ** number
        return counts, leaving

    def test_packets_take_their_paths(self):
        if type(self) is Forms:
            self.skipTest("no form")
        rng = random.Random(f"{SEED} {type(self).__name__}")
        print(f"seed {SEED}", file=sys.stderr)
        for number in range(CHAINS):
            chain = Chain(rng, self.SYMMETRIC, self.RANGES)
            directory = self.work / str(number)
            directory.mkdir()
            files = self.write(chain)
            for name, text in files.items():
                (directory / name).write_text(text)
            names = [name for name in files if not name.endswith((".rules", ".map"))]
            for options in (("--consolidate", "off"), ()):
                self.plan(directory, names, *options)
                for nic, reverse in (("in", False), ("out", True)):
                    packets = [packet.back() if reverse else packet for packet in Chain.flows(rng)]
                    counts, leaving = self.expected(chain, files, packets, reverse)
                    owners, left = self.replay(directory, nic, packets)
                    said = f"seed {SEED}, chain {number}, {options}, into {nic}:\n" + json.dumps(files, indent=1)
                    self.assertEqual(left["in" if reverse else "out"], leaving, said)
                    self.assertEqual(left["out" if reverse else "in"], {}, said)
                    if options:  # else some may have been dropped before they would have been counted
                        for vnf in chain.vnfs:
                            filters = [count["in"] for owner, count in owners.items() if owner.endswith(f"/{vnf}/{self.NODE or vnf}")]
                            self.assertEqual(filters, [counts[vnf]], f"{vnf} of {said}")


class Tacker(Forms):
    """Tacker's VNFFGD and VNFDs."""

    NODE = "VDU1"

    def write(self, chain):
        version = "tosca_simple_profile_for_nfv_1_0_0"
        files = self.image_map(chain, {vnf: f"{vnf}/VDU1" for vnf in chain.vnfs})
        for vnf in chain.vnfs:
            nodes = {"VDU1": {"type": "tosca.nodes.nfv.VDU.Tacker", "properties": {"image": "cirros"}}}
            for order, name in enumerate((f"{vnf}in", f"{vnf}out")):
                nodes[name] = {"type": "tosca.nodes.nfv.CP.Tacker", "properties": {"order": order},
                               "requirements": [{"virtualLink": {"node": f"VL{order}"}},
                                                {"virtualBinding": {"node": "VDU1"}}]}
                nodes[f"VL{order}"] = {"type": "tosca.nodes.nfv.VL",
                                       "properties": {"vendor": "Tacker", "network_name": f"net{order}"}}
            files[f"{vnf}.json"] = json.dumps({"tosca_definitions_version": version,
                                               "topology_template": {"node_templates": nodes}})
        nodes = {}
        for path in chain.paths:
            one_armed = len(path["hops"]) % 2 == 0  # both notations of a hop
            properties = {"symmetrical": path["symmetric"], "path": [
                {"forwarder": hop, "capability": hop + port} for hop in path["hops"]
                for port in (("in",) if one_armed else ("in", "out"))]}
            criteria = []
            for match in path["matches"]:
                acl = {"network_src_port_id": "port-in", "network_dst_port_id": "port-out", "ip_proto": match["proto"]}
                if "src" in match:  # with host bits, as people write them
                    acl["ip_src_prefix"] = match["src"].replace(".0/", ".5/")
                if "dst" in match:
                    acl["ip_dst_prefix"] = match["dst"].replace(".0/", ".5/")
                if "dport" in match:
                    acl["destination_port_range"] = f"{match['dport'][0]}-{match['dport'][1]}"
                criteria.append(acl)
            if not criteria:
                criteria = [{"network_src_port_id": "port-in", "network_dst_port_id": "port-out"}]
            in_pieces = len(criteria) == 1 and one_armed  # which the oldest documents are
            if in_pieces:
                criteria = [{key: value} for key, value in criteria[0].items()]
            legacy = in_pieces or len(criteria) % 2 == 0
            properties["policy"] = {"type": "ACL", "criteria": criteria if legacy else
                                    [{"name": f"c{at}", "classifier": acl} for at, acl in enumerate(criteria)]}
            nodes[path["name"]] = {"type": "tosca.nodes.nfv.FP." + ("Tacker" if legacy else "TackerV2"),
                                   "properties": properties}
        files["graph.json"] = json.dumps({"tosca_definitions_version": version, "topology_template": {
            "node_templates": nodes, "groups": {"VNFFG1": {
                "type": "tosca.groups.nfv.VNFFG", "properties": {"vendor": "tacker", "version": "1.0"},
                "members": list(nodes)}}}})
        return files

    def hops(self, files, packet, reverse):
        if reverse:
            packet = packet.back()
        for path in json.loads(files["graph.json"])["topology_template"]["node_templates"].values():
            properties = path["properties"]
            if reverse and not properties["symmetrical"]:
                continue
            criteria = properties["policy"]["criteria"]
            if all(len(criterion) == 1 for criterion in criteria):
                criteria = [{key: value for criterion in criteria for key, value in criterion.items()}]
            for criterion in criteria:
                acl = criterion.get("classifier", criterion)
                first, last = (int(port) for port in acl.get("destination_port_range", "0-65535").split("-"))
                if (acl.get("ip_proto", packet.proto) == packet.proto and first <= packet.dport <= last and
                        within(packet.src, acl.get("ip_src_prefix")) and within(packet.dst, acl.get("ip_dst_prefix"))):
                    hops = []
                    for hop in properties["path"]:
                        if hops[-1:] != [hop["forwarder"]]:
                            hops.append(hop["forwarder"])
                    return hops[::-1] if reverse else hops
        return None


class Paper(Forms):
    """The paper's SFC request."""

    NODE = "u"

    def write(self, chain):
        files = {f"{vnf}.rules": self.rules(chain, vnf) for vnf in chain.vnfs}
        templates = [{"name": f"T{vnf}", "nodes": [
            {"name": "a", "type": "NicIngress"}, {"name": "u", "type": "L3L4Filter", "config": {"rules": f"{vnf}.rules"}},
            {"name": "b", "type": "NicEgress"}], "links": [{"from": "a", "to": "u"}, {"from": "u", "label": "out", "to": "b"}]}
            for vnf in chain.vnfs]
        pairs = {pair for path in chain.paths for pair in zip(path["hops"], path["hops"][1:])}
        paths = [{"name": path["name"], "in": "w", "out": "l", "hops": path["hops"], "symmetric": path["symmetric"],
                  "matches": [{**match, "dport": list(match["dport"])} if "dport" in match else match
                              for match in path["matches"]]} for path in chain.paths]
        files["sfc.json"] = json.dumps({"vnfs": templates, "sfc": {
            "name": "s", "nodes": [{"name": vnf, "vnf": f"T{vnf}"} for vnf in chain.vnfs],
            "links": [{"from": one, "label": "b", "to": other} for one, other in sorted(pairs)],
            "endpoints": [{"name": "w"}, {"name": "l"}], "paths": paths}})
        return files

    def hops(self, files, packet, reverse):
        if reverse:
            packet = packet.back()
        for path in json.loads(files["sfc.json"])["sfc"]["paths"]:
            if reverse and not path["symmetric"]:
                continue
            for match in path["matches"] or [{}]:
                first, last = match.get("dport", [0, 65535])
                if (match.get("proto", packet.proto) == packet.proto and first <= packet.dport <= last and
                        within(packet.src, match.get("src")) and within(packet.dst, match.get("dst"))):
                    return path["hops"][::-1] if reverse else path["hops"]
        return None


class Sol001(Paper):
    """SOL001's NSD and VNFDs, as vnfm convert writes them."""

    def plan(self, directory, names, *options):
        if not (directory / "c.csar").exists():
            done = subprocess.run([BIN / "vnfm", "convert", *names, "--to", "c.csar"], cwd=directory, check=False,
                                  capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 0, done.stderr)
            with zipfile.ZipFile(directory / "c.csar") as csar:
                self.nsd = yaml.safe_load(csar.read("Definitions/s.yaml"))["topology_template"]
        super().plan(directory, ["c.csar"], *options)

    def targets(self, node, name):
        return [next(iter(item.values())) for item in self.nsd["node_templates"][node].get("requirements", [])
                if name in item]

    def hops(self, files, packet, reverse):
        nodes = self.nsd["node_templates"]
        attached = {name: {next(iter(item.values())) for item in node["requirements"]} for name, node in nodes.items()
                    if node["type"].startswith("unf.converted.")}
        policies = [policy for item in self.nsd.get("policies", []) for policy in item.values()]
        if reverse:
            packet = packet.back()
        for path, node in nodes.items():
            if node["type"] != "tosca.nodes.nfv.NFP":
                continue
            of_path = [policy for policy in policies if path in policy["targets"]]
            symmetric = any(policy["properties"].get("symmetric") for policy in of_path
                            if policy["type"] == "unf.policies.Path")
            rules = [policy["properties"] for policy in of_path if policy["type"] == "tosca.policies.nfv.NfpRule"]
            if (reverse and not symmetric) or (rules and not any(self.fits(rule, packet) for rule in rules)):
                continue
            hops = []
            for position in self.targets(path, "nfp_position"):
                (element,) = self.targets(position, "element")
                links = {link for forwarding in self.targets(element, "profile_element")
                         for link in self.targets(forwarding, "virtual_link")}
                hops += [vnf for vnf, on in attached.items() if links <= on and vnf in element.split()]
            return hops[::-1] if reverse else hops
        return None

    @staticmethod
    def fits(rule, packet):
        first, last = rule.get("destination_port_range", [0, 65535])
        return (int(rule.get("protocol", packet.proto)) == packet.proto and first <= packet.dport <= last and
                within(packet.src, rule.get("source_ip_address_prefix")) and
                within(packet.dst, rule.get("destination_ip_address_prefix")))


class Osm(Forms):
    """OSM's descriptors: match-attributes of one port each, one way."""

    NODE = "u"
    SYMMETRIC = False
    RANGES = False

    def write(self, chain):
        files = self.image_map(chain, {vnf: f"image-{vnf}" for vnf in chain.vnfs})
        for vnf in chain.vnfs:
            files[f"{vnf}_vnfd.json"] = json.dumps({"vnfd": {
                "id": f"d-{vnf}", "ext-cpd": [{"id": f"{port}-ext", "int-cpd": {"vdu-id": "u", "cpd": port}}
                                              for port in ("a", "b")],
                "vdu": [{"id": "u", "sw-image-desc": f"image-{vnf}", "int-cpd": [
                    {"id": port, "virtual-network-interface-requirement": [{"name": port, "position": at}]}
                    for at, port in enumerate(("a", "b"))]}],
                "sw-image-desc": [{"id": f"image-{vnf}", "name": f"image-{vnf}"}],
                "df": [{"id": "default-df", "vdu-profile": [{"id": "u", "min-number-of-instances": 1}]}]}})
        files["ns_nsd.json"] = json.dumps({"nsd": {"nsd": [self.nsd_of(chain)]}})
        return files

    def nsd_of(self, chain):
        profiles = [{"id": "client", "vnfd-id": "host", "virtual-link-connectivity": [
            {"virtual-link-profile-id": "net", "constituent-cpd-id": [
                {"constituent-base-element-id": "client", "constituent-cpd-id": "eth0"}]}]}]
        for vnf in chain.vnfs:
            profiles.append({"id": vnf, "vnfd-id": f"d-{vnf}", "virtual-link-connectivity": [
                {"virtual-link-profile-id": "net", "constituent-cpd-id": [
                    {"constituent-base-element-id": vnf, "constituent-cpd-id": port} for port in ("a-ext", "b-ext")]}]})
        return {"id": "ns", "virtual-link-desc": [{"id": "net"}], "df": [{"id": "df", "vnf-profile": profiles}],
                "vnffgd": [{"id": "g", "vnf-profile-id": chain.vnfs, "nfpd": [self.path_of(path) for path in chain.paths]}]}

    @staticmethod
    def path_of(path):
        elements = [{"id": f"h{at}", "order": at, "constituent-base-element-id": hop,
                     "ingress-constituent-cpd-id": "a-ext", "egress-constituent-cpd-id": "b-ext"}
                    for at, hop in enumerate(path["hops"])]
        attributes = []
        for at, match in enumerate(path["matches"] or [{}]):
            attribute = {"id": f"m{at}", "source-port": 0, "destination-port": match.get("dport", (0,))[0],
                         "constituent-base-element-id": "client"}
            if "proto" in match:
                attribute["ip-proto"] = match["proto"]
            for key, name in (("src", "source-ip-address"), ("dst", "destination-ip-address")):
                if key in match:
                    attribute[name] = match[key]
            attributes.append(attribute)
        return {"id": path["name"], "position-desc-id": [{
            "id": "p", "nfp-position-element-id": ["e"], "match-attributes": attributes,
            "cp-profile-id": [{"id": "c", "constituent-profile-elements": elements[::-1]}]}]}

    def hops(self, files, packet, reverse):
        if reverse:
            return None
        for path in json.loads(files["ns_nsd.json"])["nsd"]["nsd"][0]["vnffgd"][0]["nfpd"]:
            (position,) = path["position-desc-id"]
            for match in position["match-attributes"]:
                if (match.get("ip-proto", packet.proto) == packet.proto and
                        match["destination-port"] in (0, packet.dport) and
                        within(packet.src, match.get("source-ip-address")) and
                        within(packet.dst, match.get("destination-ip-address"))):
                    elements = position["cp-profile-id"][0]["constituent-profile-elements"]
                    return [element["constituent-base-element-id"]
                            for element in sorted(elements, key=lambda element: element["order"])]
        return None


class Sol006(Osm):
    """ETSI's descriptors: positions, and rules in files; one way."""

    RANGES = True
    NAMES = {6: "tcp", 17: "udp"}

    def write(self, chain):
        files = super().write(chain)
        for path in chain.paths:
            lines = []
            for match in path["matches"] or [{}]:
                ports = "-".join(str(port) for port in sorted(set(match["dport"]))) if "dport" in match else "any"
                lines.append(f"{self.NAMES.get(match.get('proto'), 'any')} {match.get('src', 'any')} any "
                             f"{match.get('dst', 'any')} {ports}")
            files[f"{path['name']}.rules"] = "".join(line + "\n" for line in lines)
        return files

    def nsd_of(self, chain):
        nsd = super().nsd_of(chain)
        nsd["virtual-link-desc"] = [{"id": name} for name in ("net", "wan", "lan")]
        nsd["sapd"] = [{"id": name, "virtual-link-desc": name} for name in ("wan", "lan")]
        graph = nsd["vnffgd"][0]
        graph["nfp-position-element"] = [
            {"id": f"{vnf}.{port}", "desc": {"vnf-profile": {"vnf-profile-id": vnf},
                                             "vnf": {"vnfd-id": f"d-{vnf}", "cpd-id": f"{port}-ext"}}}
            for vnf in chain.vnfs for port in ("a", "b")]
        return nsd

    @staticmethod
    def path_of(path):
        positions = [{"id": f"q{at}", "nfp-position-element-id": [f"{hop}.a", f"{hop}.b"]}
                     for at, hop in enumerate(path["hops"])]
        return {"id": path["name"], "rule": f"{path['name']}.rules", "position-desc": positions}

    def hops(self, files, packet, reverse):
        if reverse:
            return None
        for path in json.loads(files["ns_nsd.json"])["nsd"]["nsd"][0]["vnffgd"][0]["nfpd"]:
            for line in files[path["rule"]].splitlines():
                proto, src, _, dst, ports = line.split()
                first, last = (0, 65535) if ports == "any" else (int(port) for port in (ports.split("-") * 2)[:2])
                if ports.count("-"):
                    last = int(ports.split("-")[1])
                if (proto in ("any", self.NAMES[packet.proto]) and first <= packet.dport <= last and
                        within(packet.src, None if src == "any" else src) and
                        within(packet.dst, None if dst == "any" else dst)):
                    return [position["nfp-position-element-id"][0].split(".")[0] for position in path["position-desc"]]
        return None


class SfcYang(Forms):
    """Data of the SFC YANG modules: the first entry of the access list that matches says the path."""

    NODE = ""

    def write(self, chain):
        files = self.image_map(chain, {vnf: f"{vnf}/{vnf}" for vnf in chain.vnfs})
        entries = []
        for path in chain.paths:
            for match in path["matches"] or [{}]:
                matches = {"source-ipv4-network": match.get("src", "0.0.0.0/0"),
                           "destination-ipv4-network": match.get("dst", "0.0.0.0/0")}
                if "proto" in match:
                    matches["protocol"] = match["proto"]
                if "dport" in match:
                    matches["destination-port-range"] = {"lower-port": match["dport"][0], "upper-port": match["dport"][1]}
                entries.append({"rule-name": f"r{len(entries)}", "matches": matches,
                                "actions": {"service-function-acl:rendered-service-path": path["name"]}})
        acl_type = "ietf-access-control-list:ipv4-acl"
        files["data.json"] = json.dumps({
            "service-function-type:service-function-types": {"service-function-type": [{"type": f"t-{vnf}"} for vnf in chain.vnfs]},
            "service-function:service-functions": {"service-function": [
                {"name": vnf, "type": f"t-{vnf}", "ip-mgmt-address": "192.0.2.1"} for vnf in chain.vnfs]},
            "service-function-forwarder:service-function-forwarders": {"service-function-forwarder": [{"name": "f"}]},
            "service-function-chain:service-function-chains": {"service-function-chain": [
                {"name": f"c-{path['name']}", "sfc-service-function": [
                    {"name": hop, "type": f"t-{hop}", "order": at} for at, hop in enumerate(path["hops"])]}
                for path in chain.paths]},
            "service-function-path:service-function-paths": {"service-function-path": [
                {"name": path["name"], "service-chain-name": f"c-{path['name']}", "symmetric": path["symmetric"],
                 "service-path-hop": [{"hop-number": at, "service-function-name": hop}
                                      for at, hop in enumerate(path["hops"])]} for path in chain.paths]},
            "ietf-access-control-list:access-lists": {"acl": [
                {"acl-type": acl_type, "acl-name": "l", "access-list-entries": {"ace": entries}}]},
            "service-function-classifier:service-function-classifiers": {"service-function-classifier": [
                {"name": "k", "acl": {"name": "l", "type": acl_type},
                 "scl-service-function-forwarder": [{"name": "f", "interface": "port0"}]}]}})
        return files

    def hops(self, files, packet, reverse):
        if reverse:
            packet = packet.back()
        data = json.loads(files["data.json"])
        paths = {path["name"]: path for path in
                 data["service-function-path:service-function-paths"]["service-function-path"]}
        for entry in data["ietf-access-control-list:access-lists"]["acl"][0]["access-list-entries"]["ace"]:
            matches = entry["matches"]
            path = paths[entry["actions"]["service-function-acl:rendered-service-path"]]
            ports = matches.get("destination-port-range", {"lower-port": 0, "upper-port": 65535})
            if (matches.get("protocol", packet.proto) == packet.proto and
                    ports["lower-port"] <= packet.dport <= ports["upper-port"] and
                    within(packet.src, matches["source-ipv4-network"]) and
                    within(packet.dst, matches["destination-ipv4-network"]) and (not reverse or path["symmetric"])):
                hops = [hop["service-function-name"] for hop in
                        sorted(path["service-path-hop"], key=lambda hop: hop["hop-number"])]
                return hops[::-1] if reverse else hops
        return None


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
