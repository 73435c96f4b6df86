#pragma once

#include <gtest/gtest.h>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/spdlog.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include "agent/base/transport.h"
#include "agent/server/host_agent.h"
#include "graph/model/plan.h"
#include "tests/support/eventually.h"
#include "tests/support/places.h"

namespace unf::testing_support {

/// A directory of its own for a host whose unf-io and unf-runner are stand-ins. Whatever was started under it, by
/// whomever, has ended when the test has.
class AgentHost : public testing::Test {
 protected:
  AgentHost() {
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    char name[] = "/tmp/unf-test-XXXXXX";
    root_ = mkdtemp(name);
    agent::prepare_process_for_thrift();
  }
  ~AgentHost() override {
    while (true) {
      for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
        std::ifstream children{task.path() / "children"};
        for (pid_t pid = 0; children >> pid;) kill(pid, SIGKILL);
      }
      if (waitpid(-1, nullptr, 0) < 0) break;  // none left
    }
    std::filesystem::remove_all(root_);
  }

  [[nodiscard]] agent::AgentConfig config() const {
    agent::AgentConfig config;
    config.host = {.name = HostId{"h"}, .io_core = CoreId{0}, .cores = {{.id = CoreId{1}}}, .memory_mb = 64};
    config.host.nics = {{.name = NicName{"in"}, .device = "null"}, {.name = NicName{"out"}, .device = "null"}};
    config.listen = root_ / "agent.sock";
    config.state = root_ / "state";
    config.run = root_ / "run";
    config.cell = "test";
    config.idle = std::chrono::seconds{0};
    config.io_program = fake_path("fake_io");
    config.runner_program = fake_path("fake_runner");
    return config;
  }

  static std::shared_ptr<spdlog::logger> no_log() {
    return std::make_shared<spdlog::logger>("none", std::make_shared<spdlog::sinks::null_sink_mt>());
  }

  /// A chain in -> a -> b -> out; `a` is run by r1, `b` by r2. `config` is that of `a`, `in_config` that of `in`.
  static Plan chain(const std::string& graph, const nlohmann::json& config = nlohmann::json::object(),
                    const nlohmann::json& in_config = nlohmann::json::object()) {
    Plan plan;
    plan.graph = GraphId{graph};
    plan.services = {graph};
    const auto add = [&](const char* name, const char* type, const char* runner, const nlohmann::json& node_config) {
      Plan::Node node;
      node.id = NodeId{graph + "/vnf/" + name};
      node.type = type;
      node.config = node_config;
      node.owners = {OwnerPath{node.id.get()}};
      node.host = HostId{"h"};
      node.runner = RunnerId{runner};
      if (std::string_view{runner} == "io") node.nic = NicName{name};
      plan.nodes.push_back(std::move(node));
    };
    add("in", "NicIngress", "io", in_config);
    add("a", "Forward", "r1", config);
    add("b", "Forward", "r2", nlohmann::json::object());
    add("out", "NicEgress", "io", nlohmann::json::object());
    for (std::uint32_t i = 0; i < 3; ++i) {
      plan.edges.push_back({.id = EdgeId{i + 1},
                            .from = plan.nodes[i].id,
                            .gate = "out",
                            .to = plan.nodes[i + 1].id,
                            .link = Plan::Link::ring});
    }
    plan.classifiers.push_back({.id = 1, .path = "p", .in = NicName{"in"}, .to = plan.nodes[0].id});
    plan.counters = {{.owner = OwnerPath{plan.nodes[1].id.get()}, .in = {EdgeId{1}}, .out = {EdgeId{2}}}};
    return plan;
  }

  std::filesystem::path root_;
};

}  // namespace unf::testing_support
