#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "dataplane/unf/memory.h"
#include "dataplane/unfs/byte_filter.h"
#include "graph/model/artifacts.h"
#include "graph/model/result.h"

struct hs_database;
struct hs_scratch;

namespace unf::dataplane {

/// Sets of patterns that a text is compared with at once, in time linear in the text (Hyperscan). One thread at a time.
class UrlPatterns {
 public:
  static constexpr unsigned kMaxSets = 8;

  /// A set from each rule file of lines `/PATTERN/FLAGS`, at most kMaxSets. Flags: i caseless, s dot takes newlines, m
  /// multi-line, 8 UTF-8, W Unicode properties, H and V as Hyperscan has them. Errors: malformed, a line for each line
  /// that cannot be compiled; unsupported on a CPU without SSSE3.
  [[nodiscard]] static Result<UrlPatterns> compile(std::span<const Artifact* const> files);

  /// Copies them to `memory`, for from_shared to use in any process that maps it at the same address. Errors:
  /// no_capacity.
  [[nodiscard]] Result<void*> share(Memory& memory) const;
  /// What share returned, in its place. Errors: no_capacity; internal for what is none.
  [[nodiscard]] static Result<UrlPatterns> from_shared(const void* shared);

  /// The first set with a pattern that matches, if it comes before `limit`; else `limit`.
  [[nodiscard]] unsigned first_match(std::string_view text, unsigned limit = kMaxSets) const noexcept;
  /// Every text that matches has one of these.
  [[nodiscard]] const ByteSet& required() const noexcept { return required_; }

 private:
  struct Free {
    void operator()(hs_database* database) const noexcept;
    void operator()(hs_scratch* scratch) const noexcept;
  };
  explicit UrlPatterns(const ByteSet& required) : required_(required), filter_(required) {}
  /// Uses `database` from here on. Errors: no_capacity.
  Result<void> use(const hs_database* database);

  std::unique_ptr<hs_database, Free> own_;  // nullptr: another's
  const hs_database* database_ = nullptr;   // nullptr: no pattern
  std::unique_ptr<hs_scratch, Free> scratch_;
  ByteSet required_;
  ByteFilter filter_;  // by `required_`
};

}  // namespace unf::dataplane
