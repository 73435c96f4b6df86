#include "vnfm/rest/package_schemas.h"

#include "vnfm/rest/schema.h"

namespace unf::vnfm::pkgm {
using namespace schema;
using nlohmann::json;

const json& package() {
  static const json schema = [] {
    const auto checksum = object({{"algorithm", text()}, {"hash", text()}}, {"algorithm", "hash"});
    return object(
        {{"id", text()},
         {"vnfdId", text()},
         {"vnfProvider", text()},
         {"vnfProductName", text()},
         {"vnfSoftwareVersion", text()},
         {"vnfdVersion", text()},
         {"checksum", checksum},
         {"softwareImages", list_of(object({{"id", text()},
                                            {"name", text()},
                                            {"provider", text()},
                                            {"version", text()},
                                            {"checksum", checksum},
                                            {"isEncrypted", boolean()},
                                            {"createdAt", date_time()},
                                            {"containerFormat", text()},
                                            {"diskFormat", text()},
                                            {"minDisk", integer()},
                                            {"minRam", integer()},
                                            {"size", integer()},
                                            {"imagePath", text()}}))},
         {"additionalArtifacts", list_of(object({{"artifactPath", text()},
                                                 {"checksum", checksum},
                                                 {"artifactClassification", one_of({"HISTORY", "TESTING", "LICENSE"})},
                                                 {"nonManoArtifactSetId", text()},
                                                 {"metadata", map_of_anything()}}))},
         {"packageSecurityOption", one_of({"OPTION_1", "OPTION_2"})},
         {"signingCertificate", text()},
         {"onboardingState", one_of({"CREATED", "UPLOADING", "PROCESSING", "ONBOARDED"})},
         {"operationalState", one_of({"ENABLED", "DISABLED"})},
         {"usageState", one_of({"IN_USE", "NOT_IN_USE"})},
         {"userDefinedData", map_of_anything()},
         {"onboardingFailureDetails", object({{"title", text()}, {"status", integer()}, {"detail", text()}})},
         {"_links", object({{"self", link()}, {"vnfd", link()}, {"packageContent", link()}}, {"self"})}},
        {"id", "onboardingState", "operationalState", "usageState", "_links"});
  }();
  return schema;
}

json create_request() { return object({{"userDefinedData", map_of_anything()}}); }

json modify_request() {
  return object({{"operationalState", one_of({"ENABLED", "DISABLED"})}, {"userDefinedData", map_of_anything()}});
}

json upload_from_uri_request() {
  return object({{"addressInformation", text()}, {"userName", text()}, {"password", text()}}, {"addressInformation"});
}

}  // namespace unf::vnfm::pkgm
