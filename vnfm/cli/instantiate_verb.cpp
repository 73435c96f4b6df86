#include <map>

#include "vnfm/cli/client_verb.h"
#include "vnfm/cli/configuration_file.h"
#include "vnfm/cli/operation.h"
#include "vnfm/cli/verbs.h"

namespace unf::vnfm {
namespace {

/// The values of `--connect` as a map.
Result<std::map<std::string, std::string>> read_connections(const std::vector<std::string>& connections) {
  std::map<std::string, std::string> read;
  for (const auto& each : connections) {
    const auto equals = each.find('=');
    if (equals == each.npos || equals == 0 || equals + 1 == each.size()) {
      return fail(Errc::malformed, "--connect: `{}`, expected CONNECTION_POINT=NETWORK", each);
    }
    read[each.substr(0, equals)] = each.substr(equals + 1);
  }
  return read;
}

/// `vnfm instantiate ID`
struct InstantiateVerb {
  TaskOptions task;
  std::string flavour = "default", level, file;
  std::vector<std::string> connections;

  void add_to(CLI::App& verb) {
    verb.add_option("--flavour", flavour, "Deployment flavour of the VNFD")->capture_default_str();
    verb.add_option("--level", level, "Instantiation level (default: as the VNFD says)");
    verb.add_option("--connect", connections,
                    "CONNECTION_POINT=NETWORK: the network that a connection point is on (repeatable)");
    verb.add_option("--config", file,
                    "Properties of the VNF's nodes: a map of NODE to PROPERTY to value (YAML or JSON)");
    task.add_to(verb);
  }

  [[nodiscard]] int run() const {
    const auto configuration = read_configuration(file);
    if (!configuration) return report_bad_input(configuration.error());
    const auto networks = read_connections(connections);
    if (!networks) return report_bad_input(networks.error());
    wire::Instantiation how;
    how.flavour = flavour;
    if (!level.empty()) how.__set_level(level);
    how.networks = *networks;
    how.configuration = *configuration;
    return task.follow_on_instance(
        [&](const auto& manager) { return manager.call(&Thrift::instantiate, task.id, how); });
  }
};

}  // namespace

Verb instantiate_verb() { return make_verb<InstantiateVerb>("instantiate", "Make a VNF instance run on a host"); }

}  // namespace unf::vnfm
