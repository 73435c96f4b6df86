#include "tosca/sfc_yang/sfc_service.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "tosca/chain/chain.h"
#include "tosca/sfc_yang/sfc_model.h"
#include "tosca/sol001/classifier.h"
#include "tosca/text/json_value.h"

namespace unf::tosca {
namespace {

constexpr std::uint32_t kMaxPathIdOfSfc = (1U << 24) - 1;  // RFC 8300 2.3
constexpr std::size_t kMaxFunctionsOfPath = 255;           // RFC 8300 2.3: what a service index counts
constexpr std::size_t kMaxHopsOfSfc = 8192;
constexpr std::size_t kMaxRulesOfSfc = 65'536;
constexpr std::size_t kMaxPiecesOfSfc = 1024;
constexpr std::size_t kMaxCompared = 4'000'000;  // rules, with each other
constexpr auto kInOfSfc = "in", kOutOfSfc = "out";
constexpr std::string_view kReverse = "-Reverse";

/// A leaf; empty if it is absent.
std::string sfc_leaf(const Value& entry, std::string_view name) {
  const auto* leaf = entry.find(name);
  return leaf != nullptr && leaf->is_scalar() ? leaf->text : std::string{};
}
std::optional<bool> sfc_truth(const Value& entry, std::string_view name) {
  const auto text = sfc_leaf(entry, name);
  return text.empty() ? std::nullopt : std::optional{text == "true"};
}
const std::vector<ValuePtr>& sfc_list(const Value* entry, std::string_view name) {
  static const std::vector<ValuePtr> kNone;
  const auto* list = entry == nullptr ? nullptr : entry->find(name);
  return list != nullptr && list->is_list() ? list->items : kNone;
}
std::string without_module(const std::string& name) { return name.substr(name.rfind(':') + 1); }

/// A function's type. Until 2015 it was an identity of the module.
std::string function_type(std::string type) {
  for (const std::string_view prefix : {"service-function-type:", "sfc-sft:"}) {
    if (type.starts_with(prefix) && type.size() > prefix.size()) return type.substr(prefix.size());
  }
  return type;
}

struct SfcFunction {
  std::string type;
  std::set<std::string> forwarders;  ///< that its locators name
  SourcePlace at;
};

struct SfcForwarder {
  std::string node;
  std::set<std::string> functions;  ///< of its dictionary
  SourcePlace at;
};

struct SfcChain {
  struct Place {
    std::string type;
    SourcePlace at;
  };
  std::vector<Place> places;
  bool symmetric = false;
  bool has_path = false;
  SourcePlace at;
};

/// What a path says of one of its places, and what became of it.
struct SfcHop {
  std::string function, forwarder;
  SourcePlace at;
};

struct SfcPath {
  ChainPath common;  ///< without where packets come in, and which
  const Value* value;
  const SfcChain* chain = nullptr;  ///< nullptr: reported
  std::optional<bool> symmetric;    ///< as it says itself
  std::vector<SfcHop> hops;
  std::vector<std::string> rendered;                      ///< functions of its rendered path
  std::vector<Match> backward;                            ///< what takes the other direction
  std::set<std::pair<std::string, std::string>> returns;  ///< where that comes in: endpoints and their networks
};

/// A path, or its other direction.
struct SfcTarget {
  std::size_t path;
  bool reverse = false;
};

/// The packets that come in by an endpoint and take a path.
struct SfcPiece {
  std::size_t path;
  ServiceRequest::Endpoint in;
  std::vector<Match> matches;
};

class SfcServiceReader {
 public:
  SfcServiceReader(Documents& context, std::span<const ChainDocument> documents, std::span<const Vnfd> others)
      : context_(context),
        report_(context.report()),
        problems_(context.problems()),
        documents_(documents),
        others_(others) {}

  ServiceRequest read() {
    std::vector<SfcText> texts;
    for (const auto& document : documents_)
      texts.push_back({document.file, *document.text, sfc_format(*document.text)});
    auto read = read_sfc(texts, false, problems_, report_.warnings);
    if (!read) return {};
    data_ = std::move(*read);
    if (data_.opendaylight) {
      report_.map({std::string{documents_.front().file}, 1}, "data of the SFC YANG modules",
                  "what OpenDaylight's dialect says: names without modules, numbers and truths as texts");
    }
    read_functions();
    read_chains();
    read_paths();
    if (!problems_.empty()) return {};
    read_rendered_paths();
    for (auto& path : paths_) choose_functions(path);
    if (!problems_.empty()) return {};
    read_classifiers();
    if (!problems_.empty()) return {};
    add_vnfs();
    add_paths();
    report_rest();
    if (!problems_.empty()) return {};
    return service_of(std::move(chain_), context_.images(), report_);
  }

 private:
  /// The entries of a list at the top: of `service-function:service-functions` its `service-function`.
  [[nodiscard]] const std::vector<ValuePtr>& entries(std::string_view top, std::string_view list) const {
    return sfc_list(data_.data->find(top), list);
  }
  template <typename Map>
  static std::vector<std::string_view> names_in(const Map& map) {
    std::vector<std::string_view> names;
    for (const auto& [name, value] : map) names.push_back(name);
    return names;
  }

  // Functions, forwarders, chains ------------------------------------------------------------------------------------

