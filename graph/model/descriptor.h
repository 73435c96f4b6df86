#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "graph/model/fields.h"

namespace unf {

/// An index into a descriptor's gates; 0 is `drop`.
using Gate = std::uint8_t;
inline constexpr Gate kDropGate = 0;

/// A short list of names that can be a constant.
class Names {
 public:
  static constexpr std::size_t kCapacity = 16;

  constexpr Names() = default;
  constexpr Names(std::initializer_list<std::string_view> names) {
    for (const auto name : names) push_back(name);
  }
  constexpr void push_back(std::string_view name) {
    assert(size_ < kCapacity);
    names_[size_++] = name;
  }

  [[nodiscard]] constexpr const std::string_view* begin() const { return names_.data(); }
  [[nodiscard]] constexpr const std::string_view* end() const { return names_.data() + size_; }
  [[nodiscard]] constexpr std::size_t size() const { return size_; }
  [[nodiscard]] constexpr bool empty() const { return size_ == 0; }
  [[nodiscard]] constexpr std::string_view operator[](std::size_t i) const {
    assert(i < size_);
    return names_[i];
  }
  [[nodiscard]] constexpr std::optional<Gate> index_of(std::string_view name) const {
    const auto* at = std::find(begin(), end(), name);
    return at == end() ? std::nullopt : std::optional<Gate>{static_cast<Gate>(at - begin())};
  }

 private:
  std::array<std::string_view, kCapacity> names_{};
  std::size_t size_ = 0;
};

/// Whether a uNF makes packets of its own.
enum class Emits : std::uint8_t { none, clone, fresh };

/// What a uNF keeps between packets. `config`: only what it was configured with. `accumulator`: commutative and
/// mergeable (counters). `keyed`: per flow key. `ordered`: depends on the order of packets. `global`: anything else.
enum class StateClass : std::uint8_t { none, config, accumulator, keyed, ordered, global };

/// What running a packet through a second time does (after a crash in mid burst): `safe` nothing; `marked` an edit
/// would be made twice, so the packet in hand is dropped; `batch_at_risk` the burst in hand is dropped.
enum class Replay : std::uint8_t { safe, marked, batch_at_risk };

/// What the compiler may know of a uNF type. Stands beside the code it describes and nowhere else. The names it holds
/// are borrowed: from string literals, or from the Catalog that was read.
struct UnfDescriptor {
  std::string_view type;
  std::string_view version = "1.0";
  Names gates;     ///< gates[0] is "drop"
  FieldSet reads;  ///< with implicit accesses: who reads ports reads ip.ihl, ip.proto, ip.frag
  FieldSet writes;
  bool drops = true;  ///< whether `drop` is ever taken by its own decision
  Emits emits = Emits::none;
  StateClass state = StateClass::none;
  FactSet requires_facts;     ///< without these its result is undefined
  FactSet establishes;        ///< hold of every packet that leaves by another gate than `drop`
  FactSet preserves;          ///< hold afterwards if they held before; what writes nothing preserves all
  bool only_checks = false;   ///< drops just what lacks a fact that it establishes, and does nothing else
  bool deterministic = true;  ///< same packet, configuration and state: same result
  Replay replay = Replay::safe;
  bool deferrable = false;           ///< its gate does not depend on its state, and what it does to that can wait
  std::uint32_t nominal_cycles = 0;  ///< cycles per packet at 64-byte frames (200-byte HTTP for payload uNFs)
  /// JSON Schema. Where its properties have `unf-reads` and `unf-writes`, lists of field names, all of them have: a
  /// configuration then reads and writes what those that are in it say together, instead of `reads` and `writes`, which
  /// are the union over all. A property's `unf-gates` lists gates: the n-th is taken only where the property has n
  /// values, as a list has; what is no list is one.
  std::string_view config = R"({"type":"object","properties":{},"additionalProperties":false})";
  Names counters;  ///< named counters, drop reasons first
};

}  // namespace unf
