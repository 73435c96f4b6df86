#include "dataplane/net/http_request.h"

#include <emmintrin.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace unf::dataplane {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::string_view kBlanks = " \t";
constexpr std::size_t kVersionSize = 8;  // HTTP/x.y
constexpr std::size_t kMaxMethod = 32;

constexpr auto kToken = [] {  // RFC 9110 5.6.2
  std::array<bool, 256> token{};
  for (const unsigned char c : std::string_view{"!#$%&'*+-.^_`|~0123456789"}) token[c] = true;
  for (unsigned char c = 'A'; c <= 'Z'; ++c) token[c] = token[c | 0x20U] = true;
  return token;
}();
bool is_token(char c) { return kToken[static_cast<unsigned char>(c)]; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_eol(char c) { return c == '\r' || c == '\n'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(kBlanks);
  if (begin == npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

/// What follows the last line feed.
std::string_view last_line(std::string_view text) {
  const void* feed = text.empty() ? nullptr : ::memrchr(text.data(), '\n', text.size());
  return feed == nullptr ? text : text.substr(static_cast<const char*>(feed) - text.data() + 1);
}

/// HTTP/x.y at `at`, and nothing behind it on its line.
bool version_at(std::string_view text, std::size_t at) {
  if (at > text.size() || text.size() - at < kVersionSize) return false;
  std::uint64_t word, name;
  std::memcpy(&word, text.data() + at, sizeof word);
  std::memcpy(&name, "HTTP/\0.\0", sizeof name);
  if ((word & 0x00ff00ffffffffff) != name || !is_digit(text[at + 5]) || !is_digit(text[at + 7])) return false;
  for (at += kVersionSize; at < text.size() && is_blank(text[at]);) ++at;
  return at == text.size() || is_eol(text[at]);
}

/// The first byte at or after `at` that is a blank or a control; else the size.
std::size_t find_blank(std::string_view text, std::size_t at) {
  const auto limit = _mm_set1_epi8(' ');
  for (; text.size() - at >= 16; at += 16) {
    const auto block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    const auto hits = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(block, limit), block)));
    if (hits != 0) return at + static_cast<std::size_t>(std::countr_zero(hits));
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) > ' ') ++at;
  return at;
}

/// The first version with a blank before it, at or after `at`; else npos.
std::size_t find_version(std::string_view text, std::size_t at) {
  constexpr std::size_t kBlock = 16, kReach = kBlock + 4;  // H and, four on, a slash
  const auto is_version = [&](std::size_t i) { return i > 0 && is_blank(text[i - 1]) && version_at(text, i); };
  if (text.size() < kReach) {
    for (; at + kVersionSize <= text.size(); ++at) {
      if (is_version(at)) return at;
    }
    return npos;
  }
  const auto h = _mm_set1_epi8('H'), slash = _mm_set1_epi8('/');
  const auto last = text.size() - kReach;  // where the last block begins: what is behind it has no room for a version
  for (auto block = std::min(at, last);; block = std::min(block + kBlock, last)) {
    const auto* bytes = text.data() + block;
    const auto heads = _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes)), h);
    const auto tails = _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + 4)), slash);
    auto hits = static_cast<unsigned>(_mm_movemask_epi8(_mm_and_si128(heads, tails)));
    for (; hits != 0; hits &= hits - 1) {
      const auto i = block + static_cast<std::size_t>(std::countr_zero(hits));
      if (i >= at && is_version(i)) return i;
    }
    if (block == last) return npos;
  }
}

/// The target of a line without version, `METHOD SP /target`; strict, for there is less to know it by.
std::string_view bare_target(std::string_view line) {
  line = trim(line);
  std::size_t method = 0;
  while (method < line.size() && is_upper(line[method])) ++method;
  if (method == 0 || method == line.size() || !is_blank(line[method])) return {};
  const auto target = trim(line.substr(method));
  const bool absolute = target.starts_with("http:") || target.starts_with("https:");
  return target.starts_with('/') || absolute ? target : std::string_view{};
}

}  // namespace

bool RequestScanner::found(std::string_view target, std::size_t end) noexcept {
  target_ = target;
  at_ = end;
  return true;
}

bool RequestScanner::first() noexcept {
  const auto text = segment_;
  auto begin = std::size_t{0};
  while (begin < text.size() && is_eol(text[begin])) ++begin;
  auto method = begin;
  if (text.substr(begin, 4) == "GET ") {  // nearly always
    method += 3;
  } else {
    const auto limit = std::min(text.size(), begin + kMaxMethod);
    while (method < limit && is_token(text[method])) ++method;
  }
  if (method == begin || method == text.size() || text[method] != ' ') return false;

  const auto end = find_blank(text, method + 1);
  if (end > method + 1 && end < text.size() && text[end] == ' ' && version_at(text, end + 1)) {
    return found(text.substr(method + 1, end - method - 1), end + 1 + kVersionSize);
  }
  if (text.substr(begin, method - begin) != "GET") return false;
  const auto line = text.substr(begin, text.find_first_of("\r\n", begin) - begin);
  const auto target = bare_target(line);
  const bool bare = begin + line.size() < text.size() && !target.empty() && target.find_first_of(kBlanks) == npos;
  return bare && found(target, begin + line.size());
}

bool RequestScanner::inside() noexcept {
  for (auto from = at_;;) {
    const auto version = find_version(segment_, from);
    if (version == npos) return false;
    from = version + kVersionSize;
    auto line = segment_.substr(at_, version - at_);
    const auto last = last_line(line);
    const bool at_start = at_ == 0 && last.size() == line.size();
    at_ = from;
    line = trim(last);
    const auto method = line.find_first_of(kBlanks);
    if (method != npos && is_token(line[method - 1])) return found(trim(line.substr(method)), from);
    if (method == npos && at_start && !line.empty() && line.back() != ':') return found(line, from);
  }
}

bool RequestScanner::cut_off() noexcept {
  if (segment_.empty() || segment_.back() == '\n') return false;
  auto target = bare_target(last_line(segment_.substr(at_)));
  const auto last = target.find_last_of(kBlanks);  // a version that is cut off too
  if (last != npos) {
    const auto word = target.substr(last + 1, 5);
    if (std::string_view{"HTTP/"}.starts_with(word)) target = trim(target.substr(0, last));
  }
  return !target.empty() && found(target, segment_.size());
}

bool RequestScanner::next() noexcept {
  if (stage_ == Stage::first) {
    stage_ = Stage::inside;
    if (first()) return true;
  }
  if (stage_ == Stage::inside) {
    if (inside()) return true;
    stage_ = Stage::done;
    return cut_off();
  }
  return false;
}

}  // namespace unf::dataplane
