#include "dataplane/unfs/url_decode.h"

#include <cstdint>

namespace unf::dataplane {
namespace {

int hex(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The number that `count` hex digits at `at` make, or -1.
int hex_number(std::string_view text, std::size_t at, std::size_t count) noexcept {
  if (at > text.size() || text.size() - at < count) return -1;
  int value = 0;
  for (const char c : text.substr(at, count)) {
    const int digit = hex(c);
    if (digit < 0) return -1;
    value = value << 4 | digit;
  }
  return value;
}

/// What servers make of the code point of %uXXXX.
int best_fit(int code) noexcept {
  if (code >= 0xff01 && code <= 0xff5e) return code - 0xff01 + '!';  // full-width forms
  switch (code) {
    case 0x02b9:
    case 0x02bc:
    case 0x02c8:
    case 0x2018:
    case 0x2019:
    case 0x2032:
      return '\'';
    case 0x201c:
    case 0x201d:
    case 0x2033:
      return '"';
    case 0x3000:
    case 0x00a0:
    case 0x2003:
      return ' ';
    default:
      return code;
  }
}

class Writer {
 public:
  explicit Writer(char* to) noexcept : begin_(to), at_(to) {}

  void byte(int value) noexcept {
    *at_++ = static_cast<char>(value);
    if (value >= 0x80 && value <= 0xbf) undo_overlong();
  }
  void code_point(int code) noexcept {
    if (code < 0x100) return byte(code);
    if (code < 0x800) {
      *at_++ = static_cast<char>(0xc0 | code >> 6);
    } else {
      *at_++ = static_cast<char>(0xe0 | code >> 12);
      *at_++ = static_cast<char>(0x80 | (code >> 6 & 0x3f));
    }
    *at_++ = static_cast<char>(0x80 | (code & 0x3f));
  }
  [[nodiscard]] std::size_t size() const noexcept { return static_cast<std::size_t>(at_ - begin_); }

 private:
  [[nodiscard]] int back(std::size_t n) const noexcept {
    return size() >= n ? static_cast<unsigned char>(*(at_ - n)) : 0;
  }
  /// ASCII in two or three bytes (C0 A7, E0 80 A7) is what a careless decoder takes it for.
  void undo_overlong() noexcept {
    const int low = back(1) & 0x3f;
    if (back(2) == 0xc0 || back(2) == 0xc1) {
      const int high = back(2) & 1;
      at_ -= 2;
      *at_++ = static_cast<char>(high << 6 | low);
    } else if (back(3) == 0xe0 && (back(2) == 0x80 || back(2) == 0x81)) {
      const int high = back(2) & 1;
      at_ -= 3;
      *at_++ = static_cast<char>(high << 6 | low);
    }
  }

  char* begin_;
  char* at_;
};

}  // namespace

ByteSet encoding_bytes() {
  ByteSet set;
  for (const unsigned char c : std::string_view{"%+\xc0\xc1\xe0"}) set.set(c);
  return set;
}

std::size_t url_decode(std::string_view from, char* to) noexcept {
  Writer out{to};
  for (std::size_t i = 0; i < from.size();) {
    const char c = from[i];
    if (c == '%') {
      const bool wide = i + 1 < from.size() && (from[i + 1] == 'u' || from[i + 1] == 'U');
      const int value = wide ? hex_number(from, i + 2, 4) : hex_number(from, i + 1, 2);
      if (value >= 0) {
        wide ? out.code_point(best_fit(value)) : out.byte(value);
        i += wide ? 6 : 3;
        continue;
      }
    }
    out.byte(c == '+' ? ' ' : static_cast<unsigned char>(c));
    ++i;
  }
  return out.size();
}

}  // namespace unf::dataplane
