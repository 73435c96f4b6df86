#include "vnfm/http/http_client.h"

#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <mutex>

namespace unf::vnfm {
namespace {

/// A transfer, as libcurl's callbacks see it.
struct Transfer {
  const HttpClientRules& rules;
  HttpResponse response;
  std::ofstream file;
  std::uint64_t received = 0;
  bool forbidden = false;
  bool too_long = false;
  bool no_room = false;
};

curl_socket_t open_socket(void* context, curlsocktype /*purpose*/, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(context);
  if (!may_connect(ip_of(address->addr), transfer.rules.allowed)) {
    transfer.forbidden = true;
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::size_t take_body(const char* data, std::size_t /*one*/, std::size_t size, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  transfer.received += size;
  transfer.too_long = transfer.received > transfer.rules.max_answer;
  if (transfer.too_long) return 0;
  if (!transfer.file.is_open()) {
    transfer.response.body.append(data, size);
    return size;
  }
  transfer.no_room = !transfer.file.write(data, static_cast<std::streamsize>(size));
  return transfer.no_room ? 0 : size;
}

int is_cancelled(void* flag, curl_off_t /*total*/, curl_off_t /*now*/, curl_off_t /*up*/, curl_off_t /*up now*/) {
  return static_cast<const std::atomic<bool>*>(flag)->load() ? 1 : 0;
}

std::size_t take_header(const char* data, std::size_t /*one*/, std::size_t size, void* context) {
  auto& headers = static_cast<Transfer*>(context)->response.headers;
  std::string_view line{data, size};
  if (line.starts_with("HTTP/")) headers.clear();  // those of an interim answer
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  const auto colon = line.find(':');
  if (colon == line.npos || headers.size() == 100) return size;
  const auto value = line.substr(std::min(line.find_first_not_of(" \t", colon + 1), line.size()));
  headers.push_back({std::string{line.substr(0, colon)}, std::string{value}});
  return size;
}

}  // namespace

Result<void> check_uri(const std::string& uri) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parsed{curl_url(), curl_url_cleanup};
  const auto part = [&](CURLUPart which) {
    char* text = nullptr;
    if (curl_url_get(parsed.get(), which, &text, 0) != CURLUE_OK) return std::string{};
    std::string copy = text;
    curl_free(text);
    return copy;
  };
  if (curl_url_set(parsed.get(), CURLUPART_URL, uri.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
    return fail(Errc::unsupported, "{}: is no URI, expected http://HOST/PATH or https://HOST/PATH", uri);
  }
  const auto scheme = part(CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") {
    return fail(Errc::unsupported, "a URI with {}:, expected http: or https:", scheme);
  }
  if (!part(CURLUPART_USER).empty() || !part(CURLUPART_PASSWORD).empty()) {
    return fail(Errc::unsupported, "a URI with credentials in it, expected them beside it");
  }
  return {};
}

Result<HttpResponse> send_request(const OutgoingRequest& request, const HttpClientRules& rules) {
  static std::once_flag initialized;
  std::call_once(initialized, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  if (auto checked = check_uri(request.uri); !checked) return fail(checked.error());

  Transfer transfer{.rules = rules};
  if (!request.to_file.empty()) {
    transfer.file.open(request.to_file, std::ios::binary | std::ios::trunc);
    if (!transfer.file) return fail(Errc::unavailable, "{}: cannot be written", request.to_file.string());
  }
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl{curl_easy_init(), curl_easy_cleanup};
  curl_slist* list = curl_slist_append(nullptr, "Expect:");
  for (const auto& [name, value] : request.headers)
    list = curl_slist_append(list, fmt::format("{}: {}", name, value).c_str());
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers{list, curl_slist_free_all};
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(curl.get(), option, value); };
  set(CURLOPT_URL, request.uri.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_PROXY, "");  // what the environment says is not for URIs of clients
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(rules.connect.count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(rules.total.count()));
  set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  set(CURLOPT_HTTPHEADER, headers.get());
  if (!request.body.empty()) {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(CURLOPT_POSTFIELDS, request.body.c_str());
  }
  if (!request.user.empty()) {
    set(CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    set(CURLOPT_USERNAME, request.user.c_str());
    set(CURLOPT_PASSWORD, request.password.c_str());
  }
  set(CURLOPT_OPENSOCKETFUNCTION, open_socket);
  set(CURLOPT_OPENSOCKETDATA, &transfer);
  set(CURLOPT_WRITEFUNCTION, take_body);
  set(CURLOPT_WRITEDATA, &transfer);
  set(CURLOPT_HEADERFUNCTION, take_header);
  set(CURLOPT_HEADERDATA, &transfer);

  if (request.cancelled != nullptr) {
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, is_cancelled);
    set(CURLOPT_XFERINFODATA, request.cancelled);
  }

  const auto code = curl_easy_perform(curl.get());
  if (transfer.forbidden) return fail(Errc::unsupported, "{}: leads to an address that is not allowed", request.uri);
  if (transfer.too_long) {
    return fail(Errc::unsupported, "{}: answers with more than {} bytes", request.uri, rules.max_answer);
  }
  if (transfer.file.is_open()) {
    transfer.file.close();
    if (transfer.no_room || !transfer.file) {
      return fail(Errc::unavailable, "{}: cannot be written", request.to_file.string());
    }
  }
  if (code != CURLE_OK) return fail(Errc::unavailable, "{}: {}", request.uri, curl_easy_strerror(code));
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  transfer.response.status = static_cast<unsigned>(status);
  return std::move(transfer.response);
}

}  // namespace unf::vnfm
