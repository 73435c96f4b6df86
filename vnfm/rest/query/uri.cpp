#include "vnfm/rest/query/uri.h"

#include <algorithm>

namespace unf::vnfm {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Result<std::string> decode(std::string_view text, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      decoded += ' ';
    } else if (text[i] != '%') {
      decoded += text[i];
    } else {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) {
        return fail(Errc::malformed, "URI: {}: expected two hexadecimal digits after %", text.substr(i, 3));
      }
      decoded += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return decoded;
}

/// Calls `visit` for each part of `text` between `separator`s, until it gives an error.
template <typename Visit>
Result<void> each_part(std::string_view text, char separator, Visit visit) {
  for (;;) {
    const auto end = text.find(separator);
    if (auto visited = visit(text.substr(0, end)); !visited) return visited;
    if (end == text.npos) return {};
    text.remove_prefix(end + 1);
  }
}

bool is_harmless_segment(std::string_view segment) {
  return !segment.empty() && segment != "." && segment != ".." && std::ranges::none_of(segment, [](char c) {
    return c == '/' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
}

}  // namespace

bool Query::has(std::string_view name) const {
  return std::ranges::find(parameters_, name, &Parameter::first) != parameters_.end();
}

std::optional<std::string_view> Query::value(std::string_view name) const {
  const auto at = std::ranges::find(parameters_, name, &Parameter::first);
  if (at == parameters_.end() || !at->second) return std::nullopt;
  return *at->second;
}

Result<Target> parse_target(std::string_view raw) {
  if (!raw.starts_with('/')) return fail(Errc::malformed, "URI: expected a path that begins with /");
  const auto question = raw.find('?');
  Target target;
  if (const auto path = raw.substr(1, question == raw.npos ? raw.npos : question - 1); !path.empty()) {
    auto split = each_part(path, '/', [&](std::string_view part) -> Result<void> {
      auto segment = decode(part, false);
      if (!segment) return fail(segment.error());
      if (!is_harmless_segment(*segment)) return fail(Errc::not_found, "there is no such path");
      target.path.push_back(std::move(*segment));
      return {};
    });
    if (!split) return fail(split.error());
  }
  if (question == raw.npos) return target;

  std::vector<Query::Parameter> parameters;
  auto split = each_part(raw.substr(question + 1), '&', [&](std::string_view part) -> Result<void> {
    if (part.empty()) return {};
    const auto equals = part.find('=');
    auto name = decode(part.substr(0, equals), true);
    if (!name) return fail(name.error());
    std::optional<std::string> value;
    if (equals != part.npos) {
      auto decoded = decode(part.substr(equals + 1), true);
      if (!decoded) return fail(decoded.error());
      value = std::move(*decoded);
    }
    parameters.emplace_back(std::move(*name), std::move(value));
    return {};
  });
  if (!split) return fail(split.error());
  target.query = Query{std::move(parameters)};
  return target;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                            c == '.' || c == '_' || c == '~';
    if (unreserved) {
      encoded += c;
    } else {
      encoded += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return encoded;
}

}  // namespace unf::vnfm