  void read_functions() {
    for (const auto& type : entries("service-function-type:service-function-types", "service-function-type")) {
      const auto name = function_type(sfc_leaf(*type, "type"));
      if (sfc_truth(*type, "bidirectional") == true) bidirectional_.insert(name);
      report_.map(type->at(), fmt::format("function type `{}`", name), "what the image map is asked for");
    }
    for (const auto& value : entries("service-function:service-functions", "service-function")) {
      SfcFunction function{.type = function_type(sfc_leaf(*value, "type")), .at = value->at()};
      for (const auto& locator : sfc_list(value.get(), "sf-data-plane-locator")) {
        if (auto name = sfc_leaf(*locator, "service-function-forwarder"); !name.empty())
          function.forwarders.insert(std::move(name));
      }
      functions_.emplace(sfc_leaf(*value, "name"), std::move(function));
    }
    for (const auto& value :
         entries("service-function-forwarder:service-function-forwarders", "service-function-forwarder")) {
      SfcForwarder forwarder{.node = sfc_leaf(*value, "service-node"), .at = value->at()};
      for (const auto& entry : sfc_list(value.get(), "service-function-dictionary"))
        forwarder.functions.insert(sfc_leaf(*entry, "name"));
      forwarders_.emplace(sfc_leaf(*value, "name"), std::move(forwarder));
    }
    for (const auto& node : entries("service-node:service-nodes", "service-node")) {
      for (const auto& forwarder : sfc_list(node.get(), "service-function-forwarder")) {
        const auto known = forwarders_.find(forwarder->text);
        if (known != forwarders_.end() && known->second.node.empty()) known->second.node = sfc_leaf(*node, "name");
      }
    }
    for (const auto& group : entries("service-function-group:service-function-groups", "service-function-group"))
      groups_.emplace(sfc_leaf(*group, "name"), group.get());
    for (const auto& [name, function] : functions_) {  // by name
      candidates_[{"", function.type}].push_back(name);
      for (const auto& forwarder : forwarders_of(name)) candidates_[{forwarder, function.type}].push_back(name);
    }
  }

  [[nodiscard]] const std::set<std::string>& forwarders_of(const std::string& function) {
    if (served_by_.empty()) {
      for (const auto& [name, one] : functions_) served_by_[name] = one.forwarders;
      for (const auto& [name, one] : forwarders_) {
        for (const auto& served : one.functions) served_by_[served].insert(name);
      }
    }
    return served_by_[function];
  }

  void read_chains() {
    for (const auto& value : entries("service-function-chain:service-function-chains", "service-function-chain")) {
      SfcChain chain{.symmetric = sfc_truth(*value, "symmetric") == true, .at = value->at()};
      auto places = sfc_list(value.get(), "sfc-service-function");
      const auto order_of = [](const ValuePtr& place) { return to_unsigned(sfc_leaf(*place, "order")); };
      if (std::ranges::all_of(places, [&](const auto& place) { return order_of(place).has_value(); }))
        std::ranges::stable_sort(places, {}, order_of);
      for (const auto& place : places) chain.places.push_back({function_type(sfc_leaf(*place, "type")), place->at()});
      const auto name = sfc_leaf(*value, "name");
      if (places.size() > kMaxFunctionsOfPath) {
        problems_.add(chain.at, "chain `{}` asks for {} functions, expected at most {}", name, places.size(),
                      kMaxFunctionsOfPath);
      }
      chains_.emplace(name, std::move(chain));
    }
  }

  // Paths ------------------------------------------------------------------------------------------------------------

  void read_paths() {
    const auto& written = entries("service-function-path:service-function-paths", "service-function-path");
    for (const auto& value : written) read_path(*value);
    if (written.empty()) derive_paths();
    if (paths_.empty()) {
      if (problems_.empty()) {
        problems_.add(documents_place(),
                      "no path and no chain, expected a `service-function-path` or a `service-function-chain`");
      }
      return;
    }
    chain_.at = paths_.front().common.at;
    chain_.name = paths_.size() == 1 ? paths_.front().common.name
                                     : std::filesystem::path{paths_.front().common.at.file}.stem().string();
  }

  [[nodiscard]] SourcePlace documents_place() const { return {std::string{documents_.front().file}, 1}; }

  SfcPath& add_path(const std::string& name, const Value& value) {
    path_index_.emplace(name, paths_.size());
    return paths_.emplace_back(
        SfcPath{.common = {.name = name, .out = {kOutOfSfc, kOutOfSfc}, .at = value.at()}, .value = &value});
  }

  /// Where no path says how chains are gone through: as the functions' types have it.
  void derive_paths() {
    for (const auto& value : entries("service-function-chain:service-function-chains", "service-function-chain")) {
      const auto name = sfc_leaf(*value, "name");
      auto& path = add_path(name, *value);
      take_chain(path, chains_.find(name)->second, name);
    }
  }

  void take_chain(SfcPath& path, SfcChain& chain, const std::string& name) {
    chain.has_path = true;
    path.chain = &chain;
    hops_ += chain.places.size();
    if (hops_ > kMaxHopsOfSfc) {
      problems_.add(documents_place(), "too many hops in all paths, expected at most {}", kMaxHopsOfSfc);
      return;
    }
    for (const auto& place : chain.places) path.hops.push_back({.at = place.at});
    if (chain.places.empty()) problems_.add(chain.at, "chain `{}` asks for no function, expected one at least", name);
  }

  void read_path(const Value& value) {
    auto& path = add_path(sfc_leaf(value, "name"), value);
    path.symmetric = sfc_truth(value, "symmetric");
    if (const auto* id = value.find("path-id")) set_path_id(path, *id);
    const auto chain = sfc_leaf(value, "service-chain-name");
    const auto known = chains_.find(chain);
    if (known == chains_.end()) {
      problems_.add(place_of(value, "service-chain-name"), "path `{}` is of chain `{}`, which there is not{}",
                    path.common.name, chain, problems_.suggest(chain, [&] { return names_in(chains_); }));
      return;
    }
    take_chain(path, known->second, chain);
    if (!path.hops.empty()) read_hops(path, chain);
  }

