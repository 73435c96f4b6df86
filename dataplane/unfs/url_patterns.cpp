#include "dataplane/unfs/url_patterns.h"

#include <hs.h>

#include <string>
#include <vector>

#include "dataplane/unfs/rule_file.h"

namespace unf::dataplane {
namespace {

struct Pattern {
  std::string text;
  unsigned flags = 0;
  unsigned line = 0;
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

}  // namespace

void UrlPatterns::Free::operator()(hs_database* database) const noexcept { hs_free_database(database); }
void UrlPatterns::Free::operator()(hs_scratch* scratch) const noexcept { hs_free_scratch(scratch); }

Result<UrlPatterns> UrlPatterns::compile(const Artifact& file) {
  if (hs_valid_platform() != HS_SUCCESS) return fail(Errc::unsupported, "this CPU has no SSSE3, which Hyperscan needs");
  const auto patterns = parse_rules(file, parse_pattern);
  if (!patterns) return fail(patterns.error());
  if (patterns->empty()) return UrlPatterns{nullptr, nullptr, ByteSet{}};

  std::vector<const char*> texts;
  std::vector<unsigned> flags, ids;
  for (const auto& pattern : *patterns) {
    ids.push_back(static_cast<unsigned>(ids.size()));
    texts.push_back(pattern.text.c_str());
    flags.push_back(pattern.flags);
  }
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_compile_multi(texts.data(), flags.data(), ids.data(), static_cast<unsigned>(texts.size()), HS_MODE_BLOCK,
                       nullptr, &database, &error) != HS_SUCCESS) {
    const int index = error == nullptr ? -1 : error->expression;
    const auto line = index < 0 ? 1U : (*patterns)[static_cast<std::size_t>(index)].line;
    return fail(Errc::malformed, "{}:{}: {}, expected patterns that Hyperscan compiles", file.name, line,
                message_of(error));
  }
  std::unique_ptr<hs_database, Free> own_database{database};
  hs_scratch_t* scratch = nullptr;
  if (hs_alloc_scratch(database, &scratch) != HS_SUCCESS)
    return fail(Errc::no_capacity, "{}: no memory for its patterns", file.name);
  return UrlPatterns{std::move(own_database), std::unique_ptr<hs_scratch, Free>{scratch}, required_of(*patterns)};
}

bool UrlPatterns::matches(std::string_view text) const noexcept {
  if (!filter_.any_in(text)) return false;
  const auto stop = [](unsigned, unsigned long long, unsigned long long, unsigned, void*) { return 1; };
  return hs_scan(database_.get(), text.data(), static_cast<unsigned>(text.size()), 0, scratch_.get(), stop, nullptr) !=
         HS_SUCCESS;
}

}  // namespace unf::dataplane
