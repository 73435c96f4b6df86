#include "graph/rewrite/pass_by.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace unf::graph {
namespace {

using Deciders = std::vector<StepRef>;  ///< of the new graph, sorted

void unite(Deciders& into, const Deciders& more) {
  Deciders all;
  std::set_union(into.begin(), into.end(), more.begin(), more.end(), std::back_inserter(all));
  into = std::move(all);
}

/// What is known of packets about a kind of uNF: the gate they would take, or why that is no longer known.
struct Fate {
  enum class State : std::uint8_t { known, rewritten, emitted, unlike };
  const Kind* kind = nullptr;
  State state = State::known;
  Gate gate = kDropGate;
  Deciders by;          ///< the uNFs that have decided it
  StepRef culprit = 0;  ///< rewritten, emitted: by which step
  FieldSet fields{};    ///< rewritten: what it reads of that
};

/// What is known of packets between two steps.
struct Known {
  std::vector<Fate> fates;  ///< by kind, in the order of their index
  FactSet facts;
  Deciders established_by;
  FlowSpace space;

  [[nodiscard]] const Fate* find(const Kind* kind) const {
    const auto at = std::ranges::find(fates, kind, &Fate::kind);
    return at == fates.end() ? nullptr : &*at;
  }
  void set(Fate fate) {
    const auto at = std::ranges::lower_bound(fates, fate.kind->index, {}, [](const Fate& f) { return f.kind->index; });
    if (at != fates.end() && at->kind == fate.kind)
      *at = std::move(fate);
    else
      fates.insert(at, std::move(fate));
  }
};

/// What matters of it behind a step: later steps ask for no more.
struct Asked {
  std::vector<std::size_t> kinds;  ///< by index, sorted
  FactSet facts;
  bool space = false;
};

/// Whether two sets of packets may be treated as one: what is asked for later is known of both alike.
bool alike(const Known& a, const Known& b, const Asked& asked) {
  if ((a.facts & asked.facts) != (b.facts & asked.facts)) return false;
  const auto gates = [&](const Known& known) {
    std::vector<std::pair<std::size_t, Gate>> taken;
    for (const auto& fate : known.fates) {
      if (fate.state == Fate::State::known && std::ranges::binary_search(asked.kinds, fate.kind->index))
        taken.emplace_back(fate.kind->index, fate.gate);
    }
    return taken;
  };
  return gates(a) == gates(b);
}

class PassBy {
 public:
  PassBy(const PathGraph& graph, const Context& context) : old_(graph), context_(context) {}

  PathRewrite run() {
    order_ = old_.order();
    ask();
    now_ = old_.without_steps();
    arrivals_.resize(old_.node_count() + 1);
    Known at_entry;
    at_entry.space = FlowSpace{old_.matches};
    now_.entry = keep(old_.entry, {.known = std::move(at_entry)});
    for (const auto v : order_) {
      if (v != old_.entry) treat(v);
    }
    for (auto& [owner, line] : refused_) report_.push_back(std::move(line));
    return {std::move(now_), std::move(report_)};
  }

 private:
  static constexpr std::size_t kMaxVariants = 16;  ///< of a step; with more it forgets what tells them apart

  /// Packets on their way to a step, from a step of the new graph.
  struct Arrival {
    StepRef from = PathGraph::sink();
    Hop hop;
    Known known;
  };
  /// By gate, the headers of packets that can take it.
  using Parts = std::vector<std::optional<FlowSpace>>;
  /// Those that are treated alike.
  struct Group {
    Known known;
    std::vector<Arrival*> arrivals{};
    std::optional<Parts> parts{};  ///< of a uNF that sorts by headers, once they were asked for
  };

