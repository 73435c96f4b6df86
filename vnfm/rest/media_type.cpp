#include "vnfm/rest/media_type.h"

#include <algorithm>
#include <cctype>

namespace unf::vnfm {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Whether the parameters of an element of Accept say that it is not wanted: `q=0`.
bool is_unwanted(std::string_view parameters) {
  const auto q = parameters.find("q=");
  if (q == parameters.npos) return false;
  const auto value = trimmed(parameters.substr(q + 2));
  return value.starts_with('0') && value.find_first_not_of("0.") == value.npos;
}

}  // namespace

std::string media_type(std::string_view header) {
  std::string type{trimmed(header.substr(0, header.find(';')))};
  std::ranges::transform(type, type.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return type;
}

std::vector<std::string> acceptable(std::string_view accept, const std::vector<std::string>& produced) {
  if (trimmed(accept).empty()) return produced;
  std::vector<std::string> taken;
  for (const auto& type : produced) {
    for (auto left = accept;;) {
      const auto comma = left.find(',');
      const auto element = left.substr(0, comma);
      const auto range = media_type(element);
      const bool same =
          range == type || range == "*/*" ||
          (range.ends_with("/*") && type.starts_with(std::string_view{range}.substr(0, range.size() - 1)));
      const auto parameters = element.find(';');
      if (same && (parameters == element.npos || !is_unwanted(element.substr(parameters)))) {
        taken.push_back(type);
        break;
      }
      if (comma == left.npos) break;
      left.remove_prefix(comma + 1);
    }
  }
  return taken;
}

}  // namespace unf::vnfm