  static SourcePlace place_of(const Value& entry, std::string_view name) {
    const auto* member = entry.find(name);
    return member == nullptr ? entry.at() : member->at();
  }

  void set_path_id(SfcPath& path, const Value& id) {
    const auto number = to_unsigned(id.text);
    if (!number || *number > kMaxPathIdOfSfc) {
      problems_.add(id.at(), "`path-id` of path `{}` is {}, expected 0 to {}", path.common.name, id.describe(),
                    kMaxPathIdOfSfc);
      return;
    }
    const auto [other, is_new] = path_ids_.emplace(static_cast<std::uint32_t>(*number), path.common.name);
    if (is_new) {
      path.common.spi = other->first;
    } else if (other->second != path.common.name) {
      problems_.add(id.at(), "`path-id` of path `{}` is {}, as that of path `{}`; expected one of its own",
                    path.common.name, id.text, other->second);
    }
  }

  /// Hops in the order of their numbers: one for each place of the chain, or some by its number, from 0 or from 1 on.
  void read_hops(SfcPath& path, const std::string& chain) {
    auto hops = sfc_list(path.value, "service-path-hop");
    const auto number_of = [](const ValuePtr& hop) { return to_unsigned(sfc_leaf(*hop, "hop-number")).value_or(0); };
    std::ranges::stable_sort(hops, {}, number_of);
    const auto places = path.hops.size();
    if (hops.empty()) return;
    const bool all = hops.size() == places;
    const std::uint64_t first = number_of(hops.front()) > 0 && number_of(hops.back()) == places ? 1 : 0;
    for (std::size_t i = 0; i < hops.size(); ++i) {
      const auto& hop = *hops[i];
      const auto place = all ? i : number_of(hops[i]) - first;
      if (place >= places) {
        problems_.add(hop.at(), "path `{}` has a hop {}, expected as many as chain `{}` has functions: {}",
                      path.common.name, number_of(hops[i]), chain, places);
        return;
      }
      read_hop(path, hop, path.hops[place]);
    }
  }

  void read_hop(const SfcPath& path, const Value& hop, SfcHop& into) {
    into.at = hop.at();
    into.forwarder = sfc_leaf(hop, "service-function-forwarder");
    into.function = sfc_leaf(hop, "service-function-name");
    const auto group = sfc_leaf(hop, "service-function-group-name");
    if (group.empty()) return;
    const auto known = groups_.find(group);
    if (known == groups_.end()) {
      problems_.add(place_of(hop, "service-function-group-name"),
                    "path `{}` goes through group `{}`, which there is "
                    "not{}",
                    path.common.name, group, problems_.suggest(group, [&] { return names_in(groups_); }));
      return;
    }
    const auto& members = sfc_list(known->second, "sfc-service-function");
    if (!into.function.empty()) return;
    if (members.empty()) {
      problems_.add(known->second->at(), "group `{}` has no function, expected one at least", group);
      return;
    }
    into.function = sfc_leaf(*members.front(), "name");
    used_groups_.insert(group);
    report_.map(known->second->at(), fmt::format("group `{}`", group),
                fmt::format("its first function, `{}`", into.function));
  }

  // Rendered paths ---------------------------------------------------------------------------------------------------

  void read_rendered_paths() {
    for (const auto& request : data_.rendered_paths) {
      const auto* target = read_rendered(*request, false);
      if (target == nullptr) continue;
      auto& path = paths_[target->path];
      if (!path.symmetric && sfc_truth(*request, "symmetric") == true) path.symmetric = true;
      read_rendered_classifiers(*request, target->path);
    }
    for (const auto& rendered : entries("rendered-service-path:rendered-service-paths", "rendered-service-path")) {
      const auto* target = read_rendered(*rendered, sfc_truth(*rendered, "reverse-path") == true);
      if (target == nullptr) continue;
      auto& path = paths_[target->path];
      if (target->reverse || rendered->find("symmetric-path-id") != nullptr) {
        if (!path.symmetric) path.symmetric = true;
      }
      if (target->reverse) continue;
      if (const auto* id = rendered->find("path-id"); id != nullptr && !path.common.spi) set_path_id(path, *id);
      if (!path.rendered.empty()) continue;
      auto hops = sfc_list(rendered.get(), "rendered-service-path-hop");
      std::ranges::stable_sort(
          hops, {}, [](const ValuePtr& hop) { return to_unsigned(sfc_leaf(*hop, "hop-number")).value_or(0); });
      for (const auto& hop : hops) path.rendered.push_back(sfc_leaf(*hop, "service-function-name"));
    }
  }

  /// nullptr: reported.
  const SfcTarget* read_rendered(const Value& rendered, bool reverse) {
    const auto parent = sfc_leaf(rendered, "parent-service-function-path");
    auto name = sfc_leaf(rendered, "name");
    const auto path = path_index_.find(parent);
    if (path == path_index_.end()) {
      problems_.add(place_of(rendered, "parent-service-function-path"),
                    "rendered path `{}` is of path `{}`, which there is not{}", name, parent,
                    problems_.suggest(parent, [&] { return names_in(path_index_); }));
      return nullptr;
    }
    if (name.empty()) name = parent;
    report_.map(rendered.at(), fmt::format("rendered path `{}`", name),
                fmt::format("{}path `{}`", reverse ? "the other direction of " : "", parent));
    return &rendered_.insert_or_assign(name, SfcTarget{path->second, reverse}).first->second;
  }

