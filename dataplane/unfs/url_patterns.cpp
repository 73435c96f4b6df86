#include "dataplane/unfs/url_patterns.h"

#include <hs.h>

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <new>
#include <string>
#include <type_traits>
#include <vector>

#include "dataplane/unfs/rule_file.h"

namespace unf::dataplane {
namespace {

constexpr unsigned kSetShift = 24;  // of a pattern's id: its set, and its number

struct Pattern {
  std::string text;
  unsigned flags = 0;
  unsigned line = 0;
  unsigned set = 0;
};

unsigned flag_of(char letter) {
  switch (letter) {
    case 'i':
      return HS_FLAG_CASELESS;
    case 's':
      return HS_FLAG_DOTALL;
    case 'm':
      return HS_FLAG_MULTILINE;
    case '8':
      return HS_FLAG_UTF8;
    case 'W':
      return HS_FLAG_UCP;
    case 'H':
      return HS_FLAG_SINGLEMATCH;
    case 'V':
      return HS_FLAG_ALLOWEMPTY;
    default:
      return 0;
  }
}

/// The text that Hyperscan gave for an error, freed.
std::string message_of(hs_compile_error_t* error) {
  std::string message = error == nullptr || error->message == nullptr ? "no reason given" : error->message;
  hs_free_compile_error(error);
  while (!message.empty() && (message.back() == '.' || message.back() == '\n')) message.pop_back();
  return message;
}

tl::expected<Pattern, std::string> parse_pattern(std::string_view line, unsigned number) {
  const auto close = line.rfind('/');
  if (line.front() != '/' || close == 0) return wrong("{}, expected /PATTERN/FLAGS", quote(line));
  Pattern pattern{.text = std::string{line.substr(1, close - 1)}, .line = number};
  for (const char letter : line.substr(close + 1)) {
    const auto flag = flag_of(letter);
    if (flag == 0) return wrong("unknown flag {}, expected of i s m 8 W H V", quote({&letter, 1}));
    pattern.flags |= flag;
  }
  if (pattern.text.empty()) return wrong("empty pattern, expected /PATTERN/FLAGS");
  if (pattern.text.find('\0') != std::string::npos) return wrong("pattern with a NUL byte, expected \\x00");

  hs_expr_info_t* info = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_expression_info(pattern.text.c_str(), pattern.flags, &info, &error) != HS_SUCCESS) {
    return wrong("bad pattern: {}, expected a Hyperscan expression", message_of(error));
  }
  ::free(info);
  return pattern;
}

ByteSet required_of(const std::vector<Pattern>& patterns) {
  ByteSet all;
  for (const auto& pattern : patterns) {
    const bool plain = (pattern.flags & (HS_FLAG_UTF8 | HS_FLAG_UCP | HS_FLAG_ALLOWEMPTY)) == 0;
    const auto set = plain ? required_bytes(pattern.text, (pattern.flags & HS_FLAG_CASELESS) != 0) : std::nullopt;
    all |= set ? *set : ~ByteSet{};
  }
  return all;
}

/// What share makes; the database stands behind it. It holds no address: each process may use it.
struct alignas(64) Shared {
  ByteSet required;
  bool empty;

  [[nodiscard]] hs_database* database() { return reinterpret_cast<hs_database*>(this + 1); }
  [[nodiscard]] const hs_database* database() const { return reinterpret_cast<const hs_database*>(this + 1); }
};
static_assert(std::is_trivially_copyable_v<Shared>);

}  // namespace

void UrlPatterns::Free::operator()(hs_database* database) const noexcept { hs_free_database(database); }
void UrlPatterns::Free::operator()(hs_scratch* scratch) const noexcept { hs_free_scratch(scratch); }

