#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tosca/sol001/document.h"

namespace unf::tosca {

/// Values of a document in Tacker's TOSCA with the functions in them replaced. A `map` is one of properties; nullptr is
/// one without members. What has another form than is asked for, or is known only later, is as if it were not written.
class TackerValues {
 public:
  TackerValues(Documents& documents, const Document& document) : documents_(documents), document_(document) {}

  /// nullptr: not written, or known later.
  ValuePtr at(const Value* map, std::string_view key) const;
  std::string text(const Value* map, std::string_view key) const;
  std::optional<std::uint32_t> count(const Value* map, std::string_view key) const;
  bool truth(const Value* map, std::string_view key) const;

 private:
  Documents& documents_;
  const Document& document_;
};

}  // namespace unf::tosca