  void read_rendered_classifiers(const Value& request, std::size_t path) {
    if (auto name = sfc_leaf(request, "classifier"); !name.empty()) classifier_of_[name].push_back({path, false});
    if (auto name = sfc_leaf(request, "symmetric-classifier"); !name.empty())
      classifier_of_[name].push_back({path, true});
  }

  // Functions of paths -----------------------------------------------------------------------------------------------

  void choose_functions(SfcPath& path) {
    std::set<std::string_view> used;
    for (std::size_t i = 0; i < path.hops.size(); ++i) {
      auto& hop = path.hops[i];
      const auto& wanted = path.chain->places[i];
      if (hop.function.empty() && path.rendered.size() == path.hops.size()) hop.function = path.rendered[i];
      if (hop.function.empty()) continue;
      const auto known = functions_.find(hop.function);
      if (known == functions_.end()) {
        problems_.add(hop.at, "path `{}` goes through function `{}`, which there is not{}", path.common.name,
                      hop.function, problems_.suggest(hop.function, [&] { return names_in(functions_); }));
      } else if (known->second.type != wanted.type) {
        problems_.add(hop.at, "path `{}` goes through `{}` of type {}, expected one of type {} as its chain has it",
                      path.common.name, hop.function, known->second.type, wanted.type);
      } else if (!used.insert(known->first).second) {
        problems_.add(hop.at, "path `{}` goes through function `{}` twice, expected once", path.common.name,
                      hop.function);
      }
    }
    for (std::size_t i = 0; i < path.hops.size(); ++i) {
      auto& hop = path.hops[i];
      if (!hop.function.empty()) continue;
      const auto& type = path.chain->places[i].type;
      const auto* chosen = choose(hop.forwarder, type, used);
      if (chosen == nullptr) chosen = choose("", type, used);
      if (chosen == nullptr) {
        problems_.add(hop.at, "no function of type {} is left for path `{}`, expected a `service-function` of it", type,
                      path.common.name);
        continue;
      }
      hop.function = *chosen;
      used.insert(*chosen);
      report_.map(hop.at, fmt::format("hop {} of path `{}`", i, path.common.name),
                  fmt::format("function `{}`, chosen by its type{}", *chosen,
                              forwarders_of(*chosen).contains(hop.forwarder) ? " and forwarder" : ""));
    }
    if (!path.symmetric) {
      path.symmetric = path.chain->symmetric || std::ranges::any_of(path.chain->places, [&](const auto& place) {
                         return bidirectional_.contains(place.type);
                       });
      is_derived_symmetric_.insert(path.common.name);
    }
    path.common.symmetric = *path.symmetric;
  }

  /// The first by name that the path does not go through yet. nullptr: none.
  const std::string* choose(const std::string& forwarder, const std::string& type,
                            const std::set<std::string_view>& used) const {
    const auto all = candidates_.find({forwarder, type});
    if (all == candidates_.end()) return nullptr;
    const auto found = std::ranges::find_if(all->second, [&](const auto& name) { return !used.contains(name); });
    return found == all->second.end() ? nullptr : &*found;
  }

  // Classifiers ------------------------------------------------------------------------------------------------------

  void read_classifiers() {
    std::map<std::string, const Value*> classifiers;
    for (const auto& acl : entries("ietf-access-control-list:access-lists", "acl"))
      acls_[sfc_leaf(*acl, "acl-name")].push_back(acl.get());
    const auto& written =
        entries("service-function-classifier:service-function-classifiers", "service-function-classifier");
    for (const auto& classifier : written) classifiers.emplace(sfc_leaf(*classifier, "name"), classifier.get());
    for (std::size_t i = 0; i < paths_.size(); ++i) {
      if (!paths_[i].value->find("service-chain-name")) continue;  // a chain's
      for (const auto& [key, reverse] : {std::pair{"classifier", false}, {"symmetric-classifier", true}}) {
        const auto name = sfc_leaf(*paths_[i].value, key);
        if (name.empty()) continue;
        classifier_of_[name].push_back({i, reverse});
        if (classifiers.contains(name) || acls_.contains(name)) continue;
        problems_.add(place_of(*paths_[i].value, key), "`{}` of path `{}` is `{}`, expected a classifier or its list{}",
                      key, paths_[i].common.name, name, problems_.suggest(name, [&] { return names_in(classifiers); }));
      }
    }
    for (const auto& classifier : written) read_classifier(*classifier);
    for (const auto& [name, targets] : classifier_of_) {
      const auto acl = acls_.find(name);
      if (classifiers.contains(name) || acl == acls_.end()) continue;
      read_acl(*acl->second.front(), name, {{kInOfSfc, kInOfSfc}});
    }
    for (const auto& [name, acls] : acls_) {
      for (const auto* acl : acls) {
        if (!used_acls_.contains(acl))
          report_.map(acl->at(), fmt::format("access list `{}`", name), "", "no classifier names it");
      }
    }
  }

