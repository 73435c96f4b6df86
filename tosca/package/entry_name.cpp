#include "tosca/package/entry_name.h"

#include <algorithm>

#include "graph/model/utf8.h"

namespace unf::tosca {

bool is_safe_name(std::string_view name) {
  if (name.empty() || !is_utf8(name) || name.front() == '/' ||
      name.find_first_of(std::string_view{"\\:\0", 3}) != name.npos)
    return false;
  if (std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; })) return false;
  for (auto left = name;;) {
    const auto slash = left.find('/');
    const auto part = left.substr(0, slash);
    if (part.empty() || part == "." || part == "..") return false;
    if (slash == left.npos) return true;
    left.remove_prefix(slash + 1);
  }
}

}  // namespace unf::tosca