  /// Backwards: what later steps would like to know.
  void ask() {
    asked_.resize(old_.node_count() + 1);
    for (auto at = order_.rbegin(); at != order_.rend(); ++at) {
      auto& asked = asked_[*at];
      const auto& kind = *old_[*at].kind;
      std::set<std::size_t> kinds;
      for (const auto e : old_.out_edges(*at)) {
        const auto& next = asked_[old_.target(e)];
        for (const auto index : next.kinds) {
          if (!changes(kind, context_.kinds.at(index))) kinds.insert(index);
        }
        asked.facts = asked.facts | (next.facts & kind.effects.preserves);
        asked.space |= next.space;
      }
      if (why_not_repeatable(kind).empty()) kinds.insert(kind.index);
      if (kind.effects.only_checks) asked.facts = asked.facts | kind.effects.establishes;
      asked.space |= kind.tables != nullptr;
      asked.kinds.assign(kinds.begin(), kinds.end());
    }
  }

  /// Whether `kind` may make another one's result a different one.
  static bool changes(const Kind& kind, const Kind& other) {
    return kind.effects.emits != Emits::none || kind.effects.writes.intersects(other.effects.reads);
  }

  /// R4's conditions on the uNF itself: what it does the second time must be nothing but take the same gate.
  std::string why_not_repeatable(const Kind& kind) const {
    const auto& effects = kind.effects;
    if (is_io(kind.type)) return "it is where packets enter or leave";
    if (!context_.holds(Condition::r4_is_deterministic, effects.deterministic))
      return "the same packet may take another gate the second time";
    if (!context_.holds(Condition::r4_keeps_nothing, !effects.remembers()))
      return "each owner's has a state of its own";
    if (!context_.holds(Condition::r4_emits_nothing, effects.emits == Emits::none)) return "it emits packets each time";
    if (!context_.holds(Condition::r4_writes_nothing, effects.writes.empty()))
      return "it changes the packet each time: " + field_names(effects.writes);
    return {};
  }

  void treat(StepRef v) {
    std::vector<Group> groups;
    for (auto& arrival : arrivals_[v]) {
      auto group = std::ranges::find_if(groups, [&](const Group& g) {
        return context_.holds(Condition::r6_labels_agree, alike(g.known, arrival.known, asked_[v]));
      });
      if (group == groups.end() && groups.size() == kMaxVariants) group = std::prev(groups.end());
      if (group == groups.end()) {
        groups.push_back({arrival.known});
        group = std::prev(groups.end());
      } else if (!context_.holds(Condition::r6_labels_agree, false)) {  // what only some know is forgotten
        meet(group->known, arrival.known);
      }
      group->arrivals.push_back(&arrival);
    }
    for (auto& group : groups) {
      by_headers_ = false;
      if (const auto gate = decided(v, group); gate && lead_past(v, *gate, group)) {
        for (const auto* arrival : group.arrivals) {
          if (by_headers_) adopt(v, {arrival->from});
        }
        continue;
      }
      keep(v, std::move(group));
    }
  }

  /// Where packets with `known` and packets with `other` are treated alike.
  static void meet(Known& known, const Known& other) {
    for (auto& fate : known.fates) {
      const auto* theirs = other.find(fate.kind);
      if (fate.state != Fate::State::known) continue;
      if (theirs == nullptr || theirs->state != Fate::State::known || theirs->gate != fate.gate) {
        fate.state = Fate::State::unlike;
      } else {
        unite(fate.by, theirs->by);
      }
    }
    for (const auto& fate : other.fates) {
      if (known.find(fate.kind) != nullptr) continue;
      auto lost = fate;
      if (lost.state == Fate::State::known) lost.state = Fate::State::unlike;
      known.set(std::move(lost));
    }
    known.facts = known.facts & other.facts;
    unite(known.established_by, other.established_by);
    known.space = known.space.united(other.space);
  }