  void read_classifier(const Value& classifier) {
    const auto name = sfc_leaf(classifier, "name");
    const auto* of = classifier.find("acl");
    const auto acl_name = of == nullptr ? std::string{} : sfc_leaf(*of, "name");
    if (acl_name.empty()) {
      report_.map(classifier.at(), fmt::format("classifier `{}`", name), "", "it names no access list");
      return;
    }
    const auto type = without_module(sfc_leaf(*of, "type"));
    const auto named = acls_.find(acl_name);
    const Value* acl = nullptr;
    for (const auto* one : named == acls_.end() ? std::vector<const Value*>{} : named->second) {
      if (acl == nullptr && (type.empty() || without_module(sfc_leaf(*one, "acl-type")) == type)) acl = one;
    }
    if (acl == nullptr) {
      problems_.add(place_of(*of, "name"), "classifier `{}` is of access list `{}`{}, which there is not{}", name,
                    acl_name, type.empty() ? "" : fmt::format(" of type {}", type),
                    problems_.suggest(acl_name, [&] { return names_in(acls_); }));
      return;
    }
    const auto ends = ends_of(classifier, name);
    const auto before = rules_, before_back = rules_back_;
    read_acl(*acl, name, ends);
    std::vector<std::string> said;
    for (const auto& end : ends) said.push_back(end.network);
    const auto by = fmt::format("{}", fmt::join(said, ", "));
    std::string became;
    if (rules_back_ != before_back) became = "where packets of the other direction come in: " + by;
    if (rules_ != before) became = "rules for packets that come in by " + by;
    report_.map(classifier.at(), fmt::format("classifier `{}`", name), became,
                became.empty() ? "no entry of its list leads to a path" : "");
  }

  /// Where a classifier sees packets: interfaces and bridges of its forwarders.
  std::vector<ServiceRequest::Endpoint> ends_of(const Value& classifier, const std::string& name) {
    std::vector<ServiceRequest::Endpoint> ends;
    for (const auto& attached : sfc_list(&classifier, "scl-service-function-forwarder")) {
      const auto forwarder = sfc_leaf(*attached, "name");
      auto interface = sfc_leaf(*attached, "interface");
      if (interface.empty()) interface = sfc_leaf(*attached, "bridge");
      if (interface.empty()) {
        report_.map(attached->at(), fmt::format("forwarder `{}` of classifier `{}`", forwarder, name), "",
                    "it names neither interface nor bridge");
        continue;
      }
      const auto known = forwarders_.find(forwarder);
      const bool on_node = known != forwarders_.end() && !known->second.node.empty();
      const auto network = on_node ? fmt::format("{}.{}", known->second.node, interface) : interface;
      const auto [other, is_new] = end_networks_.emplace(interface, network);
      ServiceRequest::Endpoint end{is_new || other->second == network ? interface : network, network};
      if (std::ranges::find(ends, end.name, &ServiceRequest::Endpoint::name) == ends.end())
        ends.push_back(std::move(end));
    }
    if (ends.empty()) ends.push_back({kInOfSfc, kInOfSfc});
    return ends;
  }

  /// The path that an entry which names none is for. nullptr: none, or one of several.
  [[nodiscard]] const SfcTarget* default_of(const std::string& classifier) const {
    const auto known = classifier_of_.find(classifier);
    return known == classifier_of_.end() || known->second.size() != 1 ? nullptr : &known->second.front();
  }

  void read_acl(const Value& acl, const std::string& classifier, const std::vector<ServiceRequest::Endpoint>& ends) {
    used_acls_.insert(&acl);
    const auto name = sfc_leaf(acl, "acl-name");
    const auto type = without_module(sfc_leaf(acl, "acl-type"));
    report_.map(acl.at(), fmt::format("access list `{}`", name), "rules of paths");
    std::vector<std::pair<std::string, Match>> kept;  // by entries before that lead to no path
    for (const auto& ace : sfc_list(acl.find("access-list-entries"), "ace")) {
      if (rules_ > kMaxRulesOfSfc || pieces_.size() > kMaxPiecesOfSfc) return;  // reported
      const auto rule = sfc_leaf(*ace, "rule-name");
      const auto element = fmt::format("entry `{}` of access list `{}`", rule, name);
      const auto match = read_matches(*ace, element, type);
      if (!match) continue;
      const auto target = target_of(*ace, element, classifier);
      if (!target) continue;
      if (target->path == paths_.size()) {
        report_.map(ace->at(), element, "", "it names no path");
        kept.emplace_back(rule, *match);
        continue;
      }
      auto& path = paths_[target->path];
      for (const auto& [other, without] : kept) {
        if (++compared_ > kMaxCompared) {
          problems_.add(acl.at(), "too many entries of access lists to compare, expected fewer that lead to no path");
          return;
        }
        if (!intersect(*match, without)) continue;
        problems_.add(ace->at(), "{} has packets in common with `{}` before it, which leads to no path; expected none",
                      element, other);
        break;
      }
      if (target->reverse) {
        path.backward.push_back(*match);
        ++rules_back_;
        for (const auto& end : ends) path.returns.emplace(end.name, end.network);
        report_.map(
            ace->at(), element, "",
            fmt::format("the other direction of path `{}` takes what its rules take, turned round", path.common.name));
        continue;
      }
      report_.map(ace->at(), element, fmt::format("a rule of path `{}`", path.common.name));
      for (const auto& end : ends) add_rule(target->path, end, *match, acl.at());
    }
  }

