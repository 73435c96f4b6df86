#pragma once

#include <optional>
#include <string>

#include "graph/model/match.h"
#include "tosca/sfc_yang/sfc_paths.h"
#include "tosca/text/report.h"
#include "tosca/text/value.h"

namespace unf::tosca {

/// What all entries of an access list have in common.
struct SfcAccessList {
  std::string name;
  std::string type;                      ///< `ipv4-acl`, ...; without its module
  std::optional<SfcTarget> default_for;  ///< what entries lead to that name no path; nullopt: nothing
  bool opendaylight;                     ///< The data is in OpenDaylight's dialect.
};

/// An entry of an access list.
struct SfcAccessEntry {
  std::string rule;     ///< its name
  std::string element;  ///< the entry, for messages
  Match match;
  std::optional<SfcTarget> target;  ///< nullopt: the entry leads to no path.
  bool names_target = false;        ///< The entry itself says what it leads to.
};

/// nullopt: the entry matches nothing, asks for what is not supported, or leads to no path that there is; reported.
[[nodiscard]] std::optional<SfcAccessEntry> read_sfc_access_entry(const Value& ace, const SfcAccessList& list,
                                                                  const SfcPaths& paths, Report& report);

}  // namespace unf::tosca