  /// The gate that all packets of a group take at `v`, if there is one and it does nothing else.
  std::optional<Gate> decided(StepRef v, Group& group) {
    const auto& known = group.known;
    const auto& kind = *old_[v].kind;
    const auto obstacle = why_not_repeatable(kind);
    if (const auto* fate = known.find(&kind)) {
      if (fate->state == Fate::State::known && obstacle.empty()) {
        note(v, "R4", fate->by,
             "its packets have passed one of the same configuration, and nothing between writes what it reads");
        adopt(v, fate->by);
        return fate->gate;
      }
      refuse(v, *fate, obstacle);
    }
    const auto& effects = kind.effects;
    if (context_.holds(Condition::r5_only_checks, effects.only_checks) && !effects.establishes.empty() &&
        effects.is_function() && effects.writes.empty() && known.facts.includes(effects.establishes)) {
      note(v, "R5", known.established_by, "all that it checks is known to hold of its packets");
      adopt(v, known.established_by);
      return Gate{1};
    }
    if (kind.tables != nullptr && obstacle.empty()) {
      const auto& parts = parts_of(kind, group);
      if (std::ranges::count_if(parts, [](const auto& part) { return part.has_value(); }) == 1) {
        const auto only = std::ranges::find_if(parts, [](const auto& part) { return part.has_value(); });
        const auto gate = static_cast<Gate>(only - parts.begin());
        by_headers_ = true;
        note(v, "R9", {}, fmt::format("all packets that can come to it take '{}'", kind.gate_name(gate)));
        return gate;
      }
    }
    return std::nullopt;
  }

  const Parts& parts_of(const Kind& kind, Group& group) const {
    if (!group.parts) group.parts = kind.tables->parts(sound(group.known), kind.descriptor->gates.size());
    return *group.parts;
  }

  /// A header without defect that has an address or protocol is IP.
  FlowSpace sound(const Known& known) const {
    auto space = known.space;
    const bool is_ip = std::ranges::all_of(
        space.any_of(), [](const Match& m) { return m.src || m.dst || m.proto || !m.sport.any() || !m.dport.any(); });
    const bool is_sound = is_ip && known.facts.contains(Fact::ip_header_ok);
    if (context_.holds(Condition::r9_otherwise_is_possible, is_sound)) space.set_sound_ip();
    return space;
  }

  bool lead_past(StepRef v, Gate gate, Group& group) {
    const auto hop = old_.hop(v, gate);
    if (!hop) return false;
    const auto& crossed = old_[*hop];
    for (auto* arrival : group.arrivals) {
      auto onwards = arrival->hop;
      onwards.go_on_by(crossed);
      send(arrival->from, old_.target(*hop), std::move(onwards), learn(arrival->known, crossed, arrival->from));
    }
    return true;
  }

  StepRef keep(StepRef v, Group group) {
    const auto& step = old_[v];
    const auto here = now_.add_node(step);
    for (auto* arrival : group.arrivals) now_.add_edge(arrival->from, here, std::move(arrival->hop));
    const auto* parts = step.kind->tables == nullptr ? nullptr : &parts_of(*step.kind, group);
    double live = 0;
    const auto is_live = [&](HopRef e) { return parts == nullptr || (*parts)[old_[e].gate].has_value(); };
    for (const auto e : old_.out_edges(v)) {
      if (is_live(e)) live += old_[e].share;
    }
    for (const auto e : old_.out_edges(v)) {
      auto hop = old_[e];
      if (!is_live(e)) {
        if (old_.target(e) != PathGraph::sink()) {
          note(v, "R9", {}, fmt::format("no packet that can come to it takes '{}'", step.kind->gate_name(hop.gate)));
        }
        continue;
      }
      if (live > 0) hop.share /= live;
      const auto* part = parts == nullptr ? nullptr : &*(*parts)[hop.gate];
      auto known = learn(after(*step.kind, here, hop.gate, group.known, part), hop, here);
      send(here, old_.target(e), std::move(hop), std::move(known));
    }
    return here;
  }

  void send(StepRef from, StepRef to, Hop hop, Known known) {
    if (to == PathGraph::sink())
      now_.add_edge(from, to, std::move(hop));
    else
      arrivals_[to].push_back({from, std::move(hop), std::move(known)});
  }

  /// With what a hop says of its packets.
  static Known learn(Known known, const Hop& hop, StepRef by) {
    for (const auto& verdict : hop.implies) {
      known.set({.kind = verdict.kind, .gate = verdict.gate, .by = {by}});
    }
    return known;
  }

