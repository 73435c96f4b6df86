#include "tosca/tacker/forwarding_path.h"

#include <algorithm>
#include <optional>
#include <set>
#include <span>

#include "tosca/sol001/classifier.h"
#include "tosca/sol001/functions.h"
#include "tosca/tacker/classifier_criteria.h"
#include "tosca/tacker/tacker_values.h"

namespace unf::tosca {
namespace {

/// The forwarders that the property `path` names. A forwarder that is named twice in a row is one, with the connection
/// points that packets come in and go out by. None: reported.
std::vector<Forwarder> forwarders_of(Documents& documents, const Document& document, const NodeTemplate& node) {
  auto& problems = documents.problems();
  const auto* properties = node.value->find("properties");
  const auto* written = properties == nullptr ? nullptr : properties->find_member("path");
  const auto hops = written == nullptr ? nullptr : evaluate(documents, document, node.name, written->value);
  if (hops == nullptr || !hops->is_list() || hops->items.empty()) {
    problems.add(written == nullptr ? node.at : written->value->at(),
                 "`path` of `{}` is {}, expected a list of `forwarder` and `capability`", node.name,
                 hops == nullptr ? "not there" : hops->describe());
    return {};
  }
  std::vector<Forwarder> forwarders;
  for (const auto& hop : hops->items) {
    const auto* forwarder = hop->find("forwarder");
    const auto* point = hop->find("capability");
    if (forwarder == nullptr || !forwarder->is_scalar() || point == nullptr || !point->is_scalar()) {
      problems.add(hop->at(), "a hop of `{}` is {}, expected `forwarder: VNFD` and `capability: CONNECTION_POINT`",
                   node.name, hop->describe());
      return {};
    }
    if (!forwarders.empty() && forwarders.back().name == forwarder->text && forwarders.back().points.size() == 1) {
      forwarders.back().points.push_back(point->text);
    } else {
      forwarders.push_back({forwarder->text, {point->text}, forwarder->at()});
    }
  }
  return forwarders;
}

/// Whether criteria are those of one classifier, a key each, as FP.Tacker had them at first.
bool is_one_in_pieces(const std::vector<ValuePtr>& criteria) {
  std::set<std::string_view> keys;
  for (const auto& piece : criteria) {
    if (!piece->is_map() || piece->members.size() != 1 || piece->find("classifier") != nullptr) return false;
    if (!keys.insert(piece->members.front().key->text).second) return false;
  }
  return criteria.size() > 1;
}

ValuePtr joined(const std::vector<ValuePtr>& maps) {
  auto all = std::make_shared<Value>(*maps.front());
  for (const auto& map : std::span{maps}.subspan(1)) all->members.push_back(map->members.front());
  return all;
}

/// The classifiers of a forwarding path. nullopt: reported.
std::optional<std::vector<ValuePtr>> classifiers_of(const NodeTemplate& node, Report& report) {
  const auto* policy = node.value->find("properties", "policy");
  if (policy == nullptr || policy->is_null()) return std::vector<ValuePtr>{};
  const auto* criteria = policy->find("criteria");
  if (criteria == nullptr || !criteria->is_list()) {
    report.problems.add(policy->at(), "`policy` of `{}` has no list `criteria`, expected one of classifiers",
                        node.name);
    return std::nullopt;
  }
  if (node.type->base != base::tacker_fp || !is_one_in_pieces(criteria->items)) return criteria->items;
  report.map(criteria->at(), fmt::format("criteria of `{}`", node.name),
             "one classifier: they are of one key each, and meant together");
  return std::vector{joined(criteria->items)};
}

/// The paths that classifiers make of `path`: one for each pair of ends that they name.
std::vector<ChainPath> classified(Documents& documents, const Document& document, const NodeTemplate& node,
                                  const std::vector<ValuePtr>& classifiers, const ChainPath& path) {
  if (classifiers.empty()) return {path};
  std::vector<ChainPath> paths;
  for (const auto& item : classifiers) {
    const auto* classifier = item->find("classifier");  // since FP.TackerV2; before, the match stands there itself
    if (classifier == nullptr) classifier = item.get();
    if (!classifier->is_map()) {
      documents.problems().add(item->at(), "a classifier of `{}` is {}, expected a map of what packets have to have",
                               node.name, classifier->describe());
      continue;
    }
    const auto read = read_classifier(documents, document, node.name, *classifier);
    if (!read) continue;
    auto next = path;
    if (!read->source.empty()) next.in = {read->source, read->source};
    if (!read->destination.empty()) next.out = {read->destination, read->destination};
    auto known = std::ranges::find_if(
        paths, [&](const auto& other) { return other.in.name == next.in.name && other.out.name == next.out.name; });
    if (known == paths.end()) {
      if (!paths.empty()) next.name = fmt::format("{}-{}", path.name, paths.size() + 1);
      if (!paths.empty()) next.spi.reset();
      known = paths.insert(paths.end(), std::move(next));
    }
    known->matches.push_back(read->match);
  }
  for (auto& one : paths) {
    // A classifier that asks for nothing of packets takes all of them.
    if (std::ranges::find(one.matches, Match{}) != one.matches.end()) one.matches.clear();
  }
  return paths;
}

}  // namespace

bool is_forwarding_path(const NodeTemplate& node) {
  return node.type != nullptr && (node.type->base == base::tacker_fp || node.type->base == base::tacker_fp_v2);
}

std::vector<ChainPath> read_forwarding_path(Documents& documents, const Document& document, const NodeTemplate& node,
                                            Forwarders& forwarders) {
  const TackerValues values{documents, document};
  const auto* properties = node.value->find("properties");
  ChainPath path{.name = node.name, .symmetric = values.truth(properties, "symmetrical"), .at = node.at};
  if (const auto id = values.at(properties, "id")) {
    const auto number = values.count(properties, "id");
    if (!number || *number > kMaxSpi) {
      documents.problems().add(id->at(), "`id` of `{}` is {}, expected 0 to {}", node.name, id->describe(), kMaxSpi);
      return {};
    }
    path.spi = number;
  }
  const auto through = forwarders_of(documents, document, node);
  if (through.empty()) return {};
  bool bound = true;
  for (const auto& forwarder : through) bound = forwarders.bind(forwarder) && bound;
  if (!bound) return {};
  for (const auto& forwarder : through) {
    path.hops.push_back({forwarder.name, forwarder.points.front(), forwarder.points.back(), forwarder.at});
  }
  path.in = forwarders.endpoint_at(path.hops.front().vnf, path.hops.front().in);
  path.out = forwarders.endpoint_at(path.hops.back().vnf, path.hops.back().out);
  const auto classifiers = classifiers_of(node, documents.report());
  return classifiers ? classified(documents, document, node, *classifiers, path) : std::vector<ChainPath>{};
}

}  // namespace unf::tosca
