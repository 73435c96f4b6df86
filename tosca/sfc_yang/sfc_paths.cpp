#include "tosca/sfc_yang/sfc_paths.h"

#include <algorithm>

#include "tosca/sfc_yang/sfc_entries.h"
#include "tosca/sol001/classifier.h"

namespace unf::tosca {
namespace {

constexpr std::size_t kMaxFunctionsOfPath = 255;  // RFC 8300 2.3: what a service index counts

std::map<std::string, SfcChain> read_chains(const Value& tree, Problems& problems) {
  std::map<std::string, SfcChain> chains;
  for (const auto& value : sfc_entries(tree, kSfcChains)) {
    SfcChain chain{.symmetric = sfc_truth(*value, "symmetric") == true, .at = value->at()};
    auto places = sfc_list(value.get(), "sfc-service-function");
    const auto order_of = [](const ValuePtr& place) { return to_unsigned(sfc_leaf(*place, "order")); };
    if (std::ranges::all_of(places, [&](const auto& place) { return order_of(place).has_value(); }))
      std::ranges::stable_sort(places, {}, order_of);
    for (const auto& place : places) chain.places.push_back({sfc_function_type(sfc_leaf(*place, "type")), place->at()});
    const auto name = sfc_leaf(*value, "name");
    if (places.size() > kMaxFunctionsOfPath) {
      problems.add(chain.at, "chain `{}` asks for {} functions, expected at most {}", name, places.size(),
                   kMaxFunctionsOfPath);
    }
    chains.emplace(name, std::move(chain));
  }
  return chains;
}

class SfcPathReader {
 public:
  SfcPathReader(const SfcFunctions& functions, const SourcePlace& documents, Report& report)
      : functions_(functions), documents_(documents), report_(report), problems_(report.problems) {}

  SfcPaths read(const Value& tree) {
    read_.chains = read_chains(tree, problems_);
    const auto& written = sfc_entries(tree, kSfcPaths);
    for (const auto& value : written) read_path(*value);
    if (written.empty()) {
      for (const auto& value : sfc_entries(tree, kSfcChains)) read_path_of_chain(*value);
    }
    if (read_.paths.empty() && problems_.empty()) {
      problems_.add(documents_,
                    "no path and no chain, expected a `service-function-path` or a `service-function-chain`");
    }
    return std::move(read_);
  }

 private:
  SfcPath& add_path(const Value& value, const std::string& chain) {
    const auto name = sfc_leaf(value, "name");
    read_.names.add_path(name, read_.paths.size());
    return read_.paths.emplace_back(SfcPath{.name = name, .chain = chain, .value = &value, .at = value.at()});
  }

  void read_path_of_chain(const Value& value) {
    auto& path = add_path(value, sfc_leaf(value, "name"));
    path.of_chain = true;
    add_hops(path, read_.chains.at(path.chain));
  }

  void read_path(const Value& value) {
    auto& path = add_path(value, sfc_leaf(value, "service-chain-name"));
    path.symmetric = sfc_truth(value, "symmetric");
    if (const auto* id = value.find("path-id")) path.id = read_.ids.take(*id, path.name, problems_);
    const auto known = read_.chains.find(path.chain);
    if (known == read_.chains.end()) {
      problems_.add(sfc_place(value, "service-chain-name"), "path `{}` is of chain `{}`, which there is not{}",
                    path.name, path.chain, problems_.suggest(path.chain, [&] { return sfc_names_in(read_.chains); }));
      return;
    }
    add_hops(path, known->second);
    if (!path.hops.empty()) read_hops(path);
  }

  /// Hops without functions, one for each place of the chain.
  void add_hops(SfcPath& path, const SfcChain& chain) {
    hops_ += chain.places.size();
    if (hops_ > kMaxSfcHops) {
      problems_.add(documents_, "too many hops in all paths, expected at most {}", kMaxSfcHops);
      return;
    }
    for (const auto& place : chain.places) path.hops.push_back({.at = place.at});
    if (chain.places.empty())
      problems_.add(chain.at, "chain `{}` asks for no function, expected one at least", path.chain);
  }

  /// A path has a hop for each place of its chain, or some, which their numbers then tell, from 0 or from 1 on.
  void read_hops(SfcPath& path) {
    const auto hops = sfc_list_by_number(*path.value, "service-path-hop", "hop-number");
    const auto number_of = [](const ValuePtr& hop) { return to_unsigned(sfc_leaf(*hop, "hop-number")).value_or(0); };
    const auto places = path.hops.size();
    if (hops.empty()) return;
    const bool all = hops.size() == places;
    const std::uint64_t first = number_of(hops.front()) > 0 && number_of(hops.back()) == places ? 1 : 0;
    for (std::size_t i = 0; i < hops.size(); ++i) {
      const auto place = all ? i : number_of(hops[i]) - first;
      if (place >= places) {
        problems_.add(hops[i]->at(), "path `{}` has a hop {}, expected as many as chain `{}` has functions: {}",
                      path.name, number_of(hops[i]), path.chain, places);
        return;
      }
      read_hop(*hops[i], path.name, path.hops[place]);
    }
  }

  void read_hop(const Value& value, const std::string& path, SfcHop& hop) {
    hop.at = value.at();
    hop.forwarder = sfc_leaf(value, "service-function-forwarder");
    hop.function = sfc_leaf(value, "service-function-name");
    const auto name = sfc_leaf(value, "service-function-group-name");
    if (name.empty()) return;
    const auto known = functions_.groups.find(name);
    if (known == functions_.groups.end()) {
      problems_.add(sfc_place(value, "service-function-group-name"),
                    "path `{}` goes through group `{}`, which there is not{}", path, name,
                    problems_.suggest(name, [&] { return sfc_names_in(functions_.groups); }));
      return;
    }
    if (!hop.function.empty()) return;
    const auto& group = known->second;
    if (group.functions.empty()) {
      problems_.add(group.at, "group `{}` has no function, expected one at least", name);
      return;
    }
    hop.function = group.functions.front();
    read_.used_groups.insert(name);
    report_.map(group.at, fmt::format("group `{}`", name), fmt::format("its first function, `{}`", hop.function));
  }

  const SfcFunctions& functions_;
  const SourcePlace& documents_;
  Report& report_;
  Problems& problems_;
  SfcPaths read_;
  std::size_t hops_ = 0;  ///< of all paths
};

}  // namespace

std::optional<std::uint32_t> SfcPathIds::take(const Value& id, const std::string& path, Problems& problems) {
  const auto number = to_unsigned(id.text);
  if (!number || *number > kMaxSpi) {
    problems.add(id.at(), "`path-id` of path `{}` is {}, expected 0 to {}", path, id.describe(), kMaxSpi);
    return std::nullopt;
  }
  const auto [other, is_new] = paths_.emplace(static_cast<std::uint32_t>(*number), path);
  if (is_new || other->second == path) return other->first;
  problems.add(id.at(), "`path-id` of path `{}` is {}, as that of path `{}`; expected one of its own", path, id.text,
               other->second);
  return std::nullopt;
}

SfcPaths read_sfc_paths(const Value& tree, const SfcFunctions& functions, const SourcePlace& documents,
                        Report& report) {
  return SfcPathReader{functions, documents, report}.read(tree);
}

}  // namespace unf::tosca
