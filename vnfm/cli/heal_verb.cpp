#include "vnfm/cli/client_verb.h"
#include "vnfm/cli/operation.h"
#include "vnfm/cli/verbs.h"

namespace unf::vnfm {
namespace {

/// `vnfm heal ID`
struct HealVerb {
  TaskOptions task;
  std::string cause;

  void add_to(CLI::App& verb) {
    verb.add_option("--cause", cause, "Why, for the record of the operation");
    task.add_to(verb);
  }

  [[nodiscard]] int run() const {
    return task.follow_on_running([&](const auto& manager) { return manager.call(&Thrift::heal, task.id, cause); });
  }
};

}  // namespace

Verb heal_verb() { return make_verb<HealVerb>("heal", "Replace the processes of a running VNF by new ones"); }

}  // namespace unf::vnfm
