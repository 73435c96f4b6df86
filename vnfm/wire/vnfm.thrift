/** The lifecycle of services, for programs and for the command line. VNF instances and their operations are those of
    ETSI GS NFV-SOL 003; docs/lifecycle.md says what each does. */
namespace cpp unf.vnfm.wire
namespace py unf_vnfm

/** A JSON document. */
typedef string Json

/** `code` is the name of an unf::Errc: malformed, not_found, unsupported, conflict, no_capacity, unavailable, internal.
    `message` is for a person, bad input a line a problem (FILE:LINE: …). Nothing has changed. */
exception Refused {
  1: required string code,
  2: required string message,
}

/** The caller's certificate is not one that may do this. */
exception Denied {
  1: required string message,
}

// ---- whole services

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

// ---- VNF packages

enum OnboardingState { created = 0, uploading = 1, processing = 2, onboarded = 3, failed = 4 }

struct PackageInfo {
  1: required string id,
  2: required OnboardingState state,
  3: required bool enabled,
  4: required bool in_use,
  5: required string failure,              // why it could not be onboarded
  6: required string vnfd_id,              // this and what follows: once it is onboarded
  7: required string provider,
  8: required string product,
  9: required string software_version,
  10: required string vnfd_version,
  11: required Json user_data,             // an object
}

// ---- VNF instances

struct InstanceInfo {
  1: required string id,
  2: required string name,
  3: required string description,
  4: required string vnfd_id,
  5: required bool instantiated,
  6: required string flavour,              // this and what follows: while it is instantiated
  7: required string level,                // of instantiation
  8: required map<string, i32> scale,      // scaling aspect -> level
  9: required bool stopped,                // lets nothing through
  10: required map<string, string> networks, // connection point -> network, as the client chose
  11: required Json configuration,         // node -> property -> value, over the descriptor's
  12: required string operation,           // the one that is not ended; empty: none
  13: required i64 revision,               // of its last change
}

/** How an instance is to be instantiated. */
struct Instantiation {
  1: required string flavour,
  2: optional string level,                // default: as the VNFD says
  3: required map<string, string> networks = {}, // connection point -> network or NIC `HOST.NIC`; others as docs/lifecycle.md says
  4: required Json configuration = "{}",   // as InstanceInfo has it
  5: required string default_action = "drop", // drop, bridge
}

// ---- operation occurrences

enum OperationType {
  instantiate = 0, scale = 1, scale_to_level = 2, change_flavour = 3, terminate = 4, heal = 5, operate = 6,
  change_ext_conn = 7, modify_info = 8, change_vnfpkg = 9,
}

enum OperationState {
  starting = 0, processing = 1, completed = 2, failed_temp = 3, failed = 4, rolling_back = 5, rolled_back = 6,
}

struct OperationInfo {
  1: required string id,
  2: required string instance,             // or service
  3: required OperationType type,
  4: required OperationState state,
  5: required string started,              // RFC 3339, UTC
  6: required string entered,              // `state`
  7: required bool automatic,              // nobody asked for it
  8: required bool cancel_pending,
  9: required string error,                // why it failed
  10: required Json parameters,
}

// ---- events

/** What became of a package, an instance or an operation; one of the three is set, or `removed`. */
struct Event {
  1: required i64 revision,
  2: optional PackageInfo vnf_package,
  3: optional InstanceInfo instance,
  4: optional OperationInfo operation,
  5: optional string removed,              // id of what is gone
}

struct Events {
  1: required list<Event> events,          // in the order in which they happened
  2: required i64 cursor,                  // `since` of the next call
}

/** Lists give up to `limit` (1 to 1000) behind the id `after`, by id; `after` empty: from the first. An operation is
    accepted when its call answers, and goes on; wait_operation waits for its end. */
