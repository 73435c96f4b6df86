#include "vnfm/cli/cli.h"

#include "agent/base/transport.h"
#include "vnfm/cli/verbs.h"

namespace unf::vnfm {

int run(int argc, char** argv, const Adapters& adapters) {
  CLI::App app{"Deploys network services as graphs of uNFs, the small functions that VNFs are made of.", "vnfm"};
  agent::prepare_process_for_thrift();
  return run_verbs(app,
                   {{"Service descriptions", {plan_verb(), validate_verb(), convert_verb(), catalog_verb()}},
                    {"VNF packages on disk", {new_verb(), sign_verb()}},
                    {"Services", {deploy_verb(), list_verb(), show_verb(), top_verb(), terminate_verb()}},
                    {"VNFs of a manager",
                     {package_verb(), instance_verb(), instantiate_verb(), scale_verb(), heal_verb(), update_verb(),
                      operation_verb()}},
                    {"The manager", {serve_verb(adapters), store_verb()}}},
                   argc, argv);
}

}  // namespace unf::vnfm
