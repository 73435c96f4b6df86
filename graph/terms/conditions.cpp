#include "graph/terms/conditions.h"

#include <array>

namespace unf::graph {
namespace {

constexpr std::array<std::string_view, kConditions> kNames{
    "R1 boundary is neutral",
    "R2 own state per owner",
    "R3 successors equal",
    "R4 is deterministic",
    "R4 keeps nothing",
    "R4 emits nothing",
    "R4 writes nothing",
    "R4 nothing between writes its fields",
    "R4 nothing between emits",
    "R5 fact is preserved",
    "R5 only checks",
    "R6 labels agree",
    "R7 commutes",
    "R8 defaults are kept",
    "R9 writes are forgotten",
    "R9 otherwise is possible",
    "R10 crossed keeps nothing",
    "R10 crossed drops nothing",
    "R10 facts needed are there",
    "R11 label is not used",
    "R12 nothing between reads",
    "R12 later write wins",
    "R17 path tells successors apart",
    "P1 fields are apart",
    "P2 effects can wait",
    "P2 second needs no verdict",
};

}  // namespace

std::string_view name(Condition condition) { return kNames[static_cast<std::size_t>(condition)]; }

bool Conditions::hold(Condition, bool met) const { return met; }

const Conditions& Conditions::all() {
  static const Conditions conditions;
  return conditions;
}

}  // namespace unf::graph
