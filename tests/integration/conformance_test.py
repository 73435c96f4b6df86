"""What the manager says of each resource, in each state and by both versions of the interface, is as SOL003's schemas want
it: its answers, its notifications, its requests for grants. Loopback checks each; here they are asked for.

Usage: conformance_test.py BIN_DIR SOURCE_DIR [TEST...]    skipped where the schemas are not (sol003.py)
"""

import json
import signal
import sys
import unittest
import zipfile

import conformance_page
from deadline import until
from loopback import FIREWALL, INSTANTIATE, SAMPLE, SOURCE, Loopback, WithNfvo

OTHER_FIREWALL = FIREWALL[:-1] + "2"
VIM = {"vimType": "UNF", "interfaceInfo": {"endpoint": "https://vim.example"}, "accessInfo": {"password": "s3cret"}}
FIXED = {"cpProtocolData": [{"layerProtocol": "IP_OVER_ETHERNET", "ipOverEthernet": {
    "ipAddresses": [{"type": "IPV4", "fixedAddresses": ["192.0.2.1"]}]}}]}
NONSENSE = {"vnfConfigurableProperties": {"filter": {"rules": "nonsense\n"}}}


def links(a, b):
    """One with its configuration, one without."""
    return [{"id": "left", "resourceId": a, "extCps": [{"cpdId": "virtual_link_in", "cpConfig": {"first": FIXED}}]},
            {"id": "right", "resourceId": b, "extCps": [{"cpdId": "virtual_link_out"}]}]


def attributes(message, path):
    """Of a message, as conformance_reasons.csv names them."""
    for name, value in message.items():
        yield f"{path}.{name}"
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict):
                yield from attributes(each, f"{path}.{name}")


SKIPPED = unittest.skipIf(Loopback.schemas.where is None, "SOL003's schemas are not beside the source directory")


@SKIPPED
class Page(Loopback):
    def test_it_is_as_it_would_be_made_now(self):
        self.maxDiff = None
        self.start()
        made = conformance_page.page(self.schemas, self.call("GET", "/openapi.json")[2])
        self.assertEqual((SOURCE / "docs/conformance.md").read_text(), made)


