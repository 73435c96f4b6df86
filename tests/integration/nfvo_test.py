"""The manager and an NFVO (nfvo.py), on loopback: grants, packages. The agent of the manager's host does not run: what is
granted fails for want of it, after the grant.

Usage: nfvo_test.py BIN_DIR SOURCE_DIR [--armed VNFM] [TEST...]    VNFM: a build whose failpoints are armed, for Killed.
"""

import argparse
import json
import pathlib
import signal
import sys
import threading
import unittest

from deadline import DEADLINE, until
from loopback import FIREWALL, WithNfvo
from nfvo import call_back

arguments = argparse.ArgumentParser()
arguments.add_argument("--armed", type=pathlib.Path)
GIVEN, TESTS = arguments.parse_known_args(sys.argv[3:])


class WithGrants(WithNfvo):
    nfvo_config = {"grants": "nfvo"}

    def assert_granted(self, operation):
        """It has its grant, and fails later: there is no agent."""
        shown = self.in_state(operation, "FAILED_TEMP")
        self.assertIn(shown["grantId"], self.nfvo.grants)
        self.assertEqual(shown["_links"]["grant"]["href"], f"{self.nfvo.url}/grant/v1/grants/{shown['grantId']}")


class Grants(WithGrants):
    def test_a_grant_at_once(self):
        self.assert_granted(self.instantiate())
        request = json.loads(self.nfvo.asked("POST", "/grant")[0]["body"])
        self.assertEqual({r["vduId"] for r in request["addResources"]}, {"check", "filter"})

    def test_a_grant_late_and_twice(self):
        self.nfvo.behave(grant_delay_ms=200, grant_twice=True)
        self.assert_granted(self.instantiate())
        self.assertEqual(len(self.nfvo.asked("POST", "/grant")), 1)

    def test_a_refusal_says_why(self):
        self.nfvo.behave(grants="refused")
        shown = self.in_state(self.instantiate(), "ROLLED_BACK")
        self.assertIn("there is no room", shown["error"]["detail"])

    def test_failures_and_dropped_connections_are_tried_again(self):
        self.nfvo.behave(grant_failures=1, grant_drops=1)
        self.assert_granted(self.instantiate())
        requests = [r["body"] for r in self.nfvo.asked("POST", "/grant")]
        self.assertEqual(len(requests), 3)
        self.assertEqual(len(set(requests)), 1)

    def test_a_pending_grant_outlives_the_manager(self):
        self.nfvo.behave(grants="pending", pending_polls=1_000)
        operation = self.instantiate()
        until("poll", lambda: self.nfvo.asked("GET", "/grant"))
        self.end(signal.SIGKILL)
        with self.nfvo.lock:
            next(iter(self.nfvo.grants.values()))["polls"] = 0
        self.start()
        self.assert_granted(operation)
        self.assertEqual(len(self.nfvo.asked("POST", "/grant")), 1)

    def test_a_pending_grant_can_be_cancelled(self):
        self.nfvo.behave(grants="pending", pending_polls=1_000)
        operation = self.instantiate()
        until("poll", lambda: self.nfvo.asked("GET", "/grant"))
        self.assertEqual(self.call("POST", operation + "/cancel", {"cancelMode": "GRACEFUL"})[0], 202)
        self.in_state(operation, "ROLLED_BACK")


class Decisions(WithGrants):
    """What a grant says beside that it is one."""

    def host(self):
        return {**super().host(), "zone": "north"}

    def test_resources_are_in_the_zone_that_they_are_granted_in(self):
        self.nfvo.behave(zone="north")
        shown = self.in_state(self.instantiate(), "FAILED_TEMP")  # for want of an agent
        self.assertEqual({v["zoneId"] for v in shown["resourceChanges"]["affectedVnfcs"]}, {"north"})

    def test_a_zone_without_a_host_that_has_the_networks(self):
        self.nfvo.behave(zone="south")
        shown = self.in_state(self.instantiate(), "ROLLED_BACK")
        self.assertIn("is to be in zone 'south'", shown["error"]["detail"])

    def test_links_of_the_grant_count(self):
        self.nfvo.behave(links=[{"id": "a", "resourceId": "nowhere", "extCps": [{"cpdId": "in"}]}])
        shown = self.in_state(self.instantiate(), "ROLLED_BACK")
        self.assertIn("nowhere", shown["error"]["detail"])


