#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "graph/model/result.h"
#include "vnfm/rest/query/schema_path.h"
#include "vnfm/rest/query/uri.h"

namespace unf::vnfm {

/// Which attributes of the resources in a list are shown (ETSI GS NFV-SOL 013 5.3): `all_fields`, `fields=a,b/c`,
/// `exclude_fields=a,b/c`, `exclude_default`; without any of them as with `exclude_default`. What the schema requires
/// is always shown, and of `fields` what has no parts. `exclude-fields`, which python3-tackerclient sends, is taken for
/// `exclude_fields`.
class AttributeSelector {
 public:
  /// `schema`, which outlives it, is the JSON Schema of the resource. Errors: malformed for attributes that it has not
  /// and for selectors that exclude each other.
  [[nodiscard]] static Result<AttributeSelector> parse(const Query& query, const nlohmann::json& schema,
                                                       const std::vector<std::string>& excluded_by_default);
  [[nodiscard]] nlohmann::json apply(const nlohmann::json& resource) const;

 private:
  /// Attributes by their names.
  struct Tree {
    std::map<std::string, Tree> members;
    bool whole = false;  ///< the attribute itself was named
    void add(const AttributePath& path);
  };
  static nlohmann::json without(const nlohmann::json& value, const Tree& excluded, const nlohmann::json& schema);
  static nlohmann::json only(const nlohmann::json& value, const Tree& included, const nlohmann::json& schema);

  const nlohmann::json* schema_ = nullptr;
  bool only_included_ = false;
  Tree excluded_;
  Tree included_;
};

}  // namespace unf::vnfm
