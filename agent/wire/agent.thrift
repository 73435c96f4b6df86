/** What a manager asks of the agent of one host (contracts.md, "Thrift"). Declarative: the whole desired state of a graph. */
namespace cpp unf.agent.wire

/** `code` is the name of an unf::Errc, `message` is for a person. */
exception Refused {
  1: required string code,
  2: required string message,
}

enum GraphState { absent = 0, starting = 1, running = 2, degraded = 3, failed = 4 }

/** A process of a graph: a runner, or unf-io (`io`). */
struct ProcessInfo {
  1: required string name,
  2: required i32 pid,
  3: required i64 start_time,     // clock ticks since boot, as /proc/PID/stat has it: a pid alone may be reused
  4: required i32 restarts,
  5: required bool ready,
}

struct GraphInfo {
  1: required string graph,
  2: required i64 epoch,
  3: required i64 generation,
  4: required GraphState state,
  5: required string detail,      // why it is not running, for a person
  6: required list<ProcessInfo> processes,
  7: required string departed,    // JSON {owner: {in, out, drop}}: last counts of the owners that left with this generation
}

struct Observation {
  1: required string host,
  2: required list<GraphInfo> graphs,
}

struct Event {
  1: required i64 number,         // rises by one; ask again with the last one seen
  2: required i64 time_ms,        // since the Unix epoch
  3: required string graph,
  4: required string kind,        // runner_died, runner_restarted, io_died, adopted, applied, removed, ...
  5: required string detail,
}

service Agent {
  /** Makes the host run this part of the graph; an empty plan removes it. A new generation is made ready beside the one that
      runs and takes over from it, its NICs, state and counters, without losing or reordering a packet; likewise from the graphs
      `replaces`, which are gone then. If it fails, what ran runs on. Idempotent: the same generation again answers the same. Refused: conflict for an older epoch or generation, malformed for a bad plan, no_capacity, unavailable. Answers
      once the graph runs, or has failed with nothing left behind. */
  GraphInfo apply(1: string graph, 2: i64 epoch, 3: i64 generation, 4: string plan_json, 5: list<string> replaces) throws (1: Refused refused),
  Observation observe(),
  /** Counters of every graph as JSON; those of owners count on over generations, those of edges and nodes begin anew: {graph: {"edges": …, "owners": …, "nodes": …, "nics": …, "unmatched": n, "reports": …,
      "processes": […]}}. */
  string stats(1: i64 since) throws (1: Refused refused),
  /** The catalogue of uNFs this host can run, as JSON. */
  string catalog() throws (1: Refused refused),
  /** Events with a number above `since`; waits up to a second for the first. */
  list<Event> events(1: i64 since),
}
