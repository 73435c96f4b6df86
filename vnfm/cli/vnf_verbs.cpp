#include "vnfm/cli/vnf_verbs.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <memory>

#include "agent/base/files.h"
#include "tosca/text/value.h"
#include "vnfm/cli/report.h"
#include "vnfm/cli/vnf_render.h"

namespace unf::vnfm {
using nlohmann::json;

namespace {

using Thrift = ManagerClient::Service;

constexpr std::int32_t kPage = 500;
constexpr std::size_t kChunk = 8 << 20;
constexpr std::int32_t kWaitMs = 60'000;

/// A YAML value as JSON; a scalar without quotes may be a number, true, false or null.
json json_of(const tosca::Value& value) {
  if (value.is_null()) return nullptr;
  if (value.is_scalar()) {
    const auto read = value.plain ? json::parse(value.text, nullptr, false) : json(json::value_t::discarded);
    return read.is_primitive() && !read.is_discarded() ? read : json(value.text);
  }
  if (value.is_list()) {
    auto list = json::array();
    for (const auto& item : value.items) list.push_back(json_of(*item));
    return list;
  }
  auto map = json::object();
  for (const auto& member : value.members) map[member.key->text] = json_of(*member.value);
  return map;
}

/// What the file says of nodes: node -> property -> value, in YAML or JSON.
Result<wire::Json> read_configuration(const std::string& file) {
  if (file.empty()) return "{}";
  const auto text = agent::read_file(file);
  if (!text) return fail(text.error());
  tosca::Problems problems;
  const auto value = tosca::parse_yaml(file, *text, problems);
  if (value != nullptr && value->is_map()) return json_of(*value).dump();
  if (value != nullptr) problems.add(value->at(), "expected a map of nodes to their properties");
  return fail(problems.error());
}

/// `NAME=NETWORK`s as a map.
Result<std::map<std::string, std::string>> read_pairs(const std::vector<std::string>& pairs, const char* option) {
  std::map<std::string, std::string> read;
  for (const auto& pair : pairs) {
    const auto equals = pair.find('=');
    if (equals == pair.npos || equals == 0 || equals + 1 == pair.size()) {
      return fail(Errc::malformed, "{}: is {}, expected NAME=NETWORK", option, pair);
    }
    read[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  return read;
}

/// All of a list, page by page.
template <typename Info>
Result<std::vector<Info>> all_of(const ManagerClient& manager,
                                 void (Thrift::*page_of)(std::vector<Info>&, const std::string&, std::int32_t)) {
  std::vector<Info> all;
  while (true) {
    auto page = manager.call(page_of, all.empty() ? std::string{} : all.back().id, kPage);
    if (!page) return fail(page.error());
    const bool more = std::ssize(*page) == kPage;
    std::ranges::move(*page, std::back_inserter(all));
    if (!more) return all;
  }
}

/// Sends a file in parts, and waits until it is onboarded.
Result<wire::PackageInfo> upload(const ManagerClient& manager, const std::string& file) {
  std::ifstream in{file, std::ios::binary};
  if (!in) return fail(Errc::malformed, "{}: cannot be read", file);
  auto package = manager.call(&Thrift::create_package, "{}");
  if (!package) return package;
  std::int64_t sent = 0;
  std::string chunk(kChunk, '\0');
  while (in.read(chunk.data(), std::ssize(chunk)).gcount() > 0) {
    chunk.resize(static_cast<std::size_t>(in.gcount()));
    if (auto done = manager.call(&Thrift::upload, package->id, sent, chunk); !done) return fail(done.error());
    sent += std::ssize(chunk);
    chunk.resize(kChunk);
  }
  package = manager.call(&Thrift::onboard, package->id, sent, kWaitMs);
  if (package && package->state == wire::OnboardingState::failed) {
    std::ignore = manager.call(&Thrift::delete_package, package->id);
    return fail(Errc::malformed, "{}: {}", file, package->failure);
  }
  return package;
}

/// The verbs of one command line; lives as long as their callbacks.
class VnfVerbs : public std::enable_shared_from_this<VnfVerbs> {
 public:
  VnfVerbs(CLI::App& app, Common& common, int& status) : app_(app), common_(common), status_(status) {}

  void add_package_verbs() {
    auto& noun = add_noun("package", "VNF packages");
    auto& upload_verb = add(noun, "upload", "Onboard a CSAR", [this] { return upload_package(); });
    upload_verb.add_option("FILE", file_, "CSAR")->required();
    add(noun, "list", "List packages", [this] { return list(&Thrift::packages); });
    add_of_id(noun, "show", "Show a package", [this] { return show(&Thrift::show_package); });
    add_of_id(noun, "enable", "Let instances be made of it", [this] { return enable(true); });
    add_of_id(noun, "disable", "Let no instances be made of it", [this] { return enable(false); });
    add_of_id(noun, "delete", "Delete a package that is not in use", [this] { return delete_package(); });
  }

  void add_instance_verbs() {
    auto& noun = add_noun("instance", "VNF instances");
    auto& create = add(noun, "create", "Create an instance, not instantiated", [this] { return create_instance(); });
    create.add_option("VNFD", id_, "Its descriptor's id, as `vnfm package list` shows it")->required();
    create.add_option("--name", name_, "A name for people");
    create.add_option("--description", description_, "What it is for");
    add(noun, "list", "List instances", [this] { return list(&Thrift::instances); });
    add_of_id(noun, "show", "Show an instance", [this] { return show(&Thrift::show_instance); });
    add_of_id(noun, "delete", "Delete an instance that is not instantiated", [this] { return delete_instance(); });
  }

  void add_operation_verbs() {
    auto& noun = add_noun("op", "Operation occurrences");
    add(noun, "list", "List operations", [this] { return list(&Thrift::operations); });
    add_of_id(noun, "show", "Show an operation", [this] { return show(&Thrift::show_operation); });
    add_of_id(noun, "retry", "Try a failed operation again", [this] { return resume(&Thrift::retry_operation); });
    add_of_id(noun, "rollback", "Undo a failed operation", [this] { return resume(&Thrift::roll_back_operation); });
    add_of_id(noun, "fail", "Let a failed operation be", [this] { return show(&Thrift::fail_operation); });
    auto& cancel = add_of_id(noun, "cancel", "Cancel an operation that is going on",
                             [this] { return show(&Thrift::cancel_operation, forceful_); });
    cancel.add_flag("--forceful", forceful_, "Do not wait for what agents are being asked");
  }

  /// Those that begin an operation on a service or an instance.
  void add_tasks() {
    auto& instantiate = add_task("instantiate", "Instantiate a VNF instance", [this] { return this->instantiate(); });
    instantiate.add_option("--flavour", flavour_, "Deployment flavour")->capture_default_str();
    instantiate.add_option("--level", level_, "Instantiation level (default: as the VNFD says)");
    instantiate.add_option("--connect", networks_, "CONNECTION_POINT=NETWORK, as often as need be");
    instantiate.add_option("--config", file_, "node -> property -> value (YAML or JSON)");

    auto& scale =
        add_task("scale", "Scale a VNF", [this] { return begin(&Thrift::scale, aspect_, in_ ? -steps_ : steps_); });
    scale.add_option("--aspect", aspect_, "Scaling aspect")->required();
    auto* out = scale.add_flag("--out", out_, "Add (default)");
    scale.add_flag("--in", in_, "Take away")->excludes(out);
    scale.add_option("--steps", steps_, "How many")->check(CLI::Range(1, 1'000'000))->capture_default_str();

    auto& heal = add_task("heal", "Replace what runs of a VNF", [this] { return begin(&Thrift::heal, description_); });
    heal.add_option("--cause", description_, "Why, for the records");

    auto& update = add_task("update", "Change how a running VNF is configured", [this] { return this->update(); });
    update.add_option("--config", file_, "node -> property -> value (YAML or JSON); null: the descriptor's again")
        ->required();
  }

 private:
  CLI::App& add_noun(const char* name, const char* what) {
    auto& noun = *app_.add_subcommand(name, what);
    noun.require_subcommand(1);
    return noun;
  }
  template <typename Run>
  CLI::App& add(CLI::App& parent, const char* name, const char* what, Run run) {
    auto& verb = add_client_verb(parent, common_, name, what);
    verb.callback([self = shared_from_this(), run] { self->status_ = run(); });
    return verb;
  }
  template <typename Run>
  CLI::App& add_of_id(CLI::App& parent, const char* name, const char* what, Run run) {
    auto& verb = add(parent, name, what, run);
    verb.add_option("ID", id_, "Its id")->required();
    return verb;
  }
  template <typename Run>
  CLI::App& add_task(const char* name, const char* what, Run run) {
    auto& verb = add_of_id(app_, name, what, run);
    verb.add_flag("--no-wait", no_wait_, "Answer once it is accepted; `vnfm op show` tells how it goes");
    return verb;
  }

  /// Prints what was found or done, or why not.
  template <typename Info>
  int print(const Result<Info>& info) {
    if (!info) return report(info.error());
    if (common_.json()) {
      print_json(to_json(*info));
    } else if (!common_.quiet) {
      fmt::print("{}", attributes_of(to_json(*info)));
    }
    return kDone;
  }

  int say(const Result<void>& done, const char* what, const char* became) {
    if (!done) return report(done.error());
    if (common_.json()) {
      print_json({{"id", id_}, {"state", became}});
    } else if (!common_.quiet) {
      fmt::print("{} {}: {}\n", what, id_, became);
    }
    return kDone;
  }

  template <typename Info>
  int list(void (Thrift::*page_of)(std::vector<Info>&, const std::string&, std::int32_t)) {
    const auto all = the_manager(common_.reach).and_then([&](const auto& manager) { return all_of(manager, page_of); });
    if (!all) return report(all.error());
    if (common_.json()) {
      auto shown = json::array();
      for (const auto& info : *all) shown.push_back(to_json(info));
      print_json(shown);
    } else {
      fmt::print("{}", table_of(*all));
    }
    return kDone;
  }

  template <typename Info, typename... Parameters, typename... Arguments>
  int show(void (Thrift::*method)(Info&, const std::string&, Parameters...), const Arguments&... arguments) {
    return print(the_manager(common_.reach).and_then([&](const auto& manager) {
      return manager.call(method, id_, arguments...);
    }));
  }

  int upload_package() {
    return print(the_manager(common_.reach).and_then([&](const auto& manager) { return upload(manager, file_); }));
  }
  int enable(bool enabled) { return show(&Thrift::enable_package, enabled); }
  int delete_package() {
    return say(the_manager(common_.reach).and_then([&](const auto& manager) {
      return manager.call(&Thrift::delete_package, id_);
    }),
               "package", "deleted");
  }

  int create_instance() { return show(&Thrift::create_instance, name_, description_); }
  int delete_instance() {
    return say(the_manager(common_.reach).and_then([&](const auto& manager) {
      return manager.call(&Thrift::delete_instance, id_);
    }),
               "instance", "deleted");
  }

  int instantiate() {
    const auto configuration = read_configuration(file_);
    if (!configuration) return report_bad_input(configuration.error());
    const auto networks = read_pairs(networks_, "--connect");
    if (!networks) return report_bad_input(networks.error());
    wire::Instantiation how;
    how.flavour = flavour_;
    if (!level_.empty()) how.__set_level(level_);
    how.networks = *networks;
    how.configuration = *configuration;
    return follow(the_manager(common_.reach),
                  [&](const ManagerClient& manager) { return manager.call(&Thrift::instantiate, id_, how); });
  }
  int update() {
    const auto configuration = read_configuration(file_);
    if (!configuration) return report_bad_input(configuration.error());
    return begin(&Thrift::configure, *configuration);
  }

  /// Begins an operation on what runs.
  template <typename... Parameters, typename... Arguments>
  int begin(void (Thrift::*method)(wire::OperationInfo&, const std::string&, Parameters...),
            const Arguments&... arguments) {
    return follow(manager_of(common_.reach, id_),
                  [&](const ManagerClient& manager) { return manager.call(method, id_, arguments...); });
  }
  /// Goes on with a failed operation.
  int resume(void (Thrift::*method)(wire::OperationInfo&, const std::string&)) {
    return follow(the_manager(common_.reach), [&](const ManagerClient& manager) { return manager.call(method, id_); });
  }

  /// Waits for the end of the operation that `ask(manager)` begins. It has failed, if it did not do what it was for.
  template <typename Ask>
  int follow(const Result<ManagerClient>& manager, Ask ask) {
    if (!manager) return report(manager.error());
    Result<wire::OperationInfo> operation = ask(*manager);
    const auto goes_on = [&] {
      return operation && (operation->state == wire::OperationState::starting ||
                           operation->state == wire::OperationState::processing ||
                           operation->state == wire::OperationState::rolling_back);
    };
    while (!no_wait_ && goes_on()) operation = manager->call(&Thrift::wait_operation, operation->id, kWaitMs);
    const int status = print(operation);
    if (!operation || operation->error.empty() || operation->state == wire::OperationState::rolled_back) return status;
    return report({Errc::unavailable, fmt::format("operation {}: {}", operation->id, operation->error)});
  }

  CLI::App& app_;
  Common& common_;
  int& status_;
  std::string id_, file_, name_, description_, flavour_ = "default", level_, aspect_;
  std::vector<std::string> networks_;
  std::int32_t steps_ = 1;
  bool in_ = false, out_ = false, forceful_ = false, no_wait_ = false;
};

}  // namespace

void add_vnf_verbs(CLI::App& app, Common& common, int& status) {
  const auto verbs = std::make_shared<VnfVerbs>(app, common, status);
  verbs->add_package_verbs();
  verbs->add_instance_verbs();
  verbs->add_operation_verbs();
  verbs->add_tasks();
}

}  // namespace unf::vnfm
