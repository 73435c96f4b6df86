#include "tosca/sfc_yang/sfc_classifiers.h"

#include <fmt/ranges.h>

#include <map>
#include <set>
#include <string>
#include <utility>

#include "tosca/sfc_yang/sfc_access_entry.h"
#include "tosca/sfc_yang/sfc_endpoints.h"
#include "tosca/sfc_yang/sfc_entries.h"
#include "tosca/sfc_yang/yang_name.h"

namespace unf::tosca {
namespace {

class SfcClassifierReader {
 public:
  SfcClassifierReader(const SfcData& data, const SfcPaths& paths, const SfcFunctions& functions, Report& report)
      : data_(data),
        paths_(paths),
        report_(report),
        problems_(report.problems),
        endpoints_(functions, report),
        rules_(report.problems),
        other_directions_(paths.paths.size()) {
    for (const auto& list : sfc_entries(*data.data, kSfcAccessLists))
      access_lists_[sfc_leaf(*list, "acl-name")].push_back(list.get());
    for (const auto& classifier : sfc_entries(*data.data, kSfcClassifiers))
      classifiers_.emplace(sfc_leaf(*classifier, "name"), classifier.get());
  }

  SfcClassification read() {
    for (std::size_t i = 0; i < paths_.paths.size(); ++i) read_uses(i);
    for (const auto& classifier : sfc_entries(*data_.data, kSfcClassifiers)) read_classifier(*classifier);
    read_lists_of_paths();
    report_unused_lists();
    return {rules_.take_groups(), std::move(other_directions_)};
  }

 private:
  /// Notes which classifiers, or access lists, a path names.
  void read_uses(std::size_t index) {
    const auto& path = paths_.paths[index];
    for (const auto& [name, reverse] : path.rendered_classifiers) uses_[name].push_back({index, reverse});
    if (path.of_chain) return;
    for (const auto& [key, reverse] : {std::pair{"classifier", false}, {"symmetric-classifier", true}}) {
      const auto name = sfc_leaf(*path.value, key);
      if (name.empty()) continue;
      uses_[name].push_back({index, reverse});
      if (classifiers_.contains(name) || access_lists_.contains(name)) continue;
      problems_.add(sfc_place(*path.value, key), "`{}` of path `{}` is `{}`, expected a classifier or its list{}", key,
                    path.name, name, problems_.suggest(name, [&] { return sfc_names_in(classifiers_); }));
    }
  }

  void read_classifier(const Value& classifier) {
    const auto name = sfc_leaf(classifier, "name");
    const auto* named = classifier.find("acl");
    if (named == nullptr || sfc_leaf(*named, "name").empty()) {
      report_.map(classifier.at(), fmt::format("classifier `{}`", name), "", "it names no access list");
      return;
    }
    const auto* list = list_named(*named, name);
    if (list == nullptr) return;
    const auto endpoints = endpoints_.of(classifier);
    const auto rules_before = rules_.size(), reverse_before = reverse_rules_;
    read_list(*list, name, endpoints);
    std::vector<std::string_view> networks;
    for (const auto& endpoint : endpoints) networks.push_back(endpoint.network);
    std::string became;
    if (rules_.size() != rules_before) {
      became = fmt::format("rules for packets that come in by {}", fmt::join(networks, ", "));
    } else if (reverse_rules_ != reverse_before) {
      became = fmt::format("where packets of the other direction come in: {}", fmt::join(networks, ", "));
    }
    report_.map(classifier.at(), fmt::format("classifier `{}`", name), became,
                became.empty() ? "no entry of its list leads to a path" : "");
  }

  /// The access list that a classifier names. nullptr: there is none, which is reported.
  const Value* list_named(const Value& named, const std::string& classifier) {
    const auto name = sfc_leaf(named, "name"), type_name = sfc_leaf(named, "type");
    const auto type = local_part(type_name);
    if (const auto lists = access_lists_.find(name); lists != access_lists_.end()) {
      for (const auto* list : lists->second) {
        if (type.empty() || local_part(sfc_leaf(*list, "acl-type")) == type) return list;
      }
    }
    problems_.add(sfc_place(named, "name"), "classifier `{}` is of access list `{}`{}, which there is not{}",
                  classifier, name, type.empty() ? "" : fmt::format(" of type {}", type),
                  problems_.suggest(name, [&] { return sfc_names_in(access_lists_); }));
    return nullptr;
  }

