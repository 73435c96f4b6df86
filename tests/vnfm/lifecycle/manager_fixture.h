#pragma once

#include <gmock/gmock.h>
#include <spdlog/sinks/null_sink.h>

#include <chrono>
#include <functional>

#include "agent/base/files.h"
#include "tests/support/eventually.h"
#include "tests/support/fake_agent.h"
#include "tests/support/places.h"
#include "tosca/package/csar.h"
#include "vnfm/lifecycle/manager.h"
#include "vnfm/server/builtin_catalog.h"

namespace unf::vnfm {

using testing_support::eventually;

/// A manager of one host with NICs on networks `wan`, `mid`, `lan` and `dmz`, whose agent is a fake.
class ManagerFixture : public testing::Test {
 protected:
  ManagerFixture() {
    char name[] = "/tmp/unf-test-XXXXXX";
    root_ = mkdtemp(name);
    start();
  }
  ~ManagerFixture() override {
    agent_->hold(false);
    manager_.reset();
    std::filesystem::remove_all(root_);
  }

  void start() {
    manager_.reset();
    auto inventory = Inventory::built_in();
    inventory.endpoints_by_position = false;
    auto& host = inventory.hosts.front();
    host.nics.clear();
    for (const auto& [network, pair] :
         {std::pair{"wan", "lan"}, std::pair{"mid", "dmz"}, std::pair{"lan", "wan"}, std::pair{"dmz", "mid"}}) {
      host.nics.push_back({.name = NicName{network}, .device = "null", .network = network, .pair = NicName{pair}});
    }
    setup_.state = root_;
    setup_.inventory = std::move(inventory);
    setup_.catalog = builtin_catalog();
    setup_.connect = [this](const Host&) { return agent_; };
    setup_.log = std::make_shared<spdlog::logger>("none", std::make_shared<spdlog::sinks::null_sink_mt>());
    auto manager = Manager::open(setup_);
    ASSERT_TRUE(manager) << manager.error().message;
    manager_ = std::move(*manager);
  }

  /// Onboards a VNFD of the samples with the files it names. Returns its vnfdId.
  std::string onboard(const std::string& file, const std::vector<std::string>& others = {}) {
    std::map<std::string, std::string> files;
    const auto add = [&](const std::string& path) {
      files.emplace(std::filesystem::path{path}.filename(), agent::read_file(source_path("samples/" + path)).value());
    };
    add(file);
    for (const auto& other : others) add(other);
    const auto csar = manager_->packages().incoming() / "test.csar";
    EXPECT_TRUE(agent::write_atomically(csar, tosca::make_zip(files)));
    const auto package = manager_->packages().create(kDefaultTenant, {});
    EXPECT_TRUE(manager_->packages().upload(kDefaultTenant, package->id, csar));
    manager_->packages().wait();
    const auto onboarded = manager_->packages().find(kDefaultTenant, package->id);
    EXPECT_TRUE(onboarded->is("onboardingState", "ONBOARDED")) << onboarded->info.dump();
    return onboarded->info.value("vnfdId", "");
  }
  std::string onboard_router() { return onboard("ttl-router.yaml"); }
  std::string onboard_monitor() { return onboard("enterprise-edge/monitor.yaml"); }
  std::string onboard_firewall() { return onboard("enterprise-edge/firewall.yaml", {"enterprise-edge/edge.rules"}); }

  static nlohmann::json links(const std::string& in, const std::string& out) {
    return nlohmann::json::array({{{"id", "l1"}, {"resourceId", in}, {"extCps", {{{"cpdId", "in"}}}}},
                                  {{"id", "l2"}, {"resourceId", out}, {"extCps", {{{"cpdId", "out"}}}}}});
  }
  static nlohmann::json between(const std::string& in, const std::string& out) {
    return {{"flavourId", "default"}, {"extVirtualLinks", links(in, out)}};
  }

  Lifecycle& lifecycle() { return manager_->lifecycle(); }
  Service create(const std::string& vnfd) {
    auto service = lifecycle().create(kDefaultTenant, vnfd, {{"vnfInstanceName", "x"}});
    EXPECT_TRUE(service) << service.error().message;
    return *service;
  }
  Service find(const Service& service) { return lifecycle().find(kDefaultTenant, service.id).value(); }
  Result<Operation> begin(const Service& service, OperationKind kind,
                          const nlohmann::json& parameters = nlohmann::json::object()) {
    return lifecycle().begin(find(service), kind, parameters);
  }
  /// Begins it, and waits until it has ended or FAILED_TEMP.
  Operation carry_out(const Service& service, OperationKind kind,
                      const nlohmann::json& parameters = nlohmann::json::object()) {
    const auto begun = begin(service, kind, parameters);
    EXPECT_TRUE(begun) << begun.error().message;
    return begun ? wait(*begun) : Operation{};
  }
  Operation wait(const Operation& operation) {
    auto ended = lifecycle().wait(kDefaultTenant, operation.id);
    EXPECT_TRUE(ended) << ended.error().message;
    return *ended;
  }
  Service running(const std::string& vnfd, const std::string& in = "wan", const std::string& out = "lan") {
    auto service = create(vnfd);
    const auto operation = carry_out(service, OperationKind::instantiate, between(in, out));
    EXPECT_EQ(operation.state, OperationState::completed)
        << (operation.error ? operation.error->message : std::string{});
    return find(service);
  }

  std::filesystem::path root_;
  std::shared_ptr<FakeAgent> agent_ = std::make_shared<FakeAgent>();
  ManagerSetup setup_{
      .lifecycle = {.patience = std::chrono::milliseconds{50}, .converge_every = std::chrono::milliseconds{2}},
      .alarms_every = std::chrono::milliseconds{2}};
  std::unique_ptr<Manager> manager_;
};

}  // namespace unf::vnfm
