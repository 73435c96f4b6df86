#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tosca/chain/forms.h"
#include "tosca/text/report.h"
#include "tosca/text/value.h"

namespace unf::tosca {

/// Whether a document holds VNFDs or NSDs of SOL006: OSM's YAML, OSM's older catalogue, or ETSI's JSON or XML.
[[nodiscard]] bool is_osm(const Value& tree);
/// Whether a text that cannot be parsed was perhaps to be one.
[[nodiscard]] bool may_be_osm(std::string_view text);

/// A VNFD or NSD in one of these documents.
struct OsmDescriptor {
  const ChainDocument* document = nullptr;
  const Value* value = nullptr;  ///< a map
  bool catalogue = false;        ///< in the form before SOL006
};
struct OsmDescriptors {
  std::vector<OsmDescriptor> vnfds, nsds;
};
[[nodiscard]] OsmDescriptors find_descriptors(std::span<const ChainDocument> documents, Report& report);

/// A name without what YANG's JSON has before it: `nfv:ethernet` is `ethernet`.
[[nodiscard]] std::string_view without_module(std::string_view name);

/// Reads what YANG describes, in any of its encodings: names with or without a module, a list's only entry in its
/// place, numbers as texts. What is wrong is reported.
class OsmReader {
 public:
  explicit OsmReader(Report& report) : report_(report), problems_(report.problems) {}

  [[nodiscard]] Report& report() { return report_; }
  [[nodiscard]] Problems& problems() { return problems_; }

  /// nullptr: absent, or null.
  [[nodiscard]] static const Value* find(const Value& map, std::string_view key);
  /// Entries of a list of maps.
  std::vector<const Value*> entries(const Value& map, std::string_view key);
  /// Entries of a list of texts, none of them empty.
  std::vector<const Value*> texts(const Value& map, std::string_view key);
  /// nullptr: absent, empty or reported.
  const Value* text(const Value& map, std::string_view key);
  /// The text itself, or empty.
  std::string text_at(const Value& map, std::string_view key);
  /// nullopt: absent or reported.
  std::optional<std::uint32_t> count(const Value& map, std::string_view key, std::uint32_t least, std::uint32_t most,
                                     std::string_view what);
  /// Its name in its list. nullptr: reported.
  const Value* id(const Value& map, std::string_view what, std::string_view key = "id");
  /// Reports keys that SOL006 and OSM do not have: as a mistake if one looks like one that they have.
  void check_keys(const Value& map, std::span<const std::string_view> known, std::string_view what);
  /// Notes why nothing becomes of members, where they are there.
  struct Ignored {
    std::string_view key, element, why;
  };
  void ignore(const Value& map, std::span<const Ignored> members, std::string_view of);

 private:
  Report& report_;
  Problems& problems_;
};

}  // namespace unf::tosca
