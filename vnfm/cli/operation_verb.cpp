#include "vnfm/cli/client_verb.h"
#include "vnfm/cli/operation.h"
#include "vnfm/cli/verbs.h"

namespace unf::vnfm {
namespace {

/// `vnfm op retry ID` and `vnfm op rollback ID`, which go on with a failed operation.
struct Resume {
  void (Thrift::*method)(wire::OperationInfo&, const std::string& id);
  ClientOptions client{};
  std::string id{};

  void add_to(CLI::App& verb) {
    verb.add_option("ID", id, "Id of the operation, as \"vnfm op list\" shows it")->required();
    client.add_to(verb);
  }
  [[nodiscard]] int run() const {
    return follow(
        client.output, the_manager(client.reach), [&](const auto& manager) { return manager.call(method, id); },
        Wait::yes);
  }
};

/// `vnfm op cancel ID`
struct Cancel {
  ClientOptions client;
  std::string id;
  bool forceful = false;

  void add_to(CLI::App& verb) {
    verb.add_option("ID", id, "Id of the operation, as \"vnfm op list\" shows it")->required();
    verb.add_flag("--forceful", forceful, "Do not wait for the answers of agents");
    client.add_to(verb);
  }
  [[nodiscard]] int run() const {
    return print_answer(client.output, the_manager(client.reach).and_then([&](const auto& manager) {
      return manager.call(&Thrift::cancel_operation, id, forceful);
    }));
  }
};

}  // namespace

Verb operation_verb() {
  return {.name = "op",
          .help = "Follow the operations on VNFs, and resolve failed ones",
          .verbs = {make_verb<ListOf<wire::OperationInfo>>("list", "List the operations", {&Thrift::operations}),
                    verb_of_id("show", "Show an operation", &Thrift::show_operation),
                    make_verb<Resume>("retry", "Try a failed operation again", {&Thrift::retry_operation}),
                    make_verb<Resume>("rollback", "Undo a failed operation", {&Thrift::roll_back_operation}),
                    verb_of_id("fail", "Accept that an operation has failed, so that others can follow",
                               &Thrift::fail_operation),
                    make_verb<Cancel>("cancel", "Cancel an operation that has not ended")}};
}

}  // namespace unf::vnfm
