#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "vnfm/http/http_server_connection.h"

namespace unf::vnfm::http_server {

/// The TLS context of the connections to come, which can be replaced. Calls may come from any thread.
class TlsFiles {
 public:
  explicit TlsFiles(std::optional<agent::ServerTls> files) : files_(std::move(files)) {}
  /// Reads the files; without files there is nothing to do. Errors: malformed; then the earlier context stays.
  [[nodiscard]] Result<void> load();
  /// Null without files.
  [[nodiscard]] std::shared_ptr<TlsContext> context();
  [[nodiscard]] bool are_given() const { return files_.has_value(); }

 private:
  const std::optional<agent::ServerTls> files_;
  std::mutex mutex_;
  std::shared_ptr<TlsContext> context_;
};

}  // namespace unf::vnfm::http_server
