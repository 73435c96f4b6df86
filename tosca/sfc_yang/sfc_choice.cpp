#include "tosca/sfc_yang/sfc_choice.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "tosca/sfc_yang/sfc_entries.h"

namespace unf::tosca {
namespace {

void take_rendered_functions(SfcPath& path) {
  if (path.rendered_functions.size() != path.hops.size()) return;
  for (std::size_t i = 0; i < path.hops.size(); ++i) {
    if (path.hops[i].function.empty()) path.hops[i].function = path.rendered_functions[i];
  }
}

/// The functions that hops name; one that is unknown, of another type or named twice is reported.
std::set<std::string_view> named_functions(const SfcPath& path, const SfcChain& chain, const SfcFunctions& functions,
                                           Problems& problems) {
  std::set<std::string_view> named;
  for (std::size_t i = 0; i < path.hops.size(); ++i) {
    const auto& hop = path.hops[i];
    if (hop.function.empty()) continue;
    const auto known = functions.functions.find(hop.function);
    if (known == functions.functions.end()) {
      problems.add(hop.at, "path `{}` goes through function `{}`, which there is not{}", path.name, hop.function,
                   problems.suggest(hop.function, [&] { return sfc_names_in(functions.functions); }));
    } else if (known->second.type != chain.places[i].type) {
      problems.add(hop.at, "path `{}` goes through `{}` of type {}, expected one of type {} as its chain has it",
                   path.name, hop.function, known->second.type, chain.places[i].type);
    } else if (!named.insert(known->first).second) {
      problems.add(hop.at, "path `{}` goes through function `{}` twice, expected once", path.name, hop.function);
    }
  }
  return named;
}

void choose_functions(SfcPath& path, const SfcChain& chain, std::set<std::string_view> used,
                      const SfcFunctions& functions, Report& report) {
  for (std::size_t i = 0; i < path.hops.size(); ++i) {
    auto& hop = path.hops[i];
    if (!hop.function.empty()) continue;
    const auto& type = chain.places[i].type;
    const auto* chosen = functions.choose(hop.forwarder, type, used);
    if (chosen == nullptr) chosen = functions.choose("", type, used);
    if (chosen == nullptr) {
      report.problems.add(hop.at, "no function of type {} is left for path `{}`, expected a `service-function` of it",
                          type, path.name);
      continue;
    }
    hop.function = *chosen;
    used.insert(*chosen);
    const bool by_forwarder = functions.functions.at(*chosen).forwarders.contains(hop.forwarder);
    report.map(hop.at, fmt::format("hop {} of path `{}`", i, path.name),
               fmt::format("function `{}`, chosen by its type{}", *chosen, by_forwarder ? " and forwarder" : ""));
  }
}

bool is_symmetric(const SfcChain& chain, const SfcFunctions& functions) {
  return chain.symmetric || std::ranges::any_of(chain.places, [&](const SfcChain::Place& place) {
           return functions.bidirectional_types.contains(place.type);
         });
}

}  // namespace

SfcPaths with_functions(SfcPaths paths, const SfcFunctions& functions, Report& report) {
  for (auto& path : paths.paths) {
    const auto& chain = paths.chains.at(path.chain);
    take_rendered_functions(path);
    auto named = named_functions(path, chain, functions, report.problems);
    choose_functions(path, chain, std::move(named), functions, report);
    if (path.symmetric) continue;
    path.symmetric = is_symmetric(chain, functions);
    path.symmetry_is_chosen = true;
  }
  return paths;
}

}  // namespace unf::tosca
