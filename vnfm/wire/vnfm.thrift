/** The lifecycle of services, for programs and for the command line. */
namespace cpp unf.vnfm.wire

/** `code` is the name of an unf::Errc; `message` is for a person, bad input a line a problem (FILE:LINE: …). */
exception Refused {
  1: required string code,
  2: required string message,
}

/** What `vnfm deploy PATH...` read from disk. */
struct Sources {
  1: required list<string> paths,
  2: required map<string, string> files,   // text by name
}

struct DeployOptions {
  1: optional string name,                 // of the service; default: what its document says
  2: required bool consolidate = true,
  3: required string parallelize = "auto", // on, off, auto
  4: required string default_action = "drop", // drop, bridge
}

enum ServiceState { deploying = 0, running = 1, degraded = 2, failed = 3, unreachable = 4, terminating = 5 }

struct ServiceInfo {
  1: required string id,
  2: required ServiceState state,
  3: required string detail,               // why it is not running
  4: required string host,
  5: required i64 generation,
  6: required i32 unfs,                    // deployed ones, I/O included
}

service Manager {
  /** Compiles and deploys a service; answers once it runs. Refused with nothing left behind. */
  ServiceInfo deploy(1: Sources sources, 2: DeployOptions options) throws (1: Refused refused),
  list<ServiceInfo> services() throws (1: Refused refused),
  /** JSON: {"id", "state", "detail", "host", "epoch", "generation", "plan": …, "edges": …, "owners": …, "nodes": …, "nics": …,
      "unmatched": n, "reports": …, "processes": […]}. */
  string show(1: string id) throws (1: Refused refused),
  void terminate(1: string id) throws (1: Refused refused),
}
