#include "tosca/sol001/bindings.h"

#include <algorithm>

namespace unf::tosca {
namespace {

constexpr std::string_view kInputs = "inputs", kEndpoints = "endpoints";

}  // namespace

bool Bindings::is_document(const Value& tree) {
  return tree.is_map() && !tree.members.empty() && std::ranges::all_of(tree.members, [](const auto& member) {
           return member.key->text == kInputs || member.key->text == kEndpoints;
         });
}

void Bindings::add(const Value& tree, Problems& problems) {
  take(map_at(tree, kInputs, problems), inputs_, problems);
  const auto* endpoints = map_at(tree, kEndpoints, problems);
  take(endpoints, endpoints_, problems);
  if (endpoints != nullptr) {
    for (const auto& [name, network] : endpoints->members) {
      if (!network->is_scalar() || network->text.empty())
        problems.add(network->at(), "endpoint `{}` is {}, expected the name of a network or HOST.NIC", name->text,
                     network->describe());
    }
  }
}

void Bindings::take(const Value* given, Given& into, Problems& problems) {
  if (given == nullptr) return;
  for (const auto& member : given->members) {
    const auto& key = *member.key;
    const auto [before, is_new] = into.emplace(key.text, member);
    if (!is_new)
      problems.add(key.at(), "`{}` again, first in {}:{}; expected each name once", key.text, before->second.key->file,
                   before->second.key->line);
  }
}

ValuePtr Bindings::input(std::string_view name) const {
  const auto given = inputs_.find(name);
  return given == inputs_.end() ? nullptr : given->second.value;
}

void Bindings::check_inputs(const std::vector<std::string_view>& known, Problems& problems) const {
  report_unknown(inputs_, "input", known, problems);
}

void Bindings::bind(ServiceRequest& service, Report& report) {
  for (auto& endpoint : service.endpoints) {
    bound_.push_back(endpoint.name);
    const auto given = endpoints_.find(endpoint.name);
    if (given == endpoints_.end() || !given->second.value->is_scalar()) continue;
    endpoint.network = given->second.value->text;
    report.map(given->second.key->at(), fmt::format("endpoint `{}`", endpoint.name),
               fmt::format("on network `{}`", endpoint.network));
  }
}

void Bindings::check_endpoints(Problems& problems) const {
  report_unknown(endpoints_, "endpoint", {bound_.begin(), bound_.end()}, problems);
}

void Bindings::report_unknown(const Given& given, std::string_view what, const std::vector<std::string_view>& known,
                              Problems& problems) {
  for (const auto& [name, member] : given) {
    if (std::ranges::find(known, name) != known.end()) continue;
    problems.add(member.key->at(), "there is no {} `{}`, expected {}{}", what, name, one_of(known),
                 problems.suggest(name, known));
  }
}

}  // namespace unf::tosca