  /// Which path an entry leads to; `paths_.size()`: none. nullopt: reported.
  std::optional<SfcTarget> target_of(const Value& ace, const std::string& element, const std::string& classifier) {
    const SfcTarget none{paths_.size()};
    const auto* actions = ace.find("actions");
    const auto* action = actions == nullptr ? nullptr : actions->find("service-function-acl:rendered-service-path");
    const auto* own = default_of(classifier);
    if (action == nullptr) {
      const bool denies = actions != nullptr && actions->find("deny") != nullptr;
      return own == nullptr || denies ? none : *own;
    }
    auto target = resolve_path(action->text);
    if (!target) {
      problems_.add(action->at(), "{} leads to `{}`, expected a path or a rendered path{}", element, action->text,
                    problems_.suggest(action->text, [&] { return names_in(path_index_); }));
      return std::nullopt;
    }
    if (own != nullptr && own->reverse && own->path == target->path) target->reverse = true;
    auto& path = paths_[target->path];
    if (target->reverse && !path.common.symmetric) {
      if (!is_derived_symmetric_.contains(path.common.name)) {
        problems_.add(action->at(),
                      "{} leads to the other direction of path `{}`, which has none, expected "
                      "`symmetric`: true",
                      element, path.common.name);
        return std::nullopt;
      }
      path.common.symmetric = true;
    }
    return target;
  }

  /// A path by its name, or by that of a rendered path: one that is there, or as OpenDaylight derives it from the
  /// path's: `SFP-Path-42`, `SFP-Path-42-Reverse`, `RSP1` of `SFP1`.
  [[nodiscard]] std::optional<SfcTarget> resolve_path(std::string_view name) const {
    if (const auto known = known_path(name)) return known;
    const bool reverse = name.ends_with(kReverse);
    if (reverse) name.remove_suffix(kReverse.size());
    auto target = reverse ? known_path(name) : std::nullopt;
    constexpr std::string_view kPathPart = "-Path-", kRendered = "RSP", kPath = "SFP";
    const auto part = name.rfind(kPathPart);
    if (!target && part != name.npos && to_unsigned(name.substr(part + kPathPart.size())))
      target = known_path(name.substr(0, part));
    if (!target && name.starts_with(kRendered))
      target = known_path(fmt::format("{}{}", kPath, name.substr(kRendered.size())));
    if (target && reverse) target->reverse = !target->reverse;
    return target;
  }

  [[nodiscard]] std::optional<SfcTarget> known_path(std::string_view name) const {
    if (const auto path = path_index_.find(name); path != path_index_.end()) return SfcTarget{path->second};
    const auto rendered = rendered_.find(name);
    return rendered == rendered_.end() ? std::nullopt : std::optional{rendered->second};
  }

  /// nullopt: reported.
  std::optional<Match> read_matches(const Value& ace, const std::string& element, const std::string& type) {
    Match match;
    if (type == "ipv4-acl") match.ether_type = kIpv4;
    if (type == "ipv6-acl") match.ether_type = kIpv6;
    bool well = true;
    const auto* matches = ace.find("matches");
    static const std::vector<Value::Member> kNone;
    for (const auto& [key, value] : matches == nullptr ? kNone : matches->members) {
      const auto name = without_module(key->text);
      const auto refuse = [&, &value = value](std::string_view expected) {
        problems_.add(value->at(), "`{}` of {} is {}, expected {}", name, element, value->describe(), expected);
        well = false;
      };
      const Criterion criterion{value->text, refuse};
      if (name == "source-ipv4-network" || name == "source-ipv6-network") {
        criterion.to(match.src);
      } else if (name == "destination-ipv4-network" || name == "destination-ipv6-network") {
        criterion.to(match.dst);
      } else if (name == "protocol") {
        criterion.to(match.proto, 255);
      } else if (name == "dscp") {
        criterion.to(match.dscp, 63);
      } else if (name == "source-port-range" || name == "destination-port-range") {
        const auto lower = to_unsigned(sfc_leaf(*value, "lower-port"));
        const auto upper = value->find("upper-port") == nullptr ? lower : to_unsigned(sfc_leaf(*value, "upper-port"));
        const auto range = port_range(lower, upper);
        if (!range) {
          refuse("`lower-port` and perhaps `upper-port`, from 0 to 65535");
          continue;
        }
        if (data_.opendaylight && *lower == 0 && value->find("upper-port") == nullptr) {
          report_.map(value->at(), fmt::format("`{}` of {}", name, element), "",
                      "a `lower-port` of 0 by itself is any port in OpenDaylight's documents");
          continue;
        }
        (name.starts_with('s') ? match.sport : match.dport) = *range;
      } else {
        problems_.add(key->at(), "`{}` of {} is not supported, expected a match on addresses, protocol, ports or DSCP",
                      name, element);
        well = false;
      }
    }
    if (!well) return std::nullopt;
    for (const auto& wrong : contradictions_in(match)) {
      problems_.add(ace.at(), "{} can match no packet: {}", element, wrong);
      well = false;
    }
    if (match.src || match.dst) match.ether_type.reset();  // the prefix says it
    return well ? std::optional{match} : std::nullopt;
  }

  /// The first entry that matches decides: a rule is put with earlier ones of its path only if none between them, of
  /// other paths, takes packets from it.
  void add_rule(std::size_t path, const ServiceRequest::Endpoint& end, const Match& match, const SourcePlace& at) {
    if (++rules_ > kMaxRulesOfSfc) {
      problems_.add(at, "too many rules of paths, expected at most {}", kMaxRulesOfSfc);
      return;
    }
    for (auto piece = pieces_.rbegin(); piece != pieces_.rend(); ++piece) {
      if (piece->in.name != end.name) continue;
      if (piece->path == path) {
        piece->matches.push_back(match);
        return;
      }
      compared_ += piece->matches.size();
      const auto meets = [&](const Match& other) { return intersect(match, other).has_value(); };
      if (compared_ > kMaxCompared || std::ranges::any_of(piece->matches, meets)) break;
    }
    if (pieces_.size() >= kMaxPiecesOfSfc)
      problems_.add(at, "too many endpoints or paths that rules lead to by turns, expected at most {}",
                    kMaxPiecesOfSfc);
    pieces_.push_back({path, end, {match}});
  }