Result<UrlPatterns> UrlPatterns::compile(std::span<const Artifact* const> files) {
  assert(files.size() <= kMaxSets);
  if (hs_valid_platform() != HS_SUCCESS) return fail(Errc::unsupported, "this CPU has no SSSE3, which Hyperscan needs");
  std::vector<Pattern> patterns;
  for (unsigned set = 0; set < files.size(); ++set) {
    auto parsed = parse_rules(*files[set], parse_pattern);
    if (!parsed) return fail(std::move(parsed.error()));
    for (auto& pattern : *parsed) {
      pattern.set = set;
      patterns.push_back(std::move(pattern));
    }
  }
  UrlPatterns compiled{required_of(patterns)};
  if (patterns.empty()) return compiled;

  std::vector<const char*> texts;
  std::vector<unsigned> flags, ids;
  for (const auto& pattern : patterns) {
    ids.push_back(pattern.set << kSetShift | static_cast<unsigned>(ids.size()));
    texts.push_back(pattern.text.c_str());
    flags.push_back(pattern.flags);
  }
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_compile_multi(texts.data(), flags.data(), ids.data(), static_cast<unsigned>(texts.size()), HS_MODE_BLOCK,
                       nullptr, &database, &error) != HS_SUCCESS) {
    const int index = error == nullptr ? -1 : error->expression;
    const auto& culprit = patterns[index < 0 ? 0 : static_cast<std::size_t>(index)];
    return fail(Errc::malformed, "{}:{}: {}, expected patterns that Hyperscan compiles", files[culprit.set]->name,
                index < 0 ? 1 : culprit.line, message_of(error));
  }
  compiled.own_.reset(database);
  if (auto used = compiled.use(database); !used) return fail(std::move(used.error()));
  return compiled;
}

Result<void> UrlPatterns::use(const hs_database* database) {
  hs_scratch_t* scratch = nullptr;
  const auto status = hs_alloc_scratch(database, &scratch);
  if (status == HS_NOMEM) return fail(Errc::no_capacity, "no memory to look for patterns");
  if (status != HS_SUCCESS) return fail(Errc::internal, "Hyperscan refuses its patterns: error {}", status);
  scratch_.reset(scratch);
  database_ = database;
  return {};
}

Result<void*> UrlPatterns::share(Memory& memory) const {
  const auto no_room = [](std::size_t bytes) {
    return fail(Errc::no_capacity, "no memory for {} bytes of patterns", bytes);
  };
  char* serial = nullptr;
  std::size_t length = 0, size = 0;
  if (database_ != nullptr && hs_serialize_database(database_, &serial, &length) != HS_SUCCESS) return no_room(0);
  const std::unique_ptr<char, void (*)(void*)> own_serial{serial, &::free};
  if (database_ != nullptr && hs_serialized_database_size(serial, length, &size) != HS_SUCCESS) return no_room(length);

  void* at = memory.allocate(sizeof(Shared) + size);
  if (at == nullptr) return no_room(size);
  auto* shared = new (at) Shared{.required = required_, .empty = database_ == nullptr};
  if (database_ != nullptr && hs_deserialize_database_at(serial, length, shared->database()) != HS_SUCCESS) {
    return no_room(size);
  }
  return at;
}

Result<UrlPatterns> UrlPatterns::from_shared(const void* shared) {
  const auto& from = *static_cast<const Shared*>(shared);
  UrlPatterns patterns{from.required};
  if (from.empty) return patterns;
  if (auto used = patterns.use(from.database()); !used) return fail(std::move(used.error()));
  return patterns;
}

unsigned UrlPatterns::first_match(std::string_view text, unsigned limit) const noexcept {
  if (!filter_.any_in(text)) return limit;
  // Goes on while a set before this one may match.
  const auto note = [](unsigned id, unsigned long long, unsigned long long, unsigned, void* first) {
    auto& set = *static_cast<unsigned*>(first);
    set = std::min(set, id >> kSetShift);
    return set == 0 ? 1 : 0;
  };
  const auto status =
      hs_scan(database_, text.data(), static_cast<unsigned>(text.size()), 0, scratch_.get(), note, &limit);
  return status == HS_SUCCESS ? limit : 0;  // what cannot be scanned counts as a match
}

}  // namespace unf::dataplane
