/** What the agent asks of unf-io, over the Unix socket io.sock of a cell: framed transport, binary protocol, a connection a call. */
namespace cpp unf.dataplane.wire

exception IoError {
  1: required string code,        // name of an unf::Errc
  2: required string message,
}

/** Of a generation: it waits to take over, serves its NICs, or has handed them over and holds no packet any more. */
enum Step { prepared = 0, serving = 1, retired = 2 }

struct Generation {
  1: required string graph,
  2: required i64 number,
  3: required Step step,
}

service Io {
  /** Makes a generation of a graph ready beside what runs: rings, tables, state for this host's part of a plan. Opens the NICs
      that the plan needs and that neither the graph's serving generation nor those of the graphs `replaces` have open; refused
      with conflict where another graph has one. `host_json` is the host's inventory entry, `counters_path` the counter file
      the agent made for this generation. Answers a RunnerSpec (JSON) for each runner that shall be started; none in threads
      mode, where they run already. No packet enters before switch_over. */
  map<string, string> prepare(1: string graph, 2: i64 generation, 3: string plan_json, 4: string host_json,
                              5: string counters_path, 6: list<string> replaces) throws (1: IoError error),
  /** A prepared generation whose runners are ready takes over from the graph's serving one, and from those of the graphs it
      replaces, if any: their Rx stops, they drain, NICs, state and counts are handed over, Rx goes on; they are retired then.
      Answers false if they are not drained within `patience_ms`: they serve on as before, a runner is dead or hangs. With
      `give_up` their runners have ended; what those held is dropped and counted (`given_up` of report). */
  bool switch_over(1: string graph, 2: i64 generation, 3: i32 patience_ms, 4: bool give_up) throws (1: IoError error),
  /** As switch_over, but nobody takes over from the graph. */
  bool retire(1: string graph, 2: i32 patience_ms, 3: bool give_up) throws (1: IoError error),
  /** Frees a generation in any step. Its runners must have ended. */
  void unload(1: string graph, 2: i64 generation) throws (1: IoError error),
  /** A runner has died: what it held is finished or freed; answers the RunnerSpec for its successor. */
  string recover(1: string graph, 2: i64 generation, 3: string runner) throws (1: IoError error),
  /** JSON: {"nics": {name: {rx, tx, rx_dropped, …}}, "unmatched": n, "given_up": n, "reports": {node: …}} of a graph that is
      served. */
  string report(1: string graph) throws (1: IoError error),
  list<Generation> generations(),
  /** Leaves once the answer is on its way. */
  oneway void stop(),
}
