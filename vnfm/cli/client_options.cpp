#include "vnfm/cli/client_options.h"

namespace unf::vnfm {

void ClientOptions::add_to(CLI::App& verb) {
  verb.add_option(
      "--server", reach.server,
      fmt::format("Manager to ask: HOST:PORT or the path of its socket (default: {}, and every \"vnfm deploy --local\" "
                  "of this machine)",
                  kDefaultServer));
  auto* ca = verb.add_option(
      "--ca", reach.ca, "Connect with TLS; the manager's certificate must be signed by a certificate in this PEM file");
  auto* certificate =
      verb.add_option("--cert", reach.certificate, "Certificate to show to the manager (PEM file)")->needs(ca);
  auto* key = verb.add_option("--key", reach.key, "Private key of that certificate (PEM file)")->needs(certificate);
  certificate->needs(key);
  ca->envname("UNF_CA");
  certificate->envname("UNF_CERT");
  key->envname("UNF_KEY");
  add_output(verb, output);
}

}  // namespace unf::vnfm