class WithTokens(Grants):
    """The same, where the NFVO wants tokens, which end at once."""
    nfvo_config = {"grants": "nfvo", "auth": {"mode": "oauth2", "user": "vnfm", "secret_file": "WORK/secret",
                                              "token_endpoint": "NFVO/oauth2/token"}}

    def setUp(self):
        super().setUp()
        self.nfvo.behave(token={"client": "vnfm", "password": "s3cret"})

    def subscribe(self, password):
        oauth2 = {"clientId": "vnfm", "clientPassword": password, "tokenEndpoint": self.nfvo.url + "/oauth2/token"}
        return self.call("POST", "/vnflcm/v2/subscriptions", {
            "callbackUri": self.nfvo.url + "/callback",
            "authentication": {"authType": ["OAUTH2_CLIENT_CREDENTIALS"], "paramsOauth2ClientCredentials": oauth2}})

    def test_notifications_bear_a_token(self):
        self.assertEqual(self.subscribe("wrong")[0], 422)
        self.assertEqual(self.subscribe("s3cret")[0], 201)
        with self.nfvo.lock:
            self.nfvo.tokens.clear()  # those that the manager has are not taken any more
        self.nfvo.behave(callback_failures=1, callback_drops=1, callback_delay_ms=100)
        operation = self.instantiate()
        self.in_state(operation, "FAILED_TEMP")

        def states():
            told, seen = [], set()
            for request in self.nfvo.asked("POST", "/callback"):
                message = json.loads(request["body"])
                if "operationState" in message and message["id"] not in seen:
                    seen.add(message["id"])
                    told.append(message["operationState"])
            return told

        until("notifications", lambda: states() == ["STARTING", "PROCESSING", "FAILED_TEMP"])
        self.assertNotIn("s3cret", (self.work / "log").read_text())


class Killed(WithGrants):
    """A manager that dies around a request; the next one gets the grant."""

    def killed_at(self, failpoint):
        self.nfvo.behave(grants="pending", pending_polls=1)
        vnfd = self.onboard()
        self.end()
        self.start(GIVEN.armed, {"UNF_FAILPOINT": failpoint})
        try:
            self.instantiate(vnfd)
        except OSError:
            pass  # it died before it answered
        self.manager.wait(DEADLINE)
        self.assertEqual(self.manager.returncode, -signal.SIGKILL)
        self.start()
        operation, = self.call("GET", "/vnflcm/v2/vnf_lcm_op_occs")[2]
        self.assert_granted("/vnflcm/v2/vnf_lcm_op_occs/" + operation["id"])

    def test_before_the_request(self):
        self.killed_at("before_grant_request")

    def test_after_the_answer(self):
        self.killed_at("after_grant_answer")

    def test_before_a_poll(self):
        self.killed_at("before_grant_request:2")

    def test_after_the_grant(self):
        self.killed_at("after_grant_answer:3")


