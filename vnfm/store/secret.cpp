#include "vnfm/store/secret.h"

#include <openssl/rand.h>

namespace unf::vnfm {

Result<std::string> secret_of(LedStore& store, const std::string& name) {
  const std::string key = "secret/" + name;
  const auto entry = store.store().get(key);
  if (!entry) return fail(entry.error());
  if (*entry) return (*entry)->value;
  std::string secret(32, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(secret.data()), static_cast<int>(secret.size())) != 1) {
    return fail(Errc::unavailable, "no random bytes");
  }
  return store.commit({.when = {Compare::absent(key)}, .puts = {{key, secret}}}).map([&](Revision) { return secret; });
}

}  // namespace unf::vnfm
