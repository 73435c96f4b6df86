#include "tests/bench/northbound.h"

#include <spdlog/sinks/null_sink.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <thread>

#include "tests/support/raw_client.h"
#include "vnfm/http/http_server.h"
#include "vnfm/lifecycle/manager.h"
#include "vnfm/rest/dispatcher.h"
#include "vnfm/rest/lcm_api.h"

namespace unf::bench {
namespace {
using namespace std::chrono_literals;
using std::chrono::steady_clock;
using testing_support::RawClient;

double milliseconds_since(steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(steady_clock::now() - start).count();
}

double percentile(std::vector<double> values, double share) {
  const auto at = std::min(values.size() - 1, static_cast<std::size_t>(share * static_cast<double>(values.size())));
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(at));
  return values[at];
}

/// A manager's interface of VNF instances, with `instances` of them in a store that goes with it.
class Site {
 public:
  Site(std::size_t instances, std::size_t connections) {
    char name[] = "/tmp/unf-bench-XXXXXX";
    directory_ = mkdtemp(name);
    const auto log = std::make_shared<spdlog::logger>("bench", std::make_shared<spdlog::sinks::null_sink_mt>());
    fill(instances);
    manager_ = vnfm::Manager::open({.state = directory_, .log = log}).value();
    std::vector apis{make_lcm_api(1, manager_->lifecycle(), manager_->subscriptions(), markers_, 100)};
    dispatcher_ = std::make_unique<vnfm::Dispatcher>(vnfm::DispatcherConfig{}, std::move(apis),
                                                     vnfm::make_open_authenticator(), log);
    vnfm::HttpConfig config;
    config.listen.port = 0;
    config.limits.max_connections_per_peer = connections + 16;
    server_ = vnfm::HttpServer::start(config, [this](const auto& head) { return (*dispatcher_)(head); }).value();
  }
  ~Site() {
    server_.reset();
    manager_.reset();
    std::filesystem::remove_all(directory_);
  }
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  [[nodiscard]] std::uint16_t port() const { return server_->endpoint().port; }

 private:
  void fill(std::size_t instances) const {
    const auto store = vnfm::lead_store(directory_).value();
    for (std::size_t at = 0; at < instances;) {
      vnfm::Transaction some;
      for (std::size_t i = 0; i < 500 && at < instances; ++i, ++at) {
        vnfm::Service service{.tenant = vnfm::kDefaultTenant,
                              .id = fmt::format("{:08}-0000-4000-8000-000000000000", at)};
        service.info = {{"vnfInstanceName", "edge"},      {"vnfdId", "firewall"},        {"vnfProvider", "Example"},
                        {"vnfProductName", "Firewall"},   {"vnfSoftwareVersion", "1.0"}, {"vnfdVersion", "1.0"},
                        {"metadata", {{"site", "north"}}}};
        some.puts.push_back(put_of(service));
      }
      store->commit(std::move(some)).value();
    }
  }

  std::filesystem::path directory_;
  vnfm::PageMarkers markers_{"bench"};
  std::unique_ptr<vnfm::Manager> manager_;
  std::unique_ptr<vnfm::Dispatcher> dispatcher_;
  std::unique_ptr<vnfm::HttpServer> server_;
};

std::string get(RawClient& client, const std::string& target) {
  client.send("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n");
  auto response = client.response();
  if (!response || !response->starts_with("HTTP/1.1 200")) throw std::runtime_error{"northbound: no answer"};
  return std::move(*response);
}

nlohmann::json measure_list(std::uint16_t port, std::size_t instances) {
  RawClient client{port};
  std::vector<double> pages;
  std::size_t seen = 0;
  const auto start = steady_clock::now();
  for (std::string target = "/vnflcm/v1/vnf_instances"; !target.empty();) {
    const auto asked = steady_clock::now();
    const auto response = get(client, target);
    pages.push_back(milliseconds_since(asked));
    const auto body = response.find("\r\n\r\n");
    seen += nlohmann::json::parse(response.substr(body)).size();
    const auto link = response.find("Link: <http://h");
    target.clear();
    if (link < body) target = response.substr(link + 15, response.find('>', link) - link - 15);
  }
  if (seen != instances) throw std::runtime_error{fmt::format("northbound: {} of {} listed", seen, instances)};
  return {{"bench", "northbound"},
          {"point", "list"},
          {"instances", instances},
          {"pages", pages.size()},
          {"page_p50_ms", percentile(pages, 0.5)},
          {"page_p99_ms", percentile(pages, 0.99)},
          {"all_ms", milliseconds_since(start)}};
}

/// Clients that never finish their header: a byte each 0.5 s, again from the start when they are cut.
class SlowClients {
 public:
  SlowClients(std::uint16_t port, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) clients_.push_back(std::make_unique<RawClient>(port, "127.0.0.2"));
    dripping_ = std::thread{[this, port] {
      while (!stopping_) {
        for (auto& client : clients_) {
          if (!client->send("G") && !stopping_) client = std::make_unique<RawClient>(port, "127.0.0.2");
        }
        std::this_thread::sleep_for(500ms);
      }
    }};
  }
  ~SlowClients() {
    stopping_ = true;
    dripping_.join();
  }
  SlowClients(const SlowClients&) = delete;
  SlowClients& operator=(const SlowClients&) = delete;

 private:
  std::atomic<bool> stopping_ = false;
  std::vector<std::unique_ptr<RawClient>> clients_;
  std::thread dripping_;
};

/// What one request on a connection of its own takes, over `time`.
std::vector<double> ask_for(std::uint16_t port, std::chrono::milliseconds time) {
  std::vector<double> waits;
  for (const auto end = steady_clock::now() + time; steady_clock::now() < end;) {
    const auto start = steady_clock::now();
    RawClient client{port};
    get(client, "/vnflcm/v1/vnf_instances/00000000-0000-4000-8000-000000000000");
    waits.push_back(milliseconds_since(start));
    std::this_thread::sleep_for(1ms);
  }
  return waits;
}

}  // namespace

int run_northbound(const Options& options, std::size_t instances, std::size_t slow) {
  const Site site{instances, slow};
  auto list = measure_list(site.port(), instances);  // the first does not count
  list = measure_list(site.port(), instances);
  print_point(options, list);

  // Alone and beside slow clients in turn.
  const auto time = options.quick ? 2'000ms : 9'000ms;
  const int rounds = options.quick ? 1 : 3;
  std::vector<double> alone, beside;
  for (int round = 0; round < rounds; ++round) {
    for (const double wait : ask_for(site.port(), time)) alone.push_back(wait);
    const SlowClients clients{site.port(), slow};
    for (const double wait : ask_for(site.port(), time)) beside.push_back(wait);
  }
  for (const auto& [count, waits] : {std::pair{std::size_t{0}, &alone}, std::pair{slow, &beside}}) {
    print_point(options, {{"bench", "northbound"},
                          {"point", "good_client"},
                          {"slow_clients", count},
                          {"requests", waits->size()},
                          {"p50_ms", percentile(*waits, 0.5)},
                          {"p99_ms", percentile(*waits, 0.99)},
                          {"ratio_to_alone", percentile(*waits, 0.99) / percentile(alone, 0.99)}});
  }
  return 0;
}

}  // namespace unf::bench
