#include "vnfm/http/http_client.h"

#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <mutex>

namespace unf::vnfm {
namespace {

/// A transfer, as libcurl's callbacks see it.
struct Transfer {
  const OutgoingRequest& request;
  const HttpClientRules& rules;
  CURL* curl;
  HttpResponse& response;
  std::ofstream file{};
  std::uint64_t received = 0;
  bool forbidden = false;
  bool too_long = false;
  bool no_room = false;

  [[nodiscard]] unsigned status() const {
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    return static_cast<unsigned>(status);
  }
  [[nodiscard]] bool goes_to_file() const { return !request.to_file.empty() && (status() == 200 || status() == 206); }
};

curl_socket_t open_socket(void* context, curlsocktype /*purpose*/, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(context);
  if (!may_connect(ip_of(address->addr), transfer.rules.allowed)) {
    transfer.forbidden = true;
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/// Opens the file behind what is in it, if the answer goes on from there, else an empty one.
void open_file(Transfer& transfer) {
  const bool goes_on = transfer.request.resumes && transfer.status() == 206;
  transfer.file.open(transfer.request.to_file, std::ios::binary | (goes_on ? std::ios::app : std::ios::trunc));
  if (goes_on && transfer.file) transfer.received = std::filesystem::file_size(transfer.request.to_file);
}

std::size_t take_body(const char* data, std::size_t /*one*/, std::size_t size, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  const bool to_file = transfer.goes_to_file();
  if (to_file && !transfer.file.is_open()) open_file(transfer);
  transfer.received += size;
  transfer.too_long = transfer.received > transfer.rules.max_answer;
  if (transfer.too_long) return 0;
  if (!to_file) {
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

/// A URI in its parts.
class ParsedUri {
 public:
  /// Whether `text` is one; relative to the one before, if there is one.
  bool set(const std::string& text, unsigned flags = 0) {
    return curl_url_set(parsed_.get(), CURLUPART_URL, text.c_str(), flags) == CURLUE_OK;
  }
  /// Empty, if it is not there.
  [[nodiscard]] std::string part(CURLUPart which, unsigned flags = 0) const {
    char* text = nullptr;
    if (curl_url_get(parsed_.get(), which, &text, flags) != CURLUE_OK) return {};
    std::string copy = text;
    curl_free(text);
    return copy;
  }
  [[nodiscard]] std::string server() const {
    return fmt::format("{}://{}:{}", part(CURLUPART_SCHEME), part(CURLUPART_HOST),
                       part(CURLUPART_PORT, CURLU_DEFAULT_PORT));
  }

 private:
  std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parsed_{curl_url(), curl_url_cleanup};
};

void set_up(CURL* curl, const OutgoingRequest& request, const curl_slist* headers, Transfer& transfer) {
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(curl, option, value); };
  const auto set_path = [&](CURLoption option, const std::filesystem::path& path) {
    if (!path.empty()) set(option, path.c_str());
  };
  set(CURLOPT_URL, request.uri.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_PROXY, "");  // what the environment says is not for URIs of clients
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(transfer.rules.connect.count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(transfer.rules.total.count()));
  set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  set(CURLOPT_HTTPHEADER, headers);
  if (!request.body.empty()) {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(CURLOPT_POSTFIELDS, request.body.c_str());
  }
  if (!request.user.empty()) {
    set(CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    set(CURLOPT_USERNAME, request.user.c_str());
    set(CURLOPT_PASSWORD, request.password.c_str());
  }
  set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  set_path(CURLOPT_CAINFO, request.tls.ca);
  set_path(CURLOPT_SSLCERT, request.tls.certificate);
  set_path(CURLOPT_SSLKEY, request.tls.key);
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
}

/// Ends the file of an answer that has one.
void close_file(Transfer& transfer) {
  if (!transfer.goes_to_file()) return;
  if (!transfer.file.is_open()) open_file(transfer);  // there was no byte for it
  transfer.file.close();
  transfer.no_room = transfer.no_room || !transfer.file;
}

}  // namespace

HttpClientRules HttpClientRules::anywhere() {
  HttpClientRules rules;
  for (const auto* all : {"0.0.0.0/0", "::/0"}) rules.allowed.push_back(IpNetwork::parse(all).value());
  return rules;
}

Result<void> check_uri(const std::string& uri) {
  ParsedUri parsed;
  if (!parsed.set(uri, CURLU_NON_SUPPORT_SCHEME)) {
    return fail(Errc::unsupported, "{}: is no URI, expected http://HOST/PATH or https://HOST/PATH", uri);
  }
  const auto scheme = parsed.part(CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") {
    return fail(Errc::unsupported, "a URI with {}:, expected http: or https:", scheme);
  }
  if (!parsed.part(CURLUPART_USER).empty() || !parsed.part(CURLUPART_PASSWORD).empty()) {
    return fail(Errc::unsupported,
                "a URI with a user name or password in it, expected them apart from the URI, as authentication");
  }
  return {};
}

Result<std::string> resolve_location(const std::string& base, const std::string& location) {
  ParsedUri parsed;
  if (!parsed.set(base)) return fail(Errc::malformed, "{}: is no URI", base);
  const auto server = parsed.server();
  if (location.empty() || !parsed.set(location)) return fail(Errc::malformed, "Location: {}: is no URI", location);
  if (parsed.server() != server) return fail(Errc::malformed, "Location: {}: expected one at {}", location, server);
  return parsed.part(CURLUPART_URL);
}

Result<void> receive(const OutgoingRequest& request, const HttpClientRules& rules, HttpResponse& answer) {
  static std::once_flag initialized;
  std::call_once(initialized, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  if (auto checked = check_uri(request.uri); !checked) return checked;

  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl{curl_easy_init(), curl_easy_cleanup};
  curl_slist* list = curl_slist_append(nullptr, "Expect:");
  for (const auto& [name, value] : request.headers)
    list = curl_slist_append(list, fmt::format("{}: {}", name, value).c_str());
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers{list, curl_slist_free_all};
  Transfer transfer{.request = request, .rules = rules, .curl = curl.get(), .response = answer};
  set_up(curl.get(), request, headers.get(), transfer);

  const auto code = curl_easy_perform(curl.get());
  answer.status = transfer.status();
  close_file(transfer);
  if (transfer.forbidden) {
    return fail(Errc::unsupported,
                "{}: leads to an address that is not allowed, expected a public one or one in an allowed network",
                request.uri);
  }
  if (transfer.too_long) {
    return fail(Errc::unsupported, "{}: answers with more than {} bytes", request.uri, rules.max_answer);
  }
  if (transfer.no_room) {
    return fail(Errc::unavailable, "{}: the answer cannot be written there", request.to_file.string());
  }
  if (code != CURLE_OK) return fail(Errc::unavailable, "{}: {}", request.uri, curl_easy_strerror(code));
  return {};
}

Result<HttpResponse> send_request(const OutgoingRequest& request, const HttpClientRules& rules) {
  HttpResponse answer;
  return receive(request, rules, answer).map([&] { return std::move(answer); });
}

}  // namespace unf::vnfm
