#include "vnfm/cli/client_verb.h"
#include "vnfm/cli/operation.h"
#include "vnfm/cli/verbs.h"

namespace unf::vnfm {
namespace {

/// `vnfm scale ID`
struct ScaleVerb {
  TaskOptions task;
  std::string aspect;
  bool in = false, out = false;
  std::int32_t steps = 1;

  void add_to(CLI::App& verb) {
    verb.add_option("--aspect", aspect, "Scaling aspect of the VNFD")->required();
    auto* add = verb.add_flag("--out", out, "Add capacity (default)");
    verb.add_flag("--in", in, "Remove capacity")->excludes(add);
    verb.add_option("--steps", steps, "Scaling steps to take")->check(CLI::Range(1, 1'000'000))->capture_default_str();
    task.add_to(verb);
  }

  [[nodiscard]] int run() const {
    return task.follow_on_running(
        [&](const auto& manager) { return manager.call(&Thrift::scale, task.id, aspect, in ? -steps : steps); });
  }
};

}  // namespace

Verb scale_verb() { return make_verb<ScaleVerb>("scale", "Add capacity to a running VNF, or remove it"); }

}  // namespace unf::vnfm
