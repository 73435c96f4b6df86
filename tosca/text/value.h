#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tosca/text/problems.h"

namespace unf::tosca {

struct Value;
using ValuePtr = std::shared_ptr<const Value>;

/// A YAML value that knows where it was written. Aliases share what they name; merges (`<<`) are applied.
struct Value {
  enum class Kind : std::uint8_t { null, scalar, list, map };
  struct Member {
    ValuePtr key;  ///< a scalar
    ValuePtr value;
  };

  Kind kind = Kind::null;
  bool plain = false;  ///< a scalar without quotes: may be a number or a boolean
  std::string text;    ///< of a scalar, as written
  std::vector<ValuePtr> items;
  std::vector<Member> members;
  std::vector<std::uint32_t> by_key;  ///< of a large map: indices of its members, sorted by key
  std::string_view file;              ///< borrowed from who had it parsed
  int line = 0;
  int column = 0;
  std::size_t weight = 1;  ///< values in it, aliases counted each time

  [[nodiscard]] bool is_null() const { return kind == Kind::null; }
  [[nodiscard]] bool is_scalar() const { return kind == Kind::scalar; }
  [[nodiscard]] bool is_list() const { return kind == Kind::list; }
  [[nodiscard]] bool is_map() const { return kind == Kind::map; }
  [[nodiscard]] SourcePlace at() const { return {std::string{file}, line, column, is_map()}; }

  /// nullptr if it is no map or has no such key.
  [[nodiscard]] const Member* find_member(std::string_view key) const;
  [[nodiscard]] const Value* find(std::string_view key) const;
  [[nodiscard]] const Value* find(std::string_view key, std::string_view inner) const;

  /// What it is, for messages: `a list`, "`abc`".
  [[nodiscard]] std::string describe() const;
};

inline constexpr std::size_t kMaxDocumentBytes = 8U << 20;

/// Whose characters a text may have: of UTF-8 without control characters but tab, LF and CR; XML has DEL, too (2.2).
enum class TextOf : std::uint8_t { yaml, xml };
/// Line of the first byte that is no such character, or 0.
[[nodiscard]] int first_bad_line(std::string_view text, TextOf form);

/// Reads one YAML document. `file` names it in messages and must outlive the value. nullptr: it was no YAML that we
/// take (not UTF-8, a key twice, too deep, too many values, ...), and `problems` says why.
[[nodiscard]] ValuePtr parse_yaml(std::string_view file, const std::string& text, Problems& problems);

/// As parse_yaml, of a text that has a key twice too: to find out where in it something is.
[[nodiscard]] ValuePtr parse_yaml_with_duplicates(std::string_view file, const std::string& text, Problems& problems);

/// A member that must be of this kind where it is there and not null. nullptr: absent, or wrong and reported.
[[nodiscard]] const Value* map_at(const Value& map, std::string_view key, Problems& problems);
[[nodiscard]] const Value* list_at(const Value& map, std::string_view key, Problems& problems);
[[nodiscard]] const Value* scalar_at(const Value& map, std::string_view key, Problems& problems);

/// How many characters a text of UTF-8 has.
[[nodiscard]] std::size_t characters(std::string_view text);

/// The whole text as an unsigned decimal number.
[[nodiscard]] std::optional<std::uint64_t> to_unsigned(std::string_view text);

}  // namespace unf::tosca
