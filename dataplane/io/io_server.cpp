#include "dataplane/io/io_server.h"

#include <sched.h>

#include <algorithm>

namespace unf::dataplane {

void IoServer::between_bursts(std::function<void()> task) {
  std::packaged_task<void()> mail{std::move(task)};
  auto done = mail.get_future();
  {
    const std::lock_guard lock{mailbox_lock_};
    mailbox_.push_back(std::move(mail));
    has_mail_.store(true, std::memory_order_release);
  }
  done.wait();
}

void IoServer::read_mail() {
  std::vector<std::packaged_task<void()>> mail;
  {
    const std::lock_guard lock{mailbox_lock_};
    mail.swap(mailbox_);
    has_mail_.store(false, std::memory_order_relaxed);
  }
  for (auto& task : mail) task();
}

void IoServer::serve() {
  Idle idle;
  while (!stopping_.load(std::memory_order_relaxed)) {
    if (has_mail_.load(std::memory_order_acquire)) read_mail();
    std::size_t found = 0;
    for (const auto& generation : served_) {
      auto& io = generation->graph().io();
      if (generation->receives) found += io.receive();
      found += io.transmit();
    }
    if (handing_over_) {
      advance_hand_over();
      sched_yield();  // the runners may share this core
    } else {
      idle.after(found);
    }
  }
}

/// The serving thread's part of hand_over.
void IoServer::advance_hand_over() {
  auto& from = handing_over_->from;
  if (handing_over_->give_up) {
    for (const auto& generation : from) generation->graph().give_up();
  }
  const bool drained = std::ranges::all_of(from, [](const auto& one) { return one->graph().drained(); });
  if (!drained && Clock::now() < handing_over_->deadline) return;
  for (const auto& generation : from) {
    if (drained) std::erase(served_, generation);
    generation->receives = true;
  }
  if (drained && handing_over_->to != nullptr) {
    std::vector<const HostedGraph*> before;
    for (const auto& generation : from) before.push_back(&generation->graph());
    handing_over_->to->graph().inherit(before);
    served_.push_back(handing_over_->to);
  }
  auto answer = std::move(handing_over_->drained);
  handing_over_.reset();
  answer.set_value(drained);
}

bool IoServer::hand_over(const std::vector<Shared>& from, const Shared& to, Drain drain) {
  if (drain.give_up) {
    for (const auto& generation : from) generation->stop_threads();
  }
  std::promise<bool> promise;
  auto answer = promise.get_future();
  between_bursts([&] {
    for (const auto& generation : from) generation->receives = false;
    handing_over_.emplace(from, to, Clock::now() + drain.patience, drain.give_up, std::move(promise));
  });
  const bool drained = answer.get();
  if (!drained) return false;
  for (const auto& generation : from) generation->step = Generation::Step::retired;
  if (to != nullptr) to->step = Generation::Step::serving;
  return true;
}

Result<IoServer::Shared> IoServer::find(const Key& key) {
  const auto at = generations_.find(key);
  if (at == generations_.end()) {
    return fail(Errc::not_found, "graph {}: there is no generation {}", key.first, key.second);
  }
  return at->second.generation;
}

IoServer::Shared IoServer::serving(const std::string& graph) const {
  for (const auto& [key, held] : generations_) {
    if (key.first == graph && held.generation->step == Generation::Step::serving) return held.generation;
  }
  return nullptr;
}

std::vector<IoServer::Shared> IoServer::predecessors(const std::string& graph,
                                                     const std::vector<std::string>& replaces) const {
  std::vector<Shared> found;
  if (auto own = serving(graph)) found.push_back(std::move(own));
  for (const auto& replaced : replaces) {
    if (auto other = serving(replaced)) found.push_back(std::move(other));
  }
  return found;
}

Result<void> IoServer::check_nics(const std::set<NicName>& nics, const std::vector<Shared>& before) const {
  for (const auto& [key, held] : generations_) {
    if (held.generation->step == Generation::Step::retired) continue;
    if (std::ranges::find(before, held.generation) != before.end()) continue;
    for (const auto& nic : nics) {
      if (held.generation->has(nic)) return fail(Errc::conflict, "NIC {} is used by graph {}", nic.get(), key.first);
    }
  }
  return {};
}

Result<std::map<std::string, std::string>> IoServer::prepare(const Key& key, const std::string& plan_json,
                                                             const Host& host, const std::string& counters_path,
                                                             const std::vector<std::string>& replaces) {
  const std::lock_guard one{control_};
  if (generations_.contains(key)) {
    return fail(Errc::conflict, "graph {}: generation {} is there already", key.first, key.second);
  }
  auto plan = parse_plan(plan_json);
  if (!plan) return fail(std::move(plan.error()));
  const auto before = predecessors(key.first, replaces);
  if (auto checked = check_nics(nics_of(*plan, host), before); !checked) return fail(std::move(checked.error()));
  const auto make = [&] {
    return Generation::make(unfs_, *plan, host, counters_path, before, objects_, reserve_, options_);
  };
  auto made = make();
  if (!made && made.error().code == Errc::no_capacity && reserve_.full()) {
    reserve_.drop();
    made = make();
  }
  if (!made) return fail(std::move(made.error()));
  std::map<std::string, std::string> specs;
  if (!options_.threads) {
    for (const auto& runner : (*made)->graph().runners()) specs[runner.get()] = (*made)->spec(runner);
  }
  generations_.emplace(key, Held{std::move(*made), replaces});
  return specs;
}

Result<bool> IoServer::switch_over(const Key& key, Drain drain) {
  const std::lock_guard one{control_};
  auto next = find(key);
  if (!next) return fail(std::move(next.error()));
  if ((*next)->step != Generation::Step::prepared) {
    return fail(Errc::conflict, "graph {}: generation {} has taken over before", key.first, key.second);
  }
  const bool drained = hand_over(predecessors(key.first, generations_.at(key).replaces), *next, drain);
  reserve_.fill();
  return drained;
}

Result<bool> IoServer::retire(const std::string& graph, Drain drain) {
  const std::lock_guard one{control_};
  auto last = serving(graph);
  if (last == nullptr) return fail(Errc::not_found, "graph {} is not served", graph);
  return hand_over({last}, nullptr, drain);
}

Result<void> IoServer::unload(const Key& key) {
  const std::lock_guard one{control_};
  auto generation = find(key);
  if (!generation) return fail(std::move(generation.error()));
  (*generation)->stop_threads();
  between_bursts([&] {
    std::erase(served_, *generation);
    (*generation)->graph().give_up();
  });
  generations_.erase(key);
  return {};
}

Result<std::string> IoServer::recover(const Key& key, const std::string& runner) {
  const std::lock_guard one{control_};
  auto generation = find(key);
  if (!generation) return fail(std::move(generation.error()));
  const RunnerId id{runner};
  auto& graph = (*generation)->graph();
  const auto runners = graph.runners();
  if (std::ranges::find(runners, id) == runners.end()) {
    return fail(Errc::not_found, "graph {} has no runner {}", key.first, runner);
  }
  between_bursts([&] { graph.recover(id); });
  return (*generation)->spec(id);
}

Result<std::string> IoServer::report(const std::string& graph) {
  const std::lock_guard one{control_};
  const auto generation = serving(graph);
  if (generation == nullptr) return fail(Errc::not_found, "graph {} is not served", graph);
  nlohmann::json json;
  between_bursts([&] { json = generation->graph().report(); });
  return json.dump();
}

std::vector<std::pair<IoServer::Key, Generation::Step>> IoServer::generations() {
  const std::lock_guard one{control_};
  std::vector<std::pair<Key, Generation::Step>> found;
  for (const auto& [key, held] : generations_) found.emplace_back(key, held.generation->step);
  return found;
}

}  // namespace unf::dataplane