@SKIPPED
class V2(WithNfvo):
    api = "v2"
    vims = {"here": VIM}
    nfvo_config = {"grants": "nfvo"}

    def setUp(self):
        super().setUp()
        self.start_agent()
        self.root = f"/vnflcm/{self.api}"

    def get(self, path):
        status, headers, body = self.call("GET", path)
        self.assertEqual(status, 200, body)
        self.assertTrue(headers["Version"].startswith(self.api[1:]), headers)
        return body

    def look_at_all(self):
        """Each resource alone, and in a list of all."""
        for kind in ("vnf_instances", "vnf_lcm_op_occs", "subscriptions"):
            for each in self.get(f"{self.root}/{kind}?all_fields"):
                self.get(f"{self.root}/{kind}/{each['id']}")

    def operate(self, instance, task, body, state="COMPLETED", method="POST"):
        operation = self.in_state(self.begin(instance, task, body, method),
                                  "COMPLETED", "FAILED_TEMP", "FAILED", "ROLLED_BACK")
        self.assertEqual(operation["operationState"], state, operation)
        self.look_at_all()
        return operation

    def subscribe(self, more):
        status, headers, body = self.call("POST", f"{self.root}/subscriptions",
                                          {"callbackUri": self.nfvo.url + "/callback", **more})
        self.assertEqual(status, 201, body)
        self.assertEqual(headers["Location"], body["_links"]["self"]["href"])

    def new_instance(self):
        instance = self.create(self.onboard(), self.api)
        self.operate(instance, "/instantiate", {**INSTANTIATE, "extVirtualLinks": links("wan", "lan"),
                                                "vimConnectionInfo": self.vims})
        return instance

    def operations(self):
        return [
            ("/scale", {"type": "SCALE_OUT", "aspectId": "capacity"}),
            ("/scale_to_level", {"instantiationLevelId": "small"}),
            ("/change_flavour", {"newFlavourId": "default", "instantiationLevelId": "large"}),
            ("/heal", {"cause": "test"}),
            ("/operate", {"changeStateTo": "STOPPED"}),
            ("/operate", {"changeStateTo": "STARTED"}),
            ("/change_ext_conn", {"extVirtualLinks": links("lan", "wan")}),
            ("/change_vnfpkg", {"vnfdId": OTHER_FIREWALL,
                                "vnfConfigurableProperties": {"filter": {"rules": "deny any any any any any\n"}}}),
        ]

    def other_package(self):
        with zipfile.ZipFile(self.work / "other.csar", "w") as archive:
            archive.writestr("firewall.yaml", (SAMPLE / "firewall.yaml").read_text().replace(FIREWALL, OTHER_FIREWALL))
            archive.write(SAMPLE / "edge.rules", "edge.rules")
        self.upload(self.work / "other.csar")

    def test_every_operation(self):
        self.subscribe({"filter": {"vnfInstanceSubscriptionFilter": {"vnfdIds": [FIREWALL, OTHER_FIREWALL]},
                                   "operationStates": ["STARTING", "PROCESSING", "COMPLETED", "FAILED_TEMP"]}})
        self.subscribe({})
        self.other_package()
        instance = self.new_instance()
        for task, body in self.operations():
            with self.subTest(task):
                self.operate(instance, task, body)
        self.assertNotIn("s3cret", str(self.get(instance)))
        self.operate(instance, "/terminate", {"terminationType": "GRACEFUL", "gracefulTerminationTimeout": 1})
        self.assertEqual(self.call("DELETE", instance)[0], 204)
        self.assert_told(2 * (3 * (2 + len(self.operations())) + 2))
        self.assert_grants_are_asked_for_as_the_page_says()

    def assert_grants_are_asked_for_as_the_page_says(self):
        reasons = conformance_page.Reasons()
        sent = {attribute for request in self.nfvo.asked("POST", "/grant")
                for attribute in attributes(json.loads(request["body"]), "GrantRequest")}
        states = conformance_page.THERE + conformance_page.NOT_THERE
        self.assertEqual([a for a in sorted(sent) if reasons.of(a, states)[0] != "sent"], [])

    def assert_told(self, number):
        """Notifications were checked where they came."""
        until(f"{number} notifications", lambda: len(self.nfvo.asked("POST", "/callback")) == number)

    def test_modifications_say_what_they_changed(self):
        self.subscribe({})
        instance = self.new_instance()
        change = {"vnfInstanceName": "edge", "vnfInstanceDescription": "new", "metadata": {"a": "b"},
                  "vnfConfigurableProperties": {"filter": {"rules": "allow any any any any any\n"}},
                  "vimConnectionInfo": self.vims}
        operation = self.operate(instance, "", change, method="PATCH")
        told = {name: value for name, value in change.items() if name != "vimConnectionInfo"}  # as it was
        self.assertEqual(operation["changedInfo"], told)
        self.assertEqual(self.operate(instance, "", {"vnfInstanceName": "edge"}, method="PATCH").get("changedInfo"), None)

    def test_connection_points_lead_to_vnfcs(self):
        info = self.get(self.new_instance())["instantiatedVnfInfo"]
        exposed = {cp["id"]: cp["vnfExtCpId"] for vnfc in info["vnfcResourceInfo"] for cp in vnfc.get("vnfcCpInfo", [])}
        self.assertEqual(exposed, {cp["associatedVnfcCpId"]: cp["id"] for cp in info["extCpInfo"]})
        configured = {cp["cpdId"]: cp["cpConfigId"] for cp in info["extCpInfo"]}
        self.assertEqual(configured["virtual_link_in"], "first")

    def test_every_state(self):
        self.subscribe({})
        instance = self.new_instance()
        failed = f"{self.root}/vnf_lcm_op_occs/" + self.operate(instance, "", NONSENSE, "FAILED_TEMP", "PATCH")["id"]
        self.assertEqual(self.call("POST", failed + "/retry")[0], 202)
        self.in_state(failed, "FAILED_TEMP")
        self.agent.send_signal(signal.SIGSTOP)
        self.assertEqual(self.call("POST", failed + "/rollback")[0], 202)
        self.in_state(failed, "ROLLING_BACK")
        self.look_at_all()
        self.agent.send_signal(signal.SIGCONT)
        self.in_state(failed, "ROLLED_BACK")
        failed = f"{self.root}/vnf_lcm_op_occs/" + self.operate(instance, "", NONSENSE, "FAILED_TEMP", "PATCH")["id"]
        self.assertEqual(self.call("POST", failed + "/fail")[2]["operationState"], "FAILED")

        self.nfvo.behave(grants="pending", pending_polls=1_000)
        waiting = self.begin(instance, "/heal", {})
        self.in_state(waiting, "STARTING")
        self.look_at_all()
        self.assertEqual(self.call("POST", waiting + "/cancel", {"cancelMode": "GRACEFUL"})[0], 202)
        self.in_state(waiting, "ROLLED_BACK")
        self.nfvo.behave(grants="refused")
        self.operate(instance, "/heal", {}, "ROLLED_BACK")
        self.nfvo.behave(grants="immediate")

        self.agent.send_signal(signal.SIGSTOP)
        held = self.begin(instance, "/heal", {})
        self.in_state(held, "PROCESSING")
        self.assertEqual(self.call("POST", held + "/cancel", {"cancelMode": "FORCEFUL"})[0], 202)
        self.look_at_all()
        self.agent.send_signal(signal.SIGCONT)
        self.in_state(held, "FAILED_TEMP")
        self.look_at_all()

    def test_packages(self):
        no_zip = self.work / "no.csar"
        no_zip.write_text("no zip")
        package = self.upload(no_zip, "CREATED")
        self.upload(self.csar())
        self.get_package(package["id"])
        for each in self.call("GET", "/vnfpkgm/v1/vnf_packages?all_fields")[2]:
            self.assertEqual(self.get_package(each["id"])["id"], each["id"])

    def get_package(self, package):
        return self.call("GET", f"/vnfpkgm/v1/vnf_packages/{package}")[2]

    def test_versions(self):
        for path in ("/vnflcm", self.root, "/vnfpkgm", "/vnfpkgm/v1"):
            self.assertEqual(self.call("GET", path + "/api_versions")[0], 200)

    def test_refusals(self):
        instance = self.create(self.onboard(), self.api)
        tag = self.call("GET", instance)[1]["ETag"]
        self.operate(instance, "", {"vnfInstanceName": "x"}, method="PATCH")
        for status, method, path, body, headers in [
                (400, "POST", f"{self.root}/vnf_instances", {}, {}),
                (400, "POST", f"{self.root}/vnf_instances", b"{", {}),
                (400, "GET", f"{self.root}/vnf_instances?filter=(eq,colour,red)", None, {}),
                (400, "GET", instance, None, {"Version": "two"}),
                (404, "GET", f"{self.root}/vnf_instances/x", None, {}),
                (404, "POST", f"{self.root}/vnf_lcm_op_occs/x/retry", None, {}),
                (404, "GET", f"{self.root}/subscriptions/x", None, {}),
                (405, "PUT", instance, {}, {}),
                (406, "GET", instance, None, {"Version": "9.0.0"}),
                (406, "GET", instance, None, {"Accept": "text/html"}),
                (409, "POST", instance + "/heal", {}, {}),
                (412, "DELETE", instance, None, {"If-Match": tag}),
                (413, "POST", f"{self.root}/vnf_instances", {"vnfdId": "x" * 2_000_000}, {}),
                (414, "GET", instance + "?fields=" + "x" * 10_000, None, {}),
                (415, "POST", f"{self.root}/vnf_instances", {}, {"Content-Type": "text/plain"}),
                (422, "POST", f"{self.root}/vnf_instances", {"vnfdId": "x"}, {}),
                (422, "POST", f"{self.root}/subscriptions", {"callbackUri": "file:///etc/passwd"}, {})]:
            with self.subTest(f"{method} {path[:100]} is {status}"):
                answered, fields, problem = self.call(method, path, body, headers=headers)
                self.assertEqual(answered, status, problem)
                self.assertEqual(fields["Content-Type"], "application/problem+json")
                self.assertEqual(problem["status"], status)


class V1(V2):
    api = "v1"
    vims = [{"id": "here", **VIM}]

    def operations(self):
        return super().operations()[:-1]  # no change_vnfpkg


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
