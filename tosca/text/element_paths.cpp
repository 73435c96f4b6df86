#include "tosca/text/element_paths.h"

#include <algorithm>
#include <tuple>
#include <unordered_set>

namespace unf::tosca {
namespace {

std::string step_of(const std::string& key) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  if (!key.empty() && std::all_of(key.begin(), key.end(), is_plain)) return "." + key;
  std::string step = "['";
  for (const char c : key) {
    if (c == '\'' || c == '\\') step += '\\';
    step += c;
  }
  return step + "']";
}

}  // namespace

class ElementPaths::Walk {
 public:
  Walk(std::vector<Element>& elements, std::vector<Place>& places) : elements_(elements), places_(places) {}

  void visit(const Value& value, std::size_t element) {
    note(value, element);
    if (value.is_scalar() || value.is_null() || !visited_.insert(&value).second) return;
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      visit(*value.items[i], add(element, fmt::format("[{}]", i)));
    }
    for (const auto& [key, member] : value.members) {
      const auto inner = add(element, step_of(key->text));
      note(*key, inner);
      visit(*member, inner);
    }
  }

 private:
  std::size_t add(std::size_t parent, std::string name) {
    elements_.push_back({parent, std::move(name)});
    return elements_.size() - 1;
  }
  void note(const Value& value, std::size_t element) {
    places_.push_back({value.line, value.column, value.is_map(), element});
  }

  std::vector<Element>& elements_;
  std::vector<Place>& places_;
  std::unordered_set<const Value*> visited_;  ///< aliases have the place of what they name
};

ElementPaths::ElementPaths(const Value& root) : elements_{{0, ""}} {
  Walk{elements_, places_}.visit(root, 0);
  // An element is noted before what is in it and before its aliases: of the same place, the first noted is meant.
  std::stable_sort(places_.begin(), places_.end(), [](const Place& a, const Place& b) {
    return std::tie(a.line, a.column, a.whole) < std::tie(b.line, b.column, b.whole);
  });
}

std::string ElementPaths::path_of(const SourcePlace& at) const {
  const auto key_of = [](const auto& place) { return std::tuple{place.line, place.column, place.whole}; };
  auto found = std::partition_point(places_.begin(), places_.end(),
                                    [&](const Place& place) { return key_of(place) < key_of(at); });
  if (at.column == 0) {
    if (at.line <= 1) return {};  // the document
    while (found != places_.end() && found->line == at.line && found->whole) ++found;
  } else if (found == places_.end() || key_of(*found) != key_of(at)) {
    if (found == places_.begin()) return {};
    --found;
  }
  if (found == places_.end() || found->line != at.line) return {};
  std::vector<std::string_view> steps;
  for (auto element = found->element; element != 0; element = elements_[element].parent) {
    steps.push_back(elements_[element].name);
  }
  std::string path;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) path += *step;
  if (path.starts_with('.')) path.erase(0, 1);
  return path;
}

}  // namespace unf::tosca
