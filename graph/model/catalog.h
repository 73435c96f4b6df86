#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

#include "graph/model/descriptor.h"
#include "graph/model/result.h"

namespace unf {

/// The uNF types that exist (docs/design/wire.md, "Catalogue"). Cheap to copy; owns what its descriptors
/// borrow.
class Catalog {
 public:
  struct Entry {
    UnfDescriptor descriptor;
    nlohmann::json config_schema;
  };

  Catalog() = default;
  /// From the descriptors that are linked in. They must outlive the catalogue.
  explicit Catalog(std::span<const UnfDescriptor> descriptors);

  /// Reads what to_json wrote: a JSON list of descriptors. Also takes the paper's layer-level form
  /// (`PacketProcessorClass`, `Stateful`, `L2Header` ...), lifted to fields. Errors: malformed, naming
  /// the entry and the member.
  [[nodiscard]] static Result<Catalog> parse(std::string_view json_text);

  /// This one, and what `others` has beside it.
  [[nodiscard]] Catalog with(const Catalog& others) const;

  /// nullptr if there is no such type.
  [[nodiscard]] const Entry* find(std::string_view type) const;
  [[nodiscard]] const std::map<std::string, Entry, std::less<>>& entries() const { return *entries_; }

 private:
  std::shared_ptr<const void> text_;  // what the descriptors of a parsed catalogue borrow
  std::shared_ptr<const std::map<std::string, Entry, std::less<>>> entries_ =
      std::make_shared<std::map<std::string, Entry, std::less<>>>();
};

/// One entry as docs/design/wire.md has it.
[[nodiscard]] nlohmann::json to_json(const UnfDescriptor& descriptor);
/// All of them, ordered by type.
[[nodiscard]] nlohmann::json to_json(const Catalog& catalog);
/// Tables for people (docs/unfs.md), ordered by type: gates, configuration and counters; fields and cycles.
[[nodiscard]] std::string to_markdown(const Catalog& catalog);

}  // namespace unf