  // The service ------------------------------------------------------------------------------------------------------

  void add_vnfs() {
    std::map<std::string, SourcePlace> used;
    for (const auto& path : paths_) {
      for (const auto& hop : path.hops) used.emplace(hop.function, functions_.at(hop.function).at);
    }
    for (const auto& [name, function] : functions_) {
      if (!used.contains(name)) {
        report_.map(function.at, fmt::format("service function `{}`", name), "", "no path goes through it");
        continue;
      }
      report_.map(function.at, fmt::format("service function `{}`", name),
                  fmt::format("VNF `{}` of type {}", name, function.type));
      if (const auto* vnfd = vnfd_of(name, function.type)) {
        ChainVnf vnf{read_vnfd(context_, *vnfd, chain_.artifacts), std::nullopt};
        const auto& [inputs, outputs] = std::tie(vnf.vnf.graph.inputs, vnf.vnf.graph.outputs);
        points_[name] = {inputs.contains(kInOfSfc) ? kInOfSfc : "", outputs.contains(kOutOfSfc) ? kOutOfSfc : ""};
        vnf.vnf.name = name;
        vnf.vnf.at = function.at;
        chain_.vnfs.push_back(std::move(vnf));
      } else {
        chain_.vnfs.push_back(machine_of(name, function));
      }
    }
  }

  [[nodiscard]] const Vnfd* vnfd_of(const std::string& function, const std::string& type) const {
    for (const auto& name : {function, type}) {
      const auto found = std::ranges::find_if(others_, [&](const auto& vnfd) {
        return vnfd.descriptor_id == name || vnfd.node_type == name || vnfd.document->title() == name;
      });
      if (found != others_.end()) return &*found;
    }
    return nullptr;
  }

  /// A VNF of one machine, which the image map is asked for.
  ChainVnf machine_of(const std::string& name, const SfcFunction& function) {
    // A node is called like each connection point, beside that of the function.
    auto& points = points_[name];
    points = {name == kInOfSfc ? "in-point" : kInOfSfc, name == kOutOfSfc ? "out-point" : kOutOfSfc};
    VnfModel model;
    model.vdus.push_back(
        {.name = name, .title = name, .type = function.type, .capabilities = {function.type}, .at = function.at});
    for (const auto& [point, external] : {std::pair{points.first, kInOfSfc}, {points.second, kOutOfSfc}})
      model.points.push_back({.name = point, .vdu = name, .external = {external}, .at = function.at});
    ChainVnf vnf{{}, std::move(model)};
    vnf.vnf.name = name;
    vnf.vnf.vnfd_id = function.type;
    vnf.vnf.at = function.at;
    return vnf;
  }

  /// By the order of rules, then those for all packets.
  void add_paths() {
    for (auto& path : paths_) {
      for (const auto& hop : path.hops) {
        const auto& [in, out] = points_[hop.function];
        path.common.hops.push_back({hop.function, in, out, hop.at});
      }
      // Packets leave by where those of the other direction come in, if that is one place.
      if (path.returns.size() == 1 && path.returns.begin()->first != kInOfSfc)
        path.common.out = {path.returns.begin()->first, path.returns.begin()->second};
    }
    std::set<std::size_t> ruled;
    for (const auto& piece : pieces_) ruled.insert(piece.path);
    for (std::size_t i = 0; i < paths_.size(); ++i) {
      if (ruled.contains(i)) continue;
      auto& path = paths_[i];
      for (auto& match : path.backward) {
        std::swap(match.src, match.dst);
        std::swap(match.sport, match.dport);
      }
      pieces_.push_back({i, {kInOfSfc, kInOfSfc}, path.backward});
    }
    std::size_t hops = 0;
    std::map<std::size_t, std::size_t> known;  // how many paths each has become
    for (auto& piece : pieces_) {
      auto path = paths_[piece.path].common;
      hops += path.hops.size();
      if (hops > kMaxHopsOfSfc) {
        problems_.add(path.at, "rules make too many paths, expected at most {} hops in all", kMaxHopsOfSfc);
        return;
      }
      if (auto& count = known[piece.path]; ++count > 1) {
        const auto name = path.name;
        do {
          path.name = fmt::format("{}-{}", name, count);
        } while (path_index_.contains(path.name) && ++count > 0);
        path.spi.reset();
      }
      path.in = std::move(piece.in);
      path.matches = std::move(piece.matches);
      // Rules that ask for nothing of packets take all of them.
      if (std::ranges::find(path.matches, Match{}) != path.matches.end()) path.matches.clear();
      chain_.paths.push_back(std::move(path));
    }
  }

  // What became of the rest ------------------------------------------------------------------------------------------

  void report_rest() {
    for (const auto& path : paths_) report_path(path);
    for (const auto& [name, chain] : chains_) {
      report_.map(chain.at, fmt::format("chain `{}`", name), chain.has_path ? "the types of a path's VNFs" : "",
                  chain.has_path ? "" : "no path is of it");
    }
    for (const auto& [name, forwarder] : forwarders_) {
      report_.map(forwarder.at, fmt::format("forwarder `{}`", name), "",
                  "inside a host packets go from VNF to VNF without one");
    }
    for (const auto& node : entries("service-node:service-nodes", "service-node")) {
      report_.map(node->at(), fmt::format("service node `{}`", sfc_leaf(*node, "name")), "",
                  "hosts are those of the inventory");
    }
    for (const auto& [name, group] : groups_) {
      if (!used_groups_.contains(name))
        report_.map(group->at(), fmt::format("group `{}`", name), "", "no path goes through it");
    }
    for (const auto* kind : {"context-metadata", "variable-metadata"}) {
      for (const auto& metadata : entries("service-function-path-metadata:service-function-metadata", kind)) {
        report_.map(metadata->at(), fmt::format("metadata `{}`", sfc_leaf(*metadata, "name")), "",
                    "inside a host packets carry no NSH header");
      }
    }
    report_other_modules();
  }