  /// A path may name an access list as if it were a classifier.
  void read_lists_of_paths() {
    for (const auto& [name, targets] : uses_) {
      const auto lists = access_lists_.find(name);
      if (!classifiers_.contains(name) && lists != access_lists_.end())
        read_list(*lists->second.front(), name, {{kSfcIn, kSfcIn}});
    }
  }

  /// What entries lead to that name no path: the path that names their classifier, if it is one.
  [[nodiscard]] std::optional<SfcTarget> default_of(const std::string& classifier) const {
    const auto known = uses_.find(classifier);
    return known == uses_.end() || known->second.size() != 1 ? std::nullopt : std::optional{known->second.front()};
  }

  void read_list(const Value& value, const std::string& classifier,
                 const std::vector<ServiceRequest::Endpoint>& endpoints) {
    used_lists_.insert(&value);
    const SfcAccessList list{.name = sfc_leaf(value, "acl-name"),
                             .type = std::string{local_part(sfc_leaf(value, "acl-type"))},
                             .default_for = default_of(classifier),
                             .opendaylight = data_.opendaylight};
    report_.map(value.at(), fmt::format("access list `{}`", list.name), "rules of paths");
    std::vector<SfcAccessEntry> without_path;
    for (const auto& ace : sfc_list(value.find("access-list-entries"), "ace")) {
      if (rules_.is_overfull()) return;
      auto entry = read_sfc_access_entry(*ace, list, paths_, report_);
      if (!entry) continue;
      if (!entry->target) {
        report_.map(ace->at(), entry->element, "", "it names no path");
        without_path.push_back(std::move(*entry));
        continue;
      }
      if (!check_against(without_path, *entry, ace->at(), value.at())) return;
      add_entry(*entry, endpoints, ace->at(), value.at());
    }
  }

  /// Reports an entry that has packets in common with earlier ones that lead to no path. False: there are too many
  /// entries to compare, which is reported.
  bool check_against(const std::vector<SfcAccessEntry>& without_path, const SfcAccessEntry& entry,
                     const SourcePlace& at, const SourcePlace& list) {
    for (const auto& earlier : without_path) {
      if (!rules_.may_compare()) {
        problems_.add(list, "too many entries of access lists to compare, expected fewer that lead to no path");
        return false;
      }
      if (!intersect(entry.match, earlier.match)) continue;
      problems_.add(at, "{} has packets in common with `{}` before it, which leads to no path; expected none",
                    entry.element, earlier.rule);
      return true;
    }
    return true;
  }

  void add_entry(const SfcAccessEntry& entry, const std::vector<ServiceRequest::Endpoint>& endpoints,
                 const SourcePlace& at, const SourcePlace& list) {
    const auto index = entry.target->path;
    const auto& path = paths_.paths[index];
    if (!entry.target->reverse) {
      report_.map(at, entry.element, fmt::format("a rule of path `{}`", path.name));
      for (const auto& endpoint : endpoints) rules_.add(index, endpoint, entry.match, list);
      return;
    }
    ++reverse_rules_;
    auto& other = other_directions_[index];
    other.matches.push_back(entry.match);
    other.is_named |= entry.names_target;
    for (const auto& endpoint : endpoints) other.endpoints.emplace(endpoint.name, endpoint.network);
    report_.map(at, entry.element, "",
                fmt::format("the other direction of path `{}` takes what its rules take, turned round", path.name));
  }

  void report_unused_lists() {
    for (const auto& [name, lists] : access_lists_) {
      for (const auto* list : lists) {
        if (!used_lists_.contains(list))
          report_.map(list->at(), fmt::format("access list `{}`", name), "", "no classifier names it");
      }
    }
  }

  const SfcData& data_;
  const SfcPaths& paths_;
  Report& report_;
  Problems& problems_;
  std::map<std::string, const Value*> classifiers_;
  std::map<std::string, std::vector<const Value*>> access_lists_;  ///< those of one name differ in type
  std::map<std::string, std::vector<SfcTarget>> uses_;             ///< by the classifier or access list that paths name
  std::set<const Value*> used_lists_;
  SfcEndpoints endpoints_;
  SfcRuleList rules_;
  std::vector<SfcOtherDirection> other_directions_;
  std::size_t reverse_rules_ = 0;
};

}  // namespace

SfcClassification read_sfc_classifiers(const SfcData& data, const SfcPaths& paths, const SfcFunctions& functions,
                                       Report& report) {
  return SfcClassifierReader{data, paths, functions, report}.read();
}

}  // namespace unf::tosca
