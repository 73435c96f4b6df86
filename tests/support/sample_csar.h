#pragma once

#include <map>
#include <string>

#include "agent/base/files.h"
#include "tests/support/places.h"
#include "tosca/package/csar.h"

namespace unf::vnfm {

inline constexpr auto kSampleVnfd = "5e0c0c1a-7d54-4a8e-9a0e-6f2b1d0f0a01";

/// The sample's firewall as a VNF package.
inline std::string sample_csar() {
  std::map<std::string, std::string> files;
  for (const auto* name : {"firewall.yaml", "edge.rules"}) {
    files.emplace(name, agent::read_file(source_path("samples/enterprise-edge/") + name).value());
  }
  return tosca::make_zip(files);
}

}  // namespace unf::vnfm
