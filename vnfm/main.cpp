#include "adapters/keystone/keystone_authenticator.h"
#include "adapters/nfvo/http_nfvo.h"
#include "vnfm/cli/cli.h"

int main(int argc, char** argv) {
  return unf::vnfm::run(
      argc, argv, {.keystone = unf::adapters::make_keystone_authenticator, .nfvo = unf::adapters::make_http_nfvo});
}
