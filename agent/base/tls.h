#pragma once

#include <openssl/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "graph/model/result.h"

namespace unf::agent {

/// A server's PEM files.
struct ServerTls {
  std::filesystem::path certificate;  ///< with its chain
  std::filesystem::path key;
  std::filesystem::path client_ca{};  ///< who signs the certificates of clients; empty: none is asked for
  bool require_client = false;        ///< else a client may come without a certificate
};

/// A client's PEM files.
struct ClientTls {
  std::filesystem::path ca;             ///< who signs the certificates of servers
  std::filesystem::path certificate{};  ///< to show, with its chain; empty: none
  std::filesystem::path key{};
};

/// TLS 1.2 and 1.3 by these files. Errors: malformed, with the files.
[[nodiscard]] Result<void> configure(SSL_CTX* context, const ServerTls& tls);
[[nodiscard]] Result<void> configure(SSL_CTX* context, const ClientTls& tls);

/// Common name and subject alternative names (DNS, URI, mail) of the peer's certificate; none, if it showed none.
[[nodiscard]] std::vector<std::string> certificate_names(const SSL* ssl);

}  // namespace unf::agent
