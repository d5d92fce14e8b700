#include "adapters/discord/message.hpp"

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include "messages/timestamp.hpp"

namespace outcry::discord {

namespace {

using nlohmann::json;

constexpr std::size_t max_text_bytes = 64 * 1024;
constexpr std::size_t max_names = 256;
constexpr std::size_t max_deleted = 1000;
constexpr int max_component_depth = 8;

[[noreturn]] void wrong(const std::string& field, const char* expected, const json* found) {
  throw bad_payload(field + ": expected " + expected + ", found " +
                    (found == nullptr ? "nothing" : found->type_name()));
}

const json* member(const json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

const json& object_or_throw(const json& value, const char* what) {
  if (!value.is_object()) wrong(what, "an object", &value);
  return value;
}

/// A text that may be missing; of another kind it is an error.
std::string_view text_of(const json& object, const char* name) {
  const auto* found = member(object, name);
  if (found == nullptr) return {};
  if (!found->is_string()) wrong(name, "a text", found);
  return found->get_ref<const std::string&>();
}

/// Decoration that must not make a message unreadable: other kinds count as empty.
std::string_view lenient_text(const json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto* found = member(object, name);
  return found != nullptr && found->is_string()
             ? std::string_view(found->get_ref<const std::string&>())
             : std::string_view();
}

bool flag_of(const json& object, const char* name) {
  const auto* found = member(object, name);
  if (found == nullptr) return false;
  if (!found->is_boolean()) wrong(name, "true or false", found);
  return found->get<bool>();
}

/// At most `room` bytes of `text`, never a part of a character: continuation bytes begin with 10.
std::string_view cut(std::string_view text, std::size_t room) {
  if (text.size() <= room) return text;
  while (room > 0 && (static_cast<unsigned char>(text[room]) & 0xC0) == 0x80) --room;
  return text.substr(0, room);
}

/// Lines up to the bound.
class page {
public:
  void line(std::string_view text) {
    if (text.empty() || full_) return;
    if (!text_.empty()) text_ += '\n';
    append(text);
  }
  void field(std::string_view name, std::string_view value) {
    if (name.empty() || value.empty()) return line(name.empty() ? value : name);
    line(name);
    append(name.ends_with(':') ? " " : ": ");
    append(value);
  }
  std::string take() { return std::move(text_); }

private:
  void append(std::string_view text) {
    if (full_) return;
    const auto part = cut(text, max_text_bytes - std::min(max_text_bytes, text_.size()));
    full_ = part.size() < text.size();
    text_ += part;
  }
  std::string text_;
  bool full_ = false;
};

void add_embed(page& to, const json& embed) {
  if (!embed.is_object()) return;
  if (const auto* author = member(embed, "author")) to.line(lenient_text(*author, "name"));
  to.line(lenient_text(embed, "title"));
  to.line(lenient_text(embed, "description"));
  if (const auto* fields = member(embed, "fields"); fields != nullptr && fields->is_array())
    for (const auto& field : *fields)
      to.field(lenient_text(field, "name"), lenient_text(field, "value"));
  if (const auto* footer = member(embed, "footer")) to.line(lenient_text(*footer, "text"));
}

void add_components(page& to, const json& holder, int depth) {
  if (depth == 0) return;
  const auto* list = member(holder, "components");
  if (list == nullptr || !list->is_array()) return;
  for (const auto& component : *list) {
    if (!component.is_object()) continue;
    // Only a text display has "content" (docs.discord.com/developers/components/reference).
    to.line(lenient_text(component, "content"));
    add_components(to, component, depth - 1);
  }
}

void add_body(page& to, const json& body) {
  to.line(text_of(body, "content"));
  if (const auto* embeds = member(body, "embeds")) {
    if (!embeds->is_array()) wrong("embeds", "a list", embeds);
    for (const auto& embed : *embeds) add_embed(to, embed);
  }
  add_components(to, body, max_component_depth);
}

std::string readable_text(const json& object) {
  page text;
  add_body(text, object);
  const auto* forwarded = member(object, "message_snapshots");
  if (forwarded != nullptr && forwarded->is_array())
    for (const auto& snapshot : *forwarded)
      if (snapshot.is_object())
        if (const auto* inner = member(snapshot, "message"); inner != nullptr && inner->is_object())
          add_body(text, *inner);
  return text.take();
}

snowflake as_id(const json& value, const std::string& name) {
  if (value.is_number_unsigned() && value.get<snowflake>() != 0) return value.get<snowflake>();
  if (value.is_string())
    if (auto id = parse_snowflake(value.get_ref<const std::string&>())) return *id;
  wrong(name, "an id of decimal digits", &value);
}

std::int64_t edited_at(const json& object) {
  const auto text = text_of(object, "edited_timestamp");
  if (text.empty()) return 0;
  const auto time = parse_iso(text);
  if (!time)
    throw bad_payload("edited_timestamp: expected ISO 8601, found \"" +
                      std::string(text.substr(0, 40)) + "\"");
  return *time / ns_per_ms;
}

}  // namespace

std::optional<snowflake> parse_snowflake(std::string_view text) {
  snowflake id = 0;
  if (text.empty() || text.size() > 20) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size() || id == 0) return std::nullopt;
  return id;
}

std::optional<snowflake> read_id(const json& object, const char* name) {
  const auto* found = member(object, name);
  if (found == nullptr) return std::nullopt;
  return as_id(*found, name);
}

snowflake require_id(const json& object, const char* name) {
  const auto id = read_id(object, name);
  if (!id) wrong(name, "an id of decimal digits", nullptr);
  return *id;
}

namespace {

/// Forwards, pins and crossposts have a reference too: only type 19 is an answer.
snowflake answered_by(const json& object) {
  constexpr int reply = 19;
  const auto* type = member(object, "type");
  const auto* reference = member(object, "message_reference");
  if (type == nullptr || *type != reply || reference == nullptr || !reference->is_object())
    return 0;
  return read_id(*reference, "message_id").value_or(0);
}

}  // namespace

message read_message(const json& object, snowflake own_user) {
  object_or_throw(object, "message");
  message result;
  result.id = require_id(object, "id");
  result.channel_id = require_id(object, "channel_id");
  result.guild_id = read_id(object, "guild_id").value_or(0);
  result.webhook_id = read_id(object, "webhook_id").value_or(0);
  const auto* author = member(object, "author");
  if (author == nullptr || !author->is_object()) wrong("author", "an object", author);
  result.author_id = require_id(*author, "id");
  result.author_name = text_of(*author, "global_name");
  if (result.author_name.empty()) result.author_name = text_of(*author, "username");
  result.author_name = cut(result.author_name, max_names);
  result.author_is_bot = flag_of(*author, "bot");
  if (const auto* who = member(object, "member"); who != nullptr && who->is_object()) {
    if (const auto* roles = member(*who, "roles")) {
      if (!roles->is_array()) wrong("member.roles", "a list", roles);
      result.role_ids.emplace();
      for (const auto& role : *roles) {
        if (result.role_ids->size() == max_names) break;
        result.role_ids->push_back(as_id(role, "member.roles"));
      }
    }
  }
  result.text = readable_text(object);
  result.reply_to = answered_by(object);
  result.sent_ms = made_at_ms(result.id);
  result.edited_ms = edited_at(object);
  result.own = own_user != 0 && result.author_id == own_user;
  return result;
}

deletion read_deletion(const json& object) {
  object_or_throw(object, "deletion");
  deletion result;
  result.channel_id = require_id(object, "channel_id");
  result.guild_id = read_id(object, "guild_id").value_or(0);
  if (const auto* many = member(object, "ids")) {
    if (!many->is_array()) wrong("ids", "a list", many);
    for (const auto& id : *many) {
      if (result.ids.size() == max_deleted) break;
      result.ids.push_back(as_id(id, "ids"));
    }
  } else {
    result.ids.push_back(require_id(object, "id"));
  }
  return result;
}

}  // namespace outcry::discord