class PackagesV1(WithNfvo):
    nfvo_config = {"packages": "v1"}

    def ask(self):
        return self.call("POST", "/vnflcm/v2/vnf_instances", {"vnfdId": FIREWALL})

    def contents_asked(self):
        return [r["headers"] for r in self.nfvo.asked("GET", "/vnfpkgm") if r["path"].endswith("/package_content")]

    def records(self):
        return self.call("GET", "/vnfpkgm/v1/vnf_packages")[2]

    def test_a_package_is_fetched_although_it_is_cut(self):
        self.nfvo.add_package("p", self.csar().read_bytes(), FIREWALL)
        self.nfvo.behave(content_cuts=2)
        status, _, instance = self.ask()
        self.assertEqual(status, 201, instance)
        self.assertEqual(instance["vnfProductName"], "Firewall")
        first, *rest = self.contents_asked()
        self.assertNotIn("Range", first)
        self.assertEqual(len(rest), 2)
        for headers in rest:
            self.assertRegex(headers["Range"], "bytes=[0-9]+-")
            self.assertIn("If-Range", headers)
        self.assertEqual(self.ask()[0], 201)
        self.assertEqual(len(self.contents_asked()), 3)

    def test_a_wrong_hash_is_refused_until_it_is_right(self):
        self.nfvo.add_package("p", self.csar().read_bytes(), FIREWALL, checksum="0" * 64)
        status, _, problem = self.ask()
        self.assertEqual(status, 422, problem)
        self.assertIn("SHA-256", problem["detail"])
        self.assertEqual([r["onboardingState"] for r in self.records()], ["CREATED"])
        self.nfvo.add_package("p", self.csar().read_bytes(), FIREWALL)
        self.assertEqual(self.ask()[0], 201)
        self.assertEqual([r["onboardingState"] for r in self.records()], ["ONBOARDED"])

    def test_nobody_has_it(self):
        self.assertEqual(self.ask()[0], 422)
        self.assertEqual(self.records(), [])

    def test_the_next_manager_fetches_the_rest(self):
        self.nfvo.add_package("p", self.csar().read_bytes(), FIREWALL)
        self.nfvo.behave(content_cuts=1_000)

        def ask():
            try:
                self.ask()
            except OSError:
                pass  # the manager is killed

        creating = threading.Thread(target=ask)
        creating.start()
        until("the second request", lambda: len(self.contents_asked()) == 2)
        self.end(signal.SIGKILL)
        creating.join()
        before = len(self.contents_asked())
        self.nfvo.behave(content_cuts=0)
        self.start()
        until("onboarded package", lambda: [r["onboardingState"] for r in self.records()] == ["ONBOARDED"])
        self.assertIn("Range", self.contents_asked()[before])


    def test_it_follows_what_becomes_of_a_package(self):
        self.nfvo.add_package("p", self.csar().read_bytes(), FIREWALL)
        status, _, instance = self.ask()
        self.assertEqual(status, 201, instance)
        until("subscription", lambda: self.nfvo.subscriptions)

        def states():
            return [r["operationalState"] for r in self.records()]
        self.nfvo.change_package("p", "DISABLED")
        until("disabled", lambda: states() == ["DISABLED"])
        self.assertEqual(self.ask()[0], 422)
        self.end()
        self.nfvo.packages["p"]["operationalState"] = "ENABLED"  # while nobody hears of it
        self.nfvo.subscriptions.clear()
        self.start()
        until("enabled", lambda: states() == ["ENABLED"])
        self.nfvo.change_package("p")
        until("disabled, as it is in use", lambda: states() == ["DISABLED"])
        self.assertEqual(self.call("DELETE", f"/vnflcm/v2/vnf_instances/{instance['id']}")[0], 204)

    def test_a_notification_of_somebody_else_is_refused(self):
        path = "/callbacks/v1/vnf_packages"
        message = {"notificationType": "VnfPackageChangeNotification", "vnfdId": FIREWALL}
        self.assertEqual(self.call("POST", path, message)[0], 401)
        until("subscription", lambda: self.nfvo.subscriptions)
        subscription, = self.nfvo.subscriptions.values()
        self.assertEqual(call_back("POST", subscription, message), 204)
        self.assertEqual(call_back("POST", subscription, {"vnfdId": FIREWALL}), 400)


class PackagesV2(PackagesV1):
    nfvo_config = {"packages": "v2"}


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *TESTS])