service Manager {
  /** Compiles and deploys a service; answers once it runs. Refused with nothing left behind. */
  ServiceInfo deploy(1: Sources sources, 2: DeployOptions options) throws (1: Refused refused, 2: Denied denied),
  list<ServiceInfo> services() throws (1: Refused refused, 2: Denied denied),
  /** {"id", "state", "detail", "host", "epoch", "generation", "plan": …, "edges": …, "owners": …, "nodes": …, "nics": …,
      "unmatched": n, "reports": …, "processes": […]}. */
  Json show(1: string id) throws (1: Refused refused, 2: Denied denied),
  /** Terminates a service or a VNF instance, and answers once that is done. */
  void terminate(1: string id) throws (1: Refused refused, 2: Denied denied),

  /** A package without content. `user_data`: an object. */
  PackageInfo create_package(1: Json user_data) throws (1: Refused refused, 2: Denied denied),
  /** Bytes of the CSAR behind the `offset` bytes that were uploaded before; at most 32 MiB a call. Offset 0 begins
      anew. */
  void upload(1: string id, 2: i64 offset, 3: binary data) throws (1: Refused refused, 2: Denied denied),
  /** Onboards the `size` bytes that were uploaded; answers once that is done or has failed, or after `wait_ms`. */
  PackageInfo onboard(1: string id, 2: i64 size, 3: i32 wait_ms) throws (1: Refused refused, 2: Denied denied),
  list<PackageInfo> packages(1: string after, 2: i32 limit) throws (1: Refused refused, 2: Denied denied),
  PackageInfo show_package(1: string id) throws (1: Refused refused, 2: Denied denied),
  /** No instance is made of one that is disabled. */
  PackageInfo enable_package(1: string id, 2: bool enabled) throws (1: Refused refused, 2: Denied denied),
  /** Of one that is disabled and not in use. */
  void delete_package(1: string id) throws (1: Refused refused, 2: Denied denied),

  InstanceInfo create_instance(1: string vnfd_id, 2: string name, 3: string description)
    throws (1: Refused refused, 2: Denied denied),
  list<InstanceInfo> instances(1: string after, 2: i32 limit) throws (1: Refused refused, 2: Denied denied),
  InstanceInfo show_instance(1: string id) throws (1: Refused refused, 2: Denied denied),
  /** Of one that is not instantiated. */
  void delete_instance(1: string id) throws (1: Refused refused, 2: Denied denied),

  OperationInfo instantiate(1: string id, 2: Instantiation instantiation) throws (1: Refused refused, 2: Denied denied),
  /** By `steps` of a scaling aspect; fewer, if negative. */
  OperationInfo scale(1: string id, 2: string aspect, 3: i32 steps) throws (1: Refused refused, 2: Denied denied),
  /** To an instantiation level, or, if that is empty, to levels of scaling aspects. */
  OperationInfo scale_to_level(1: string id, 2: string level, 3: map<string, i32> scale)
    throws (1: Refused refused, 2: Denied denied),
  OperationInfo change_flavour(1: string id, 2: Instantiation instantiation) throws (1: Refused refused, 2: Denied denied),
  /** Replaces what runs. */
  OperationInfo heal(1: string id, 2: string cause) throws (1: Refused refused, 2: Denied denied),
  /** Stops an instance, or starts it again. */
  OperationInfo operate(1: string id, 2: bool stop) throws (1: Refused refused, 2: Denied denied),
  /** Puts connection points on other networks. */
  OperationInfo connect(1: string id, 2: map<string, string> networks) throws (1: Refused refused, 2: Denied denied),
  /** Merges into the configuration (RFC 7396): null takes a node's or a property's value away. */
  OperationInfo configure(1: string id, 2: Json configuration) throws (1: Refused refused, 2: Denied denied),
  OperationInfo change_package(1: string id, 2: string vnfd_id) throws (1: Refused refused, 2: Denied denied),
  OperationInfo begin_termination(1: string id) throws (1: Refused refused, 2: Denied denied),

  list<OperationInfo> operations(1: string after, 2: i32 limit) throws (1: Refused refused, 2: Denied denied),
  OperationInfo show_operation(1: string id) throws (1: Refused refused, 2: Denied denied),
  /** Answers once it is ended or failed_temp, or after `wait_ms` (at most 60 000). */
  OperationInfo wait_operation(1: string id, 2: i32 wait_ms) throws (1: Refused refused, 2: Denied denied),
  /** Of one that is failed_temp: tries again, undoes it, or lets it be. */
  OperationInfo retry_operation(1: string id) throws (1: Refused refused, 2: Denied denied),
  OperationInfo roll_back_operation(1: string id) throws (1: Refused refused, 2: Denied denied),
  OperationInfo fail_operation(1: string id) throws (1: Refused refused, 2: Denied denied),
  /** Of one that is starting, processing or rolling_back. */
  OperationInfo cancel_operation(1: string id, 2: bool forceful) throws (1: Refused refused, 2: Denied denied),

  /** What happened from revision `since` on; if nothing has, waits for it, at most `wait_ms` (and 60 000). `since` 0:
      nothing, and the cursor of now. Refused as not_found, if that is no longer kept: list, and go on from now. */
  Events events(1: i64 since, 2: i32 wait_ms) throws (1: Refused refused, 2: Denied denied),
}
