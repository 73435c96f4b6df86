#include "agent/server/agent_service.h"

#include "Agent.h"
#include "agent/wire/errc.h"

namespace unf::agent {
namespace {

template <typename T>
T value_or_refuse(Result<T> result) {
  if (result) return std::move(*result);
  wire::Refused refused;
  refused.code = to_string(result.error().code);
  refused.message = result.error().message;
  throw refused;
}

class AgentService final : public wire::AgentIf {
 public:
  explicit AgentService(Agent& agent) : agent_(agent) {}

  void apply(wire::GraphInfo& answer, const std::string& graph, std::int64_t epoch, std::int64_t generation,
             const std::string& plan_json, const std::vector<std::string>& replaces) override {
    std::vector<GraphId> ids;
    for (const auto& replaced : replaces) ids.emplace_back(replaced);
    answer = value_or_refuse(agent_.apply(GraphId{graph}, {epoch, generation}, plan_json, ids));
  }
  void observe(wire::Observation& answer) override { answer = value_or_refuse(agent_.observe()); }
  void stats(std::string& answer, std::int64_t) override { answer = value_or_refuse(agent_.stats()).dump(); }
  void catalog(std::string& answer) override { answer = to_json(value_or_refuse(agent_.catalog())).dump(); }
  void events(std::vector<wire::Event>& answer, std::int64_t since) override {
    answer = value_or_refuse(agent_.events(since));
  }

 private:
  Agent& agent_;
};

}  // namespace

std::shared_ptr<apache::thrift::TProcessor> make_agent_service(Agent& agent) {
  return std::make_shared<wire::AgentProcessor>(std::make_shared<AgentService>(agent));
}

}  // namespace unf::agent