  /// What is known of the packets that leave a step of `kind` by `gate`, those of `part`, if their headers say that.
  Known after(const Kind& kind, StepRef here, Gate gate, const Known& before, const FlowSpace* part) const {
    const auto& effects = kind.effects;
    Known known = before;
    for (auto& fate : known.fates) {
      if (fate.state != Fate::State::known) continue;
      const auto both = effects.writes & fate.kind->effects.reads;
      if (!context_.holds(Condition::r4_nothing_between_writes_its_fields, both.empty())) {
        fate.state = Fate::State::rewritten;
        fate.culprit = here;
        fate.fields = both;
      } else if (!context_.holds(Condition::r4_nothing_between_emits, effects.emits == Emits::none)) {
        fate.state = Fate::State::emitted;
        fate.culprit = here;
      }
    }
    const auto preserved = known.facts & effects.preserves;
    if (!context_.holds(Condition::r5_fact_is_preserved, preserved == known.facts)) known.facts = preserved;
    if (effects.emits != Emits::none) known.facts = {};
    if (gate != kDropGate && !effects.establishes.empty()) {
      known.facts = known.facts | effects.establishes;
      unite(known.established_by, {here});
    }
    if (part != nullptr) known.space = *part;
    if (!context_.holds(Condition::r9_writes_are_forgotten, effects.writes.empty()))
      known.space = known.space.without(effects.writes);
    if (effects.emits != Emits::none) known.space = FlowSpace{};
    if (!is_io(kind.type)) known.set({.kind = &kind, .gate = gate, .by = {here}});
    return known;
  }

  void adopt(StepRef v, const Deciders& by) {
    for (const auto heir : by) now_[heir].adopt(old_[v].owners);
  }

  const NodeId& name(StepRef of_new_graph) const { return context_.name(now_[of_new_graph].owners[0]); }

  Plan::ReportLine line(StepRef v, const char* rule, const Deciders& by, bool applied, std::string reason) const {
    std::set<NodeId> names;
    for (const auto u : by) names.insert(name(u));
    const auto& own = context_.name(old_[v].owners[0]);
    names.erase(own);
    Plan::ReportLine line{.rule = rule, .nodes = {own}, .applied = applied, .reason = std::move(reason)};
    line.nodes.insert(line.nodes.end(), names.begin(), names.end());
    return line;
  }

  void note(StepRef v, const char* rule, const Deciders& by, std::string reason) {
    report_.push_back(line(v, rule, by, true, std::move(reason)));
  }

  /// One line a step: the first reason found.
  void refuse(StepRef v, const Fate& fate, const std::string& obstacle) {
    if (refused_.contains(v)) return;
    auto reason = obstacle;
    if (reason.empty()) {
      switch (fate.state) {
        case Fate::State::known:
          return;
        case Fate::State::rewritten:
          reason = fmt::format("{} writes what it reads: {}", name(fate.culprit).get(), field_names(fate.fields));
          break;
        case Fate::State::emitted:
          reason = fmt::format("{} emits packets that have not passed it", name(fate.culprit).get());
          break;
        case Fate::State::unlike:
          reason = "its packets come with more different labels than are told apart";
          break;
      }
    }
    refused_.emplace(v, line(v, "R4", fate.by, false, std::move(reason)));
  }

  const PathGraph& old_;
  const Context& context_;
  PathGraph now_;
  std::vector<StepRef> order_;                  // of the old graph
  std::vector<Asked> asked_;                    // by old vertex
  std::vector<std::vector<Arrival>> arrivals_;  // by old vertex
  bool by_headers_ = false;                     // R9: what comes before answers for it
  std::vector<Plan::ReportLine> report_;
  std::map<StepRef, Plan::ReportLine> refused_;
};

}  // namespace

PathRewrite pass_by(const PathGraph& graph, const Context& context) { return PassBy{graph, context}.run(); }

}  // namespace unf::graph
