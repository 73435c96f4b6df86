#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tosca/text/report.h"
#include "tosca/text/value.h"

namespace unf::tosca {

/// A name without the module that YANG's JSON puts before it: `nfv:ethernet` is `ethernet`.
[[nodiscard]] std::string_view without_module(std::string_view name);

/// The keys of a map or a set of names; for messages that list them.
template <typename Named>
[[nodiscard]] std::vector<std::string_view> names_in(const Named& named) {
  std::vector<std::string_view> names;
  for (const auto& one : named) {
    if constexpr (requires { one.first; }) {
      names.push_back(one.first);
    } else {
      names.push_back(one);
    }
  }
  return names;
}

/// Reads members of maps that YANG describes, in any of its encodings: a name may have its module or not, the only
/// entry of a list may stand in place of the list, and a number may be a text. Whatever is wrong goes to the report.
class YangReader {
 public:
  explicit YangReader(Report& report) : report_(report), problems_(report.problems) {}

  [[nodiscard]] Report& report() { return report_; }
  [[nodiscard]] Problems& problems() { return problems_; }

  /// The member `key` of a map. nullptr: it is absent, or null.
  [[nodiscard]] static const Value* find(const Value& map, std::string_view key);
  /// The entries of a list of maps.
  std::vector<const Value*> entries(const Value& map, std::string_view key);
  /// The entries of a list of texts, none of them empty.
  std::vector<const Value*> texts(const Value& map, std::string_view key);
  /// A member that is a text. nullptr: it is absent or empty, or it has been reported.
  const Value* text(const Value& map, std::string_view key);
  /// The text of a member. Empty: as for `text`.
  std::string text_at(const Value& map, std::string_view key);
  /// A number from `least` to `most`. nullopt: it is absent, or it has been reported.
  std::optional<std::uint32_t> count(const Value& map, std::string_view key, std::uint32_t least, std::uint32_t most,
                                     std::string_view what);
  /// The member that names `map`, or that names what it refers to. nullptr: it is missing, which has been reported.
  const Value* id(const Value& map, std::string_view what, std::string_view key = "id");
  /// Reports keys that are not among `known`: as a problem if one looks like a known key, else as a warning.
  void check_keys(const Value& map, std::span<const std::string_view> known, std::string_view what);

  /// A member that nothing becomes of.
  struct Ignored {
    std::string_view key, element, why;
  };
  /// Notes why nothing becomes of those of `members` that `map` has.
  void ignore(const Value& map, std::span<const Ignored> members, std::string_view of);

 private:
  Report& report_;
  Problems& problems_;
};

}  // namespace unf::tosca
