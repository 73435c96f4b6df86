#pragma once

#include <algorithm>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "vnfm/cli/client_options.h"
#include "vnfm/cli/report.h"
#include "vnfm/cli/verb.h"
#include "vnfm/cli/vnf_render.h"

namespace unf::vnfm {

/// Kinds of verbs that ask the manager once and print its answer.

using Thrift = ManagerClient::Service;

/// Prints what the manager says of one thing, or why it says nothing. Returns the exit code.
template <typename Info>
int print_answer(const Output& output, const Result<Info>& info) {
  if (!info) return report(info.error());
  const auto json = to_json(*info);
  print_done(output, json, [&] { return attributes_of(json); });
  return kDone;
}

/// Asks about one thing, or changes it, by its id.
template <typename Info>
struct OfId {
  std::function<Result<Info>(const ManagerClient& manager, const std::string& id)> ask;
  ClientOptions client{};
  std::string id{};

  void add_to(CLI::App& verb) {
    verb.add_option("ID", id, "Its id, as the verb \"list\" shows it")->required();
    client.add_to(verb);
  }
  [[nodiscard]] int run() const {
    return print_answer(client.output,
                        the_manager(client.reach).and_then([&](const auto& manager) { return ask(manager, id); }));
  }
};

template <typename Info, typename... Parameters, typename... Bound>
Verb verb_of_id(const char* name, const char* help, void (Thrift::*method)(Info&, const std::string&, Parameters...),
                Bound... bound) {
  return make_verb<OfId<Info>>(name, help, {[=](const ManagerClient& manager, const std::string& id) {
                                 return manager.call(method, id, bound...);
                               }});
}

/// Deletes one thing.
struct Delete {
  const char* noun;
  void (Thrift::*method)(const std::string& id);
  ClientOptions client{};
  std::string id{};

  void add_to(CLI::App& verb);
  [[nodiscard]] int run() const;
};

/// Lists all of a kind.
template <typename Info>
struct ListOf {
  void (Thrift::*page_after)(std::vector<Info>& page, const std::string& id, std::int32_t count);
  ClientOptions client{};

  void add_to(CLI::App& verb) { client.add_to(verb); }
  [[nodiscard]] int run() const {
    const auto all = the_manager(client.reach).and_then([&](const auto& manager) { return all_of(manager); });
    if (!all) return report(all.error());
    auto shown = nlohmann::json::array();
    for (const auto& info : *all) shown.push_back(to_json(info));
    print_result(client.output, shown, [&] { return table_of(*all); });
    return kDone;
  }
  [[nodiscard]] Result<std::vector<Info>> all_of(const ManagerClient& manager) const {
    constexpr std::int32_t kPage = 500;
    std::vector<Info> all;
    while (true) {
      auto page = manager.call(page_after, all.empty() ? std::string{} : all.back().id, kPage);
      if (!page) return fail(page.error());
      const bool more = std::ssize(*page) == kPage;
      std::ranges::move(*page, std::back_inserter(all));
      if (!more) return all;
    }
  }
};

}  // namespace unf::vnfm
