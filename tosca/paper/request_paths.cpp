#include "tosca/paper/request_paths.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "tosca/paper/fields.h"
#include "tosca/paper/request_match.h"
#include "tosca/sol001/classifier.h"
#include "tosca/sol001/document.h"

namespace unf::tosca {
namespace {

// --- Paths that are written.

/// The endpoint that a member names. nullopt: reported.
std::optional<std::string> read_end(const Value& value, std::string_view key, const std::string& what,
                                    const RequestNodes& nodes, Problems& problems) {
  const auto* endpoint = paper_reference(value, key, what, problems);
  if (endpoint == nullptr) return std::nullopt;
  if (nodes.has_endpoint(endpoint->text)) return endpoint->text;
  problems.add(endpoint->at(), "`{}` of {} is {}, expected an endpoint{}", key, what, endpoint->describe(),
               problems.suggest(endpoint->text, [&] { return nodes.names(); }));
  return std::nullopt;
}

std::vector<std::string> read_hops(const Value& value, const std::string& what, const RequestNodes& nodes,
                                   Problems& problems) {
  std::vector<std::string> hops;
  const auto& written = paper_list(value, "hops", problems);
  for (const auto& hop : written) {
    if (!hop->is_scalar() || nodes.vnf(hop->text) == nullptr) {
      problems.add(hop->at(), "a hop of {} is {}, expected a node of `sfc`{}", what, hop->describe(),
                   problems.suggest(hop->text, [&] { return nodes.names(); }));
    } else if (std::ranges::find(hops, hop->text) != hops.end()) {
      problems.add(hop->at(), "{} comes to VNF `{}` twice, expected once", what, hop->text);
    } else {
      hops.push_back(hop->text);
    }
  }
  if (written.empty()) problems.add(value.at(), "{} has no `hops`, expected nodes", what);
  return hops;
}

bool read_symmetric(const Value& value, const std::string& what, Problems& problems) {
  const auto* symmetric = scalar_at(value, "symmetric", problems);
  if (symmetric == nullptr) return false;
  if (symmetric->text != "true" && symmetric->text != "false")
    problems.add(symmetric->at(), "`symmetric` of {} is {}, expected true or false", what, symmetric->describe());
  return symmetric->text == "true";
}

std::optional<std::uint32_t> read_spi(const Value& value, const std::string& what, Problems& problems) {
  const auto* spi = scalar_at(value, "spi", problems);
  if (spi == nullptr) return std::nullopt;
  const auto number = to_unsigned(spi->text);
  if (number && *number <= kMaxSpi) return static_cast<std::uint32_t>(*number);
  problems.add(spi->at(), "`spi` of {} is {}, expected 0 to {}", what, spi->describe(), kMaxSpi);
  return std::nullopt;
}

std::optional<Nanoseconds> read_max_latency(const Value& value, const std::string& what, Problems& problems) {
  const auto* latency = scalar_at(value, "max_latency_us", problems);
  if (latency == nullptr) return std::nullopt;
  double us = 0;
  const auto* end = latency->text.data() + latency->text.size();
  const auto [read, error] = std::from_chars(latency->text.data(), end, us);
  if (error == std::errc{} && read == end && us >= 0.001 && us < 1e12)
    return Nanoseconds{static_cast<std::uint64_t>(us * 1000 + 0.5)};
  problems.add(latency->at(), "`max_latency_us` of {} is {}, expected microseconds of at least 0.001", what,
               latency->describe());
  return std::nullopt;
}

std::vector<Match> read_matches(const Value& value, const std::string& what, Problems& problems) {
  std::vector<Match> matches;
  for (const auto& match : paper_list(value, "matches", problems)) {
    if (auto read = read_request_match(*match, what, problems)) matches.push_back(*read);
  }
  // A match that asks for nothing takes all packets, whatever the others ask for.
  if (std::ranges::find(matches, Match{}) != matches.end()) matches.clear();
  return matches;
}

/// nullopt: the path has no name or no ends, which is reported.
std::optional<ServiceRequest::Path> read_path(const Value& value, const RequestNodes& nodes, Problems& problems) {
  const auto name = paper_name(value, "a path", problems);
  if (!name) return std::nullopt;
  const auto what = fmt::format("path `{}`", *name);
  report_unknown_keys(value,
                      {"name", "in", "out", "hops", "matches", "symmetric", "max_latency_us", "spi", "description"},
                      what, problems);
  const auto in = read_end(value, "in", what, nodes, problems);
  if (!in) return std::nullopt;
  const auto out = read_end(value, "out", what, nodes, problems);
  if (!out) return std::nullopt;
  ServiceRequest::Path path{.name = *name, .in = *in, .out = *out, .at = value.at()};
  path.hops = read_hops(value, what, nodes, problems);
  path.symmetric = read_symmetric(value, what, problems);
  path.spi = read_spi(value, what, problems);
  path.max_latency = read_max_latency(value, what, problems);
  path.matches = read_matches(value, what, problems);
  return path;
}

// --- The path that links make.

/// All VNFs in the order of links, else as written. nullopt: links lead round in a circle, which is reported at `at`.
std::optional<std::vector<std::string>> order_of_links(const RequestNodes& nodes, const RequestLinks& links,
                                                       const SourcePlace& at, Problems& problems) {
  std::map<std::string, std::size_t> left;  // VNFs that have no place yet, and how many links lead to them
  for (const auto& vnf : nodes.vnfs) left[vnf.name];
  for (const auto& link : links.between_vnfs) ++left[link.to_vnf];
  std::vector<std::string> order;
  while (!left.empty()) {
    const auto first = std::ranges::find_if(nodes.vnfs, [&](const ServiceRequest::Vnf& vnf) {
      const auto found = left.find(vnf.name);
      return found != left.end() && found->second == 0;
    });
    if (first == nodes.vnfs.end()) {
      problems.add(at, "links of `sfc` lead round in a circle through `{}`, expected none", left.begin()->first);
      return std::nullopt;
    }
    left.erase(first->name);
    order.push_back(first->name);
    for (const auto& link : links.between_vnfs) {
      if (link.vnf == first->name) --left[link.to_vnf];
    }
  }
  return order;
}

/// nullopt: links do not tell, which is reported.
std::optional<ServiceRequest::Path> path_of_links(const Value& sfc, const std::string& name, const RequestNodes& nodes,
                                                  const RequestLinks& links, Problems& problems) {
  std::set<std::string> targets;
  for (const auto& [from, ends] : links.next) targets.insert(ends.begin(), ends.end());
  std::vector<std::string> first, last;
  for (const auto& endpoint : nodes.endpoints) {
    const bool leads = links.next.contains(endpoint.name), led_to = targets.contains(endpoint.name);
    if (leads && !led_to) first.push_back(endpoint.name);
    if (led_to && !leads) last.push_back(endpoint.name);
  }
  if (first.size() != 1 || last.size() != 1) {
    problems.add(sfc.at(), "links lead from {} endpoints and to {}, expected one each, or `paths`", first.size(),
                 last.size());
    return std::nullopt;
  }
  auto hops = order_of_links(nodes, links, sfc.at(), problems);
  if (!hops) return std::nullopt;
  ServiceRequest::Path path{.name = name, .in = first.front(), .out = last.front(), .symmetric = true, .at = sfc.at()};
  path.hops = std::move(*hops);
  return path;
}

// --- Both.

void add_path(ServiceRequest::Path path, std::vector<ServiceRequest::Path>& paths, Report& report) {
  report.map(path.at, fmt::format("path `{}`", path.name),
             fmt::format("path from {} to {} through {}, {}{}", path.in, path.out, fmt::join(path.hops, ", "),
                         path.matches.empty() ? std::string{"for all packets"}
                                              : fmt::format("by {} rules", path.matches.size()),
                         path.symmetric ? ", both ways" : ""));
  if (std::ranges::find(paths, path.name, &ServiceRequest::Path::name) != paths.end())
    report.problems.add(path.at, "a second path `{}`, expected another name", path.name);
  paths.push_back(std::move(path));
}

}  // namespace

std::vector<ServiceRequest::Path> read_request_paths(const Value& sfc, const std::string& service,
                                                     const RequestNodes& nodes, const RequestLinks& links,
                                                     Report& report) {
  std::vector<ServiceRequest::Path> paths;
  const auto& written = paper_list(sfc, "paths", report.problems);
  for (const auto& value : written) {
    if (auto path = read_path(*value, nodes, report.problems)) add_path(std::move(*path), paths, report);
  }
  if (!written.empty()) return paths;
  if (auto path = path_of_links(sfc, service, nodes, links, report.problems)) add_path(std::move(*path), paths, report);
  return paths;
}

}  // namespace unf::tosca
