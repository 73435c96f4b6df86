/** What the agent asks of unf-io, over the Unix socket io.sock of a cell: framed transport, binary protocol, a connection a call. */
namespace cpp unf.dataplane.wire

exception IoError {
  1: required string code,        // name of an unf::Errc
  2: required string message,
}

service Io {
  /** Opens the NICs, builds tables, rings and state for this host's part of a plan and starts Rx and Tx for it. `host_json` is
      the host's inventory entry, `counters_path` the counter file the agent made for this plan. Answers a RunnerSpec (JSON)
      for each runner that shall be started; none in threads mode, where they run already. */
  map<string, string> load(1: string graph, 2: string plan_json, 3: string host_json, 4: string counters_path) throws (1: IoError error),
  /** Stops Rx, drains, frees. The graph's runners must have ended. */
  void unload(1: string graph) throws (1: IoError error),
  /** A runner has died: what it held is finished or freed; answers the RunnerSpec for its successor. */
  string recover(1: string graph, 2: string runner) throws (1: IoError error),
  /** JSON: {"nics": {name: {rx, tx, rx_dropped, …}}, "unmatched": n, "reports": {node: …}} of a graph. */
  string report(1: string graph) throws (1: IoError error),
  /** Leaves once the answer is on its way. */
  oneway void stop(),
}
