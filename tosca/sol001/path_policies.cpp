#include "tosca/sol001/path_policies.h"

#include <algorithm>
#include <cmath>

#include "tosca/sol001/classifier.h"
#include "tosca/sol001/nfp_rule.h"
#include "tosca/sol001/nsd_lookup.h"
#include "tosca/text/scalar.h"

namespace unf::tosca {
namespace {

constexpr std::string_view kNfpRule = "tosca.policies.nfv.NfpRule";
constexpr std::string_view kMaxLatency = "unf.policies.MaxLatency";
constexpr std::string_view kPathPolicy = "unf.policies.Path";

/// A scalar-unit.time from 1 ns on. nullopt: the text is none.
std::optional<Nanoseconds> duration(std::string_view text) {
  const auto seconds = to_scalar(Unit::time, text);
  const auto nanoseconds = seconds ? *seconds * 1e9 : 0;
  if (!(nanoseconds >= 1 && nanoseconds < 1e18)) return std::nullopt;
  return Nanoseconds{static_cast<std::uint64_t>(std::llround(nanoseconds))};
}

/// nullopt: reported.
std::optional<Nanoseconds> read_max_latency(const Policy& policy, Problems& problems) {
  const auto* value = policy.properties == nullptr ? nullptr : policy.properties->find("max_latency");
  const auto latency = value == nullptr || !value->is_scalar() ? std::nullopt : duration(value->text);
  if (!latency) {
    problems.add(value == nullptr ? policy.at : value->at(),
                 "policy `{}` has {}, expected `max_latency: NUMBER UNIT`, such as 50 us", policy.name,
                 value == nullptr ? "no max_latency" : "the max_latency " + value->describe());
  }
  return latency;
}

void read_path_policy(const Policy& policy, ServiceRequest::Path& path, Problems& problems) {
  if (policy.properties == nullptr) return;
  if (const auto* symmetric = scalar_at(*policy.properties, "symmetric", problems)) {
    if (symmetric->text != "true" && symmetric->text != "false") {
      problems.add(symmetric->at(), "`symmetric` of policy `{}` is {}, expected true or false", policy.name,
                   symmetric->describe());
    }
    path.symmetric = symmetric->text == "true";
  }
  if (const auto* spi = scalar_at(*policy.properties, "spi", problems)) {
    const auto number = to_unsigned(spi->text);
    if (!number || *number > kMaxSpi) {
      problems.add(spi->at(), "`spi` of policy `{}` is {}, expected 0 to {}", policy.name, spi->describe(), kMaxSpi);
      return;
    }
    path.spi = static_cast<std::uint32_t>(*number);
  }
}

}  // namespace

void read_path_policies(Documents& documents, const Document& document, ServiceRequest::Path& path) {
  for (const auto& policy : document.policies) {
    if (std::ranges::find(policy.targets, path.name) == policy.targets.end()) continue;
    if (policy.type == kNfpRule) {
      if (const auto match = read_nfp_rule(documents, document, policy)) path.matches.push_back(*match);
    } else if (policy.type == kMaxLatency) {
      const auto latency = read_max_latency(policy, documents.problems());
      if (latency && (!path.max_latency || *latency < *path.max_latency)) path.max_latency = latency;
    } else if (policy.type == kPathPolicy) {
      read_path_policy(policy, path, documents.problems());
    }
  }
}

void check_targets_of_path_policies(const Document& document, Problems& problems) {
  const auto is_for_path = [&](const std::string& target) {
    const auto* node = document.find_node(target);
    // A policy may name the whole VNFFG: then it concerns only the paths among the group's members.
    return node->type == nullptr || node->type->base == base::nfp || !vnffg_members(document, target).empty();
  };
  for (const auto& policy : document.policies) {
    const bool is_rule = policy.type == kNfpRule;
    if ((!is_rule && policy.type != kMaxLatency && policy.type != kPathPolicy) || !policy.well_formed) continue;
    if (policy.targets.empty() || !std::ranges::all_of(policy.targets, is_for_path)) {
      problems.add(policy.at, "{} `{}` has no forwarding path, expected `targets` of type {}",
                   is_rule ? "rule" : "policy", policy.name, base::nfp);
    }
  }
}

}  // namespace unf::tosca
