#include "tosca/sfc_yang/sfc_text.h"

#include "tosca/text/xml.h"

namespace unf::tosca {

SfcFormat sfc_format(std::string_view text) {
  text = without_byte_order_mark(text);
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != text.npos && text[first] == '<' ? SfcFormat::xml : SfcFormat::json;
}

}  // namespace unf::tosca
