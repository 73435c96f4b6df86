#pragma once

#include <string>

#include "tests/support/test_catalog.h"
#include "tosca/convert/profile_writer.h"
#include "tosca/reader.h"

namespace unf::tosca {

/// Reads files that are in memory; the first is what was asked for.
inline Result<ServiceRequest> read_files(std::initializer_list<std::pair<const std::string, std::string>> files) {
  return read_service({.paths = {files.begin()->first}, .files = {files.begin(), files.end()}},
                      testing_support::test_catalog());
}

/// A service written in our profile, and read again.
inline Result<ServiceRequest> again(const ServiceRequest& service) {
  const auto files = write_profile(service, testing_support::test_catalog());
  if (!files) return fail(files.error());
  FileSet set{.paths = {"p"}, .files = {}};
  for (const auto& [name, text] : *files) set.files.emplace("p/" + name, text);
  return read_service(set, testing_support::test_catalog());
}

/// What is wrong with a file, or nothing.
inline std::string problems_of(const Result<ServiceRequest>& service) {
  return service ? std::string{} : service.error().message;
}

/// A VNFD whose eighth and further lines are `nodes`; they hold a node `a`, where packets come in, and lead them to
/// `out`.
inline std::string vnfd_of_nodes(const std::string& nodes) {
  return R"(tosca_definitions_version: tosca_simple_yaml_1_3
topology_template:
  substitution_mappings:
    { node_type: example.Vnf, requirements: { left: [ in, virtual_link ], right: [ out, virtual_link ] } }
  node_templates:
    in: { type: unf.nodes.NicIngress, requirements: [ { out: a } ] }
    out: { type: unf.nodes.NicEgress }
)" + nodes;
}

}  // namespace unf::tosca
