#include "tosca/sfc_yang/yang_context.h"

#include <libyang/libyang.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <memory>
#include <mutex>
#include <string_view>

#include "tosca/sfc_yang/modules.h"
#include "tosca/text/xml.h"

namespace unf::tosca {
namespace {

/// Changes the other modules so that what they refer to need not be there.
constexpr std::string_view kPartialModule = "unf-sfc-partial";

struct ContextDeleter {
  void operator()(ly_ctx* context) const { ly_ctx_destroy(context); }
};
struct TreeDeleter {
  void operator()(lyd_node* tree) const { lyd_free_all(tree); }
};
using TreePtr = std::unique_ptr<lyd_node, TreeDeleter>;

LY_ERR import_embedded(const char* name, const char*, const char* submodule, const char*, void*, LYS_INFORMAT* format,
                       const char** text, ly_module_imp_data_free_clb* free_text) {
  const auto modules = yang_modules();
  const auto found =
      std::ranges::find_if(modules, [&](const YangModule& m) { return std::string_view{m.name} == name; });
  if (submodule != nullptr || found == modules.end()) return LY_ENOTFOUND;
  *format = LYS_IN_YANG;
  *text = found->text;
  *free_text = nullptr;
  return LY_SUCCESS;
}

/// The compiled modules, for whole data trees or for parts of them.
class YangContext {
 public:
  explicit YangContext(YangTree tree) {
    // libyang keeps errors instead of writing them to stderr. The option is set for all threads, as libyang resets the
    // options of a thread.
    static const auto kLogged = ly_log_options(LY_LOSTORE);
    std::ignore = kLogged;
    ly_ctx* made = nullptr;
    if (ly_ctx_new(nullptr,
                   LY_CTX_NO_YANGLIBRARY | LY_CTX_DISABLE_SEARCHDIRS | LY_CTX_DISABLE_SEARCHDIR_CWD |
                       LY_CTX_REF_IMPLEMENTED | LY_CTX_EXPLICIT_COMPILE | LY_CTX_SET_PRIV_PARSED,
                   &made) != LY_SUCCESS)
      return;
    std::unique_ptr<ly_ctx, ContextDeleter> context{made};
    ly_ctx_set_module_imp_clb(made, import_embedded, nullptr);
    std::array<const char*, 2> all_features{"*", nullptr};
    for (const auto& [name, text] : yang_modules()) {
      if (tree == YangTree::whole && name == kPartialModule) continue;
      if (ly_ctx_load_module(made, name, nullptr, all_features.data()) == nullptr) return;
    }
    if (ly_ctx_compile(made) == LY_SUCCESS) context_ = std::move(context);
  }

  /// nullptr: libyang refuses the modules, which any test would show.
  [[nodiscard]] ly_ctx* get() const { return context_.get(); }

  /// What libyang logs while `parse` runs, one thread at a time. Empty: `parse` succeeds.
  template <typename Parse>
  std::vector<YangError> errors_of(const Parse& parse) const {
    const std::lock_guard lock{mutex_};
    ly_err_clean(get(), nullptr);
    std::vector<YangError> errors;
    const auto text = [](const char* of) { return std::string{of == nullptr ? "" : of}; };
    if (parse(get()) != LY_SUCCESS) {
      for (const auto* item = ly_err_first(get()); item != nullptr; item = item->next) {
        if (item->level == LY_LLERR) errors.push_back({text(item->msg), text(item->path), text(item->apptag)});
      }
      if (errors.empty()) errors.push_back({"Refused.", "", ""});
    }
    ly_err_clean(get(), nullptr);
    return errors;
  }

 private:
  std::unique_ptr<ly_ctx, ContextDeleter> context_;
  mutable std::mutex mutex_;
};

const YangContext& whole_context() {
  static const YangContext context{YangTree::whole};
  assert(context.get() != nullptr);
  return context;
}
const YangContext& partial_context() {
  static const YangContext context{YangTree::partial};
  assert(context.get() != nullptr);
  return context;
}

}  // namespace

const ly_ctx& compiled_yang_modules() { return *whole_context().get(); }

std::vector<YangError> errors_in_data(const std::string& text, SfcFormat format, YangTree tree) {
  const auto& context = tree == YangTree::whole ? whole_context() : partial_context();
  return context.errors_of([&](const ly_ctx* loaded) {
    lyd_node* read = nullptr;
    const auto* from = format == SfcFormat::xml ? without_byte_order_mark(text).data() : text.c_str();
    const auto result = lyd_parse_data_mem(loaded, from, format == SfcFormat::xml ? LYD_XML : LYD_JSON,
                                           LYD_PARSE_STRICT | LYD_PARSE_NO_STATE, LYD_VALIDATE_NO_STATE, &read);
    const TreePtr owned{read};
    return result;
  });
}

std::vector<YangError> errors_in_request(const std::string& json) {
  return whole_context().errors_of([&](const ly_ctx* loaded) {
    ly_in* in = nullptr;
    if (const auto made = ly_in_new_memory(json.c_str(), &in); made != LY_SUCCESS) return made;
    lyd_node* read = nullptr;
    auto result = lyd_parse_op(loaded, nullptr, in, LYD_JSON, LYD_TYPE_RPC_YANG, &read, nullptr);
    if (result == LY_SUCCESS) result = lyd_validate_op(read, nullptr, LYD_TYPE_RPC_YANG, nullptr);
    const TreePtr owned{read};
    ly_in_free(in, 0);
    return result;
  });
}

}  // namespace unf::tosca
