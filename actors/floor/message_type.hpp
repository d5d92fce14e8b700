#pragma once

#include <typeinfo>

#include <caf/mailbox_element.hpp>
#include <caf/message.hpp>

namespace outcry {

/// What a message in a mailbox is, for `message_name`. Does not look into the message: it costs two
/// calls, or three where the message is shared by several receivers.
inline const std::type_info& type_of(const caf::mailbox_element& element) {
  const auto& content = element.content();
  const auto& type = typeid(content);
  // The same type has the same name at the same place: no text need be compared.
  if (type.name() != typeid(caf::message).name()) return type;
  const auto& data = static_cast<const caf::message&>(content).cvals();
  if (!data) return typeid(void);
  const auto& shared = *data;
  return typeid(shared);
}

}  // namespace outcry