  void report_other_modules() {
    static const std::set<std::string_view> kReported{"service-function-type:service-function-types",
                                                      "service-function:service-functions",
                                                      "service-function-forwarder:service-function-forwarders",
                                                      "service-node:service-nodes",
                                                      "service-function-group:service-function-groups",
                                                      "service-function-chain:service-function-chains",
                                                      "service-function-path:service-function-paths",
                                                      "rendered-service-path:rendered-service-paths",
                                                      "ietf-access-control-list:access-lists",
                                                      "service-function-classifier:service-function-classifiers",
                                                      "service-function-path-metadata:service-function-metadata"};
    for (const auto& [key, value] : data_.data->members) {
      if (!kReported.contains(key->text))
        report_.map(key->at(), fmt::format("`{}`", key->text), "", "no path is chosen by it");
    }
  }

  void report_path(const SfcPath& path) {
    const auto& name = path.common.name;
    for (const auto* leaf : {"transport-type", "sfc-encapsulation"}) {
      if (const auto* value = path.value->find(leaf))
        report_.map(value->at(), fmt::format("`{}` of path `{}`", leaf, name), "",
                    "inside a host packets are not encapsulated");
    }
    if (const auto* tenant = path.value->find("tenant-id"))
      report_.map(tenant->at(), fmt::format("`tenant-id` of path `{}`", name), "", "a graph is one tenant's");
    std::set<std::string> nodes;
    std::vector<std::string> where;
    for (const auto& hop : path.hops) {
      const auto& served = forwarders_of(hop.function);
      const auto forwarder = !hop.forwarder.empty() ? hop.forwarder : served.empty() ? "" : *served.begin();
      if (forwarder.empty()) continue;
      const auto known = forwarders_.find(forwarder);
      const bool on_node = known != forwarders_.end() && !known->second.node.empty();
      if (on_node) nodes.insert(known->second.node);
      where.push_back(fmt::format("`{}` by `{}`{}", hop.function, forwarder,
                                  on_node ? fmt::format(" on `{}`", known->second.node) : ""));
    }
    if (where.empty()) return;
    report_.map(path.common.at, fmt::format("forwarders of path `{}`", name), "",
                fmt::format("{}: {}", fmt::join(where, ", "),
                            nodes.size() > 1 ? "a graph does not span hosts yet, and all of it runs on one"
                                             : "a graph runs on one host"));
  }

  Documents& context_;
  Report& report_;
  Problems& problems_;
  std::span<const ChainDocument> documents_;
  std::span<const Vnfd> others_;
  SfcData data_;
  std::set<std::string> bidirectional_;  ///< types
  std::map<std::string, SfcFunction> functions_;
  std::map<std::string, SfcForwarder> forwarders_;
  std::map<std::string, std::set<std::string>> served_by_;  ///< forwarders, by function
  std::map<std::string, const Value*> groups_;
  std::set<std::string> used_groups_;
  std::map<std::string, SfcChain> chains_;
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> candidates_;  ///< by forwarder or "", type
  std::vector<SfcPath> paths_;
  std::map<std::string, std::size_t, std::less<>> path_index_;
  std::map<std::uint32_t, std::string> path_ids_;
  std::set<std::string> is_derived_symmetric_;  ///< paths that do not say it themselves
  std::map<std::string, SfcTarget, std::less<>> rendered_;
  std::map<std::string, std::vector<SfcTarget>> classifier_of_;  ///< what paths name a classifier, or a list
  std::map<std::string, std::vector<const Value*>> acls_;
  std::set<const Value*> used_acls_;
  std::map<std::string, std::string> end_networks_{{kInOfSfc, kInOfSfc}, {kOutOfSfc, kOutOfSfc}};  ///< by name
  std::vector<SfcPiece> pieces_;
  std::size_t hops_ = 0, rules_ = 0, rules_back_ = 0, compared_ = 0;
  std::map<std::string, std::pair<std::string, std::string>> points_;  ///< that each function is gone through by
  Chain chain_;
};

}  // namespace

bool is_sfc_text(std::string_view file, const std::string& text) {
  if (sfc_format(text) == SfcFormat::xml) return is_sfc_xml(text);
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos || text[first] != '{') return false;
  Problems ignored;
  const auto document = parse_json(file, text, ignored);
  return document != nullptr ? is_sfc_document(*document) : text.find("service-function") != std::string::npos;
}

ServiceRequest read_sfc_service(Documents& context, std::span<const ChainDocument> documents,
                                std::span<const Vnfd> others) {
  return SfcServiceReader{context, documents, others}.read();
}

Result<void> check_strict_sfc(const FileSet& files) {
  std::vector<SfcText> texts;
  for (const auto& [file, text] : files.files) {
    if (is_document(file) && text.find("tosca_definitions_version") == std::string::npos && is_sfc_text(file, text))
      texts.push_back({file, text, sfc_format(text)});
  }
  Problems problems, warnings;
  if (texts.empty() || read_sfc(texts, true, problems, warnings)) return {};
  return fail(problems.error());
}

}  // namespace unf::tosca
