#include "dataplane/runner/spec.h"

namespace unf::dataplane {

std::string dump(const RunnerSpec& spec) {
  return nlohmann::json{{"prefix", spec.prefix},         {"runner", spec.runner.get()},
                        {"core", spec.core.get()},       {"bursts_per_yield", spec.bursts_per_yield},
                        {"plan", to_json(spec.plan)},    {"wiring", to_json(spec.wiring)},
                        {"counters", spec.counters_path}}
      .dump(1);
}

Result<RunnerSpec> parse_runner_spec(std::string_view text) try {
  const auto json = nlohmann::json::parse(text);
  auto plan = parse_plan(json.at("plan").dump());
  if (!plan) return fail(std::move(plan.error()));
  auto wiring = wiring_from_json(json.at("wiring"));
  if (!wiring) return fail(std::move(wiring.error()));
  return RunnerSpec{.prefix = json.at("prefix"),
                    .runner = RunnerId{json.at("runner").get<std::string>()},
                    .core = CoreId{json.at("core").get<std::uint32_t>()},
                    .bursts_per_yield = json.at("bursts_per_yield"),
                    .plan = std::move(*plan),
                    .wiring = std::move(*wiring),
                    .counters_path = json.at("counters")};
} catch (const nlohmann::json::exception& e) {
  return fail(Errc::malformed, "runner spec: {}", e.what());
}

}  // namespace unf::dataplane
