#include "dataplane/unfs/byte_filter.h"

#include <tmmintrin.h>

#include <algorithm>

namespace unf::dataplane {
namespace {

ByteSet bytes(std::string_view text) {
  ByteSet set;
  for (const unsigned char c : text) set.set(c);
  return set;
}
ByteSet range(unsigned char first, unsigned char last) {
  ByteSet set;
  for (unsigned c = first; c <= last; ++c) set.set(c);
  return set;
}
ByteSet digits() { return range('0', '9'); }
ByteSet word() { return digits() | range('a', 'z') | range('A', 'Z') | bytes("_"); }
ByteSet space() { return bytes(" \t\n\v\f\r"); }

ByteSet any_case(ByteSet set) {
  for (unsigned c = 'a'; c <= 'z'; ++c) {
    if (set[c] || set[c & ~0x20U]) set.set(c).set(c & ~0x20U);
  }
  return set;
}

/// How often one of the set is to be expected in a URL.
std::size_t weight(const ByteSet& set) {
  static const auto common = word() | bytes("/.-=&?%");
  return (set & common).count() * 16 + set.count();
}

/// Recursive descent over the pattern. What it does not follow it gives up on: no answer is always right.
class Reader {
 public:
  Reader(std::string_view pattern, bool caseless) : text_(pattern), caseless_(caseless) {}

  std::optional<ByteSet> read() {
    const auto set = alternatives(0);
    return gave_up_ || !text_.empty() ? std::nullopt : set;
  }

 private:
  static constexpr int kMaxDepth = 64;
  using Required = std::optional<ByteSet>;  // nullopt: nothing is required

  [[nodiscard]] bool at(char c) const { return !text_.empty() && text_.front() == c; }
  bool take(char c) {
    if (!at(c)) return false;
    text_.remove_prefix(1);
    return true;
  }
  char next() {
    if (text_.empty()) {
      gave_up_ = true;
      return 0;
    }
    const char c = text_.front();
    text_.remove_prefix(1);
    return c;
  }
  Required give_up() {
    gave_up_ = true;
    return std::nullopt;
  }

  /// One of several: each may be the one, so their bytes together.
  Required alternatives(int depth) {
    if (depth > kMaxDepth) return give_up();
    auto set = sequence(depth);
    while (!gave_up_ && take('|')) {
      const auto other = sequence(depth);
      if (set && other)
        *set |= *other;
      else
        set = std::nullopt;
    }
    return set;
  }

  /// All of them: the rarest will do.
  Required sequence(int depth) {
    Required best;
    while (!gave_up_ && !text_.empty() && !at('|') && !at(')')) {
      const auto set = atom(depth);
      if (!optional_follows() && set && (!best || weight(*set) < weight(*best))) best = set;
    }
    return best;
  }

  /// Reads quantifiers. true: none at all will do.
  bool optional_follows() {
    for (bool optional = false;; take('?')) {  // lazy: the same strings match
      if (take('*') || take('?')) {
        optional = true;
      } else if (at('{') && text_.size() > 1 && (text_[1] == ',' || (text_[1] >= '0' && text_[1] <= '9'))) {
        const auto end = text_.find('}');
        if (end == std::string_view::npos) return give_up(), true;
        optional |= text_[1] == ',' || text_[1] == '0';
        text_.remove_prefix(end + 1);
      } else if (!take('+')) {
        return optional;
      }
    }
  }

  Required atom(int depth) {
    const char c = next();
    switch (c) {
      case '(':
        return group(depth);
      case '[':
        return character_class();
      case '\\':
        return escape();
      case '.':
      case '^':
      case '$':
        return std::nullopt;
      default:
        return literal(c);
    }
  }

  Required literal(char c) {
    ByteSet set;
    set.set(static_cast<unsigned char>(c));
    return caseless_ ? any_case(set) : set;
  }

  Required group(int depth) {
    if (take('?') && !take(':')) return give_up();  // look-around, names, inline options
    if (at('*')) return give_up();                  // verbs
    const auto set = alternatives(depth + 1);
    return take(')') ? set : give_up();
  }

