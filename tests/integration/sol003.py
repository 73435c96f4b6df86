"""The schemas that ETSI published of GS NFV-SOL 003, read where they lie beside the repository, without the slips in
them."""

import copy
import functools
import json
import re

LCM_V1 = "json-schema-2.6.1/VNFLifecycleManagement-API"
LCM_V2 = "openapi-3.3.1/sol003_lifecycle_openapi.json"
FAULTS = "json-schema-2.6.1/VNFFaultManagement-API"
GRANT = "openapi-3.3.1/sol003_operation_openapi.json"
PACKAGES = "json-schema-2.6.1/VNFPackageManagement-API"
PACKAGE_SUBSCRIPTIONS = "openapi-2.5.1/SOL003-VNFPackageManagement-API.json"
PACKAGE_NOTIFICATIONS = "openapi-2.5.1/SOL003-VNFPackageManagement-Notification-API.json"


INSTANCES, INSTANCE = "/vnf_instances", "/vnf_instances/{vnfInstanceId}"
LCM_RESOURCES = {"VnfInstance": INSTANCE, "VnfLcmOpOcc": "/vnf_lcm_op_occs/{vnfLcmOpOccId}",
                 "LccnSubscription": "/subscriptions/{subscriptionId}"}
LCM_REQUESTS = {
    "CreateVnfRequest": ("post", INSTANCES), "VnfInfoModificationRequest": ("patch", INSTANCE),
    "InstantiateVnfRequest": ("post", INSTANCE + "/instantiate"), "ScaleVnfRequest": ("post", INSTANCE + "/scale"),
    "ScaleVnfToLevelRequest": ("post", INSTANCE + "/scale_to_level"),
    "ChangeVnfFlavourRequest": ("post", INSTANCE + "/change_flavour"),
    "TerminateVnfRequest": ("post", INSTANCE + "/terminate"), "HealVnfRequest": ("post", INSTANCE + "/heal"),
    "OperateVnfRequest": ("post", INSTANCE + "/operate"),
    "ChangeExtVnfConnectivityRequest": ("post", INSTANCE + "/change_ext_conn"),
    "ChangeCurrentVnfPkgRequest": ("post", INSTANCE + "/change_vnfpkg"),
    "LccnSubscriptionRequest": ("post", "/subscriptions")}


def in_openapi(file, kind, name):
    return (file, "components", kind, name, "content", "application/json", "schema")


def in_swagger(file, path):
    return (file, "paths", path, "post", "parameters", 0, "schema")


def notification(name):
    path = f"/URI-is-provided-by-the-client-when-creating-the-subscription-{name}"
    return in_swagger(PACKAGE_NOTIFICATIONS, path)


# What a message is called here: the file and where in it its schema is.
PLACES = {
    "v1/VnfInstance": (f"{LCM_V1}/vnfInstance.schema.json",),
    "v1/VnfLcmOpOcc": (f"{LCM_V1}/VnfLcmOpOcc.schema.json",),
    "v1/LccnSubscription": (f"{LCM_V1}/LccnSubscription.schema.json",),
    "v1/VnfLcmOperationOccurrenceNotification": (f"{LCM_V1}/VnfLcmOperationOccurrenceNotification.schema.json",),
    "v1/VnfIdentifierCreationNotification": (f"{LCM_V1}/VnfIdentifierCreationNotification.schema.json",),
    "v1/VnfIdentifierDeletionNotification": (f"{LCM_V1}/vnfIdentifierDeletionNotification.schema.json",),
    "v2/VnfInstance": in_openapi(LCM_V2, "responses", "IndividualVnfInstance.Get.200"),
    "v2/VnfLcmOpOcc": in_openapi(LCM_V2, "responses", "IndividualVnfLcmOpOcc.Get.200"),
    "v2/LccnSubscription": in_openapi(LCM_V2, "responses", "IndividualSubscription.Get.200"),
    # No schema of version 2's own notifications was published apart.
    "v2/VnfLcmOperationOccurrenceNotification": (f"{LCM_V1}/VnfLcmOperationOccurrenceNotification.schema.json",),
    "v2/VnfIdentifierCreationNotification": (f"{LCM_V1}/VnfIdentifierCreationNotification.schema.json",),
    "v2/VnfIdentifierDeletionNotification": (f"{LCM_V1}/vnfIdentifierDeletionNotification.schema.json",),
    "v1/Alarm": (f"{FAULTS}/alarm.schema.json",),
    "v1/FmSubscription": (f"{FAULTS}/FmSubscription.schema.json",),
    "GrantRequest": in_openapi(GRANT, "requestBodies", "GrantRequest"),
    "Grant": in_openapi(GRANT, "responses", "IndividualGrant.Get.200"),
    "PkgmSubscriptionRequest": in_swagger(PACKAGE_SUBSCRIPTIONS, "/subscriptions"),
    **{name: notification(name) for name in ("VnfPackageOnboardingNotification", "VnfPackageChangeNotification")},
    "VnfPkgInfo": (f"{PACKAGES}/vnfPkgInfo.schema.json",),
    "ProblemDetails": (f"{LCM_V1}/ProblemDetails.schema.json",),
    "ApiVersionInformation": (f"{LCM_V1}/ApiVersionInformation.schema.json",),
    **{f"v2/{name}": in_openapi(LCM_V2, "requestBodies", name) for name in LCM_REQUESTS},
}

