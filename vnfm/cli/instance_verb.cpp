#include "vnfm/cli/client_verb.h"
#include "vnfm/cli/verbs.h"

namespace unf::vnfm {
namespace {

/// `vnfm instance create VNFD`
struct CreateInstance {
  ClientOptions client;
  std::string vnfd, name, description;

  void add_to(CLI::App& verb) {
    verb.add_option("VNFD", vnfd, "Id of the VNF's descriptor, as \"vnfm package list\" shows it")->required();
    verb.add_option("--name", name, "Name of the instance, for people");
    verb.add_option("--description", description, "What the instance is for");
    client.add_to(verb);
  }
  [[nodiscard]] int run() const {
    return print_answer(client.output, the_manager(client.reach).and_then([&](const auto& manager) {
      return manager.call(&Thrift::create_instance, vnfd, name, description);
    }));
  }
};

}  // namespace

Verb instance_verb() {
  return {
      .name = "instance",
      .help = "Create and manage VNF instances",
      .verbs = {make_verb<CreateInstance>("create", "Create a VNF instance; \"vnfm instantiate\" then makes it run"),
                make_verb<ListOf<wire::InstanceInfo>>("list", "List the instances", {&Thrift::instances}),
                verb_of_id("show", "Show an instance", &Thrift::show_instance),
                make_verb<Delete>("delete", "Delete an instance that is not instantiated",
                                  {"instance", &Thrift::delete_instance})}};
}

}  // namespace unf::vnfm