  Required escape() {
    const char c = next();
    switch (c) {
      case 's':
        return space();
      case 'd':
        return digits();
      case 'w':
        return word();
      case 'S':
        return ~space();
      case 'D':
        return ~digits();
      case 'W':
        return ~word();
      case 'b':
      case 'B':
      case 'A':
      case 'z':
      case 'Z':
        return std::nullopt;
      case 't':
        return bytes("\t");
      case 'n':
        return bytes("\n");
      case 'r':
        return bytes("\r");
      case 'f':
        return bytes("\f");
      default:
        break;
    }
    const bool alphanumeric = word()[static_cast<unsigned char>(c)] && c != '_';
    return alphanumeric ? give_up() : literal(c);
  }

  Required character_class() {
    const bool negated = take('^');
    ByteSet set;
    for (bool first = true; !gave_up_; first = false) {
      char c = next();
      if (c == ']' && !first) break;
      if (c == '[' && (at(':') || at('.') || at('='))) return give_up();
      if (c == '\\') {
        const auto members = escape();
        if (!members || at('-')) return give_up();
        set |= *members;
        continue;
      }
      if (at('-') && text_.size() > 1 && text_[1] != ']') {
        next();
        const char last = next();
        if (last == '\\' || last == '[' || static_cast<unsigned char>(last) < static_cast<unsigned char>(c))
          return give_up();
        set |= range(static_cast<unsigned char>(c), static_cast<unsigned char>(last));
      } else {
        set.set(static_cast<unsigned char>(c));
      }
    }
    if (caseless_) set = any_case(set);
    return negated ? ~set : set;
  }

  std::string_view text_;
  bool caseless_;
  bool gave_up_ = false;
};

}  // namespace

std::optional<ByteSet> required_bytes(std::string_view pattern, bool caseless) {
  return Reader{pattern, caseless}.read();
}

ByteFilter::ByteFilter(const ByteSet& set) noexcept {
  for (unsigned c = 0; c < 256; ++c) {
    if (!set[c]) continue;
    member_[c] = true;
    auto& rows = c < 0x80 ? low_rows_ : high_rows_;
    rows[c & 0x0f] |= static_cast<unsigned char>(1U << (c >> 4 & 7));
  }
}

namespace {

/// Whether any of 16 bytes is in the set. A shuffle gives 0 where the top bit of its index is set: the byte with and
/// without that bit chooses the half.
__attribute__((target("ssse3"))) inline bool any_of_block(__m128i block, __m128i low_rows, __m128i high_rows) noexcept {
  const auto bits = _mm_setr_epi8(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  const auto index = _mm_set1_epi8(static_cast<char>(0x8f));
  const auto low = _mm_shuffle_epi8(low_rows, _mm_and_si128(block, index));
  const auto flipped = _mm_xor_si128(block, _mm_set1_epi8(static_cast<char>(0x80)));
  const auto high = _mm_shuffle_epi8(high_rows, _mm_and_si128(flipped, index));
  const auto bit = _mm_shuffle_epi8(bits, _mm_and_si128(_mm_srli_epi16(block, 4), _mm_set1_epi8(0x0f)));
  const auto hits = _mm_and_si128(_mm_or_si128(low, high), bit);
  return _mm_movemask_epi8(_mm_cmpeq_epi8(hits, _mm_setzero_si128())) != 0xffff;
}

}  // namespace

bool ByteFilter::any_of_few(std::string_view text) const noexcept {
  return std::any_of(text.begin(), text.end(), [&](char c) { return member_[static_cast<unsigned char>(c)]; });
}

__attribute__((target("ssse3"))) bool ByteFilter::any_in(std::string_view text) const noexcept {
  constexpr std::size_t kBlock = sizeof(__m128i);
  if (text.size() < kBlock / 2) return any_of_few(text);
  const auto low = _mm_load_si128(reinterpret_cast<const __m128i*>(low_rows_.data()));
  const auto high = _mm_load_si128(reinterpret_cast<const __m128i*>(high_rows_.data()));
  const auto* begin = text.data();
  if (text.size() < kBlock) {  // two halves that overlap
    const auto first = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(begin));
    const auto last = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(begin + text.size() - kBlock / 2));
    return any_of_block(_mm_unpacklo_epi64(first, last), low, high);
  }
  const auto* end = begin + text.size() - kBlock;
  for (const auto* at = begin; at < end; at += kBlock) {
    if (any_of_block(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)), low, high)) return true;
  }
  return any_of_block(_mm_loadu_si128(reinterpret_cast<const __m128i*>(end)), low, high);
}

}  // namespace unf::dataplane