# What answers below 300 are, by their paths; a list is one of each.
ANSWERS = {
    r"/vnflcm/(v[12]/)vnf_instances(/[^/]+)?": "VnfInstance",
    r"/vnflcm/(v[12]/)vnf_lcm_op_occs(/[^/]+(/fail)?)?": "VnfLcmOpOcc",
    r"/vnflcm/(v[12]/)subscriptions(/[^/]+)?": "LccnSubscription",
    r"/vnffm/(v1/)alarms(/[^/]+)?": "Alarm",
    r"/vnffm/(v1/)subscriptions(/[^/]+)?": "FmSubscription",
    r"/vnfpkgm/v1()/vnf_packages(/[^/]+)?": "VnfPkgInfo",
    r"/[a-z]+()(/v[12])?/api_versions": "ApiVersionInformation",
}


def folder(source):
    """Where the schemas are for a source directory; None, if they are not there."""
    beside = source.resolve().parent / "shared/standards/sol003"
    return beside if beside.is_dir() else None


def subschemas(schema):
    yield schema
    below = [*schema.get("properties", {}).values()]
    below += [s for word in ("allOf", "anyOf", "oneOf") for s in schema.get(word, [])]
    below += [schema[word] for word in ("items", "additionalProperties") if isinstance(schema.get(word), dict)]
    for each in below:
        yield from subschemas(each)


def corrected(name, schema):
    """The schema as the text of the specification has it."""
    schema = copy.deepcopy(schema)
    for each in subschemas(schema):
        properties, required = each.get("properties", {}), each.get("required", [])
        if name.startswith("v1/") and "vimLevelResourceType" in properties and "vimConnectionId" in required:
            required.remove("vimConnectionId")  # 4.4.1.7: 0..1, as the notifications have it
        if required == ["vnfdId"] and "properties" not in each:
            each["required"] = ["vnfdIds"]  # 4.4.1.5: the filter's attribute
        if "macAddress" in properties:
            each.pop("oneOf", None)  # 4.4.1.10c: of each of ipAddresses, not of what they are in
        if "modificationsTriggeredByVnfPkgChange" in properties:
            del each["oneOf"]  # 5.5.2.13: at most one of them, not just one
        if name.startswith("v2/") and "notificationStatus" in properties:
            properties["operation"]["enum"].append("CHANGE_VNFPKG")
    return schema


class Schemas:
    """What messages have to be like; nothing is checked without the files."""

    def __init__(self, where):
        self.where = where

    @functools.cache
    def of(self, name):
        file, *path = PLACES[name]
        schema = json.loads((self.where / file).read_text())
        for step in path:
            schema = schema[step]
        return corrected(name, schema)

    def violations(self, name, message):
        if self.where is None:
            return []
        import jsonschema  # only where there is something to check
        checker = jsonschema.Draft7Validator(self.of(name))
        return [f"{name}: /{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in checker.iter_errors(message)]

    def answer_violations(self, method, path, status, body):
        """Of the body of an answer of ours."""
        if status >= 400:
            return self.violations("ProblemDetails", body)
        path, _, query = path.partition("?")
        if body is None or "fields" in query or (method == "PATCH" and status == 200):
            return []  # no resource, or not all of it
        for pattern, name in ANSWERS.items():
            if found := re.fullmatch(pattern, path):
                return [violation for each in (body if isinstance(body, list) else [body])
                        for violation in self.violations(found[1] + name, each)]
        return []
