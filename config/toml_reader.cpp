#include "config/toml_reader.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <fstream>
#include <set>

namespace quorate::config {

namespace {

constexpr std::uintmax_t file_bytes_max = 1024 * 1024;

// Edit distance, for "did you mean".
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

} // namespace

struct toml_document::content {
  std::filesystem::path file;
  toml::table parsed;
  toml::table empty; ///< stands for tables that are missing
  std::vector<std::string> errors;

  void complain(const toml::source_region& where, const std::string& what) {
    std::string line = file.string();
    if (where.begin)
      line += ":" + std::to_string(where.begin.line) + ":" + std::to_string(where.begin.column);
    errors.push_back(line + ": " + what);
  }
};

class toml_table::impl {
public:
  impl(toml_document::content* d, const toml::table* t, std::string n)
      : document(d), table(t), name(std::move(n)) {}

  const toml::node* find(const char* key, bool required) {
    known.insert(key);
    const auto* node = table->get(key);
    if (node == nullptr && required)
      document->complain(table->source(), "the key `" + name + key + "` is missing; add it");
    return node;
  }
  void wrong_type(const toml::node& node, const char* key, const char* expected) {
    document->complain(node.source(),
                       "`" + name + key + "` has to be " + expected + "; change its value");
  }

  toml_document::content* document;
  const toml::table* table;
  std::string name; ///< with a dot behind it, or empty
  std::set<std::string> known;
};

void toml_table::text(const char* key, std::string& value, bool required) {
  const auto* node = impl_->find(key, required);
  if (node == nullptr) return;
  if (const auto found = node->value_exact<std::string>())
    value = *found;
  else
    impl_->wrong_type(*node, key, "a string");
}

void toml_table::integer(const char* key, std::uint64_t& value, std::uint64_t least,
                         std::uint64_t most, bool required) {
  const auto* node = impl_->find(key, required);
  if (node == nullptr) return;
  const auto found = node->value_exact<std::int64_t>();
  if (!found) return impl_->wrong_type(*node, key, "an integer");
  if (*found < 0 || static_cast<std::uint64_t>(*found) < least ||
      static_cast<std::uint64_t>(*found) > most) {
    impl_->document->complain(node->source(), "`" + impl_->name + key + "` is " +
                                                  std::to_string(*found) + "; it has to be from " +
                                                  std::to_string(least) + " to " +
                                                  std::to_string(most));
    return;
  }
  value = static_cast<std::uint64_t>(*found);
}

void toml_table::boolean(const char* key, bool& value) {
  const auto* node = impl_->find(key, false);
  if (node == nullptr) return;
  if (const auto found = node->value_exact<bool>())
    value = *found;
  else
    impl_->wrong_type(*node, key, "true or false");
}

void toml_table::texts(const char* key, std::vector<std::string>& values, std::size_t most) {
  const auto* node = impl_->find(key, false);
  if (node == nullptr) return;
  const auto* list = node->as_array();
  if (list == nullptr) return impl_->wrong_type(*node, key, "a list of strings");
  if (list->size() > most)
    impl_->document->complain(node->source(), "`" + impl_->name + key + "` has " +
                                                  std::to_string(list->size()) +
                                                  " entries; it may have " + std::to_string(most));
  for (const auto& entry : *list) {
    if (const auto one = entry.value_exact<std::string>())
      values.push_back(*one);
    else
      impl_->wrong_type(entry, key, "a list of strings");
  }
}

void toml_table::path(const char* key, std::filesystem::path& value, bool required) {
  std::string given;
  text(key, given, required);
  if (given.empty()) return;
  value = given;
  if (value.is_relative()) value = impl_->document->file.parent_path() / value;
}

void toml_table::choice(const char* key, std::string& value,
                        const std::vector<std::string>& choices) {
  std::string given = value;
  text(key, given);
  if (std::find(choices.begin(), choices.end(), given) != choices.end()) {
    value = given;
    return;
  }
  std::string all;
  for (const auto& one : choices)
    all += (all.empty() ? "" : ", ") + one;
  complain(key, "`" + impl_->name + key + "` is \"" + given + "\"; it has to be one of " + all);
}

toml_table toml_table::table(const char* key, bool required) {
  const auto* node = impl_->find(key, required);
  const auto* found = node == nullptr ? nullptr : node->as_table();
  if (node != nullptr && found == nullptr) impl_->wrong_type(*node, key, "a table");
  return toml_table{std::make_shared<impl>(impl_->document, found ? found : &impl_->document->empty,
                                           impl_->name + key + ".")};
}

std::vector<toml_table> toml_table::tables(const char* key, std::size_t least, std::size_t most) {
  std::vector<toml_table> all;
  const auto* node = impl_->find(key, least > 0);
  if (node == nullptr) return all;
  const auto* list = node->as_array();
  if (list == nullptr) {
    impl_->wrong_type(*node, key, "a list of tables");
    return all;
  }
  if (list->size() < least || list->size() > most)
    impl_->document->complain(node->source(),
                              "`" + impl_->name + key + "` has " + std::to_string(list->size()) +
                                  " entries; it has to have " + std::to_string(least) + " to " +
                                  std::to_string(most));
  for (const auto& entry : *list) {
    if (const auto* one = entry.as_table())
      all.push_back(
          toml_table{std::make_shared<impl>(impl_->document, one, impl_->name + key + ".")});
    else
      impl_->wrong_type(entry, key, "a list of tables");
  }
  return all;
}

void toml_table::complain(const char* key, const std::string& what) {
  const auto* node = impl_->table->get(key);
  impl_->document->complain(node ? node->source() : impl_->table->source(), what);
}

void toml_table::finish() {
  for (const auto& [key, node] : *impl_->table) {
    const std::string unknown{key.str()};
    if (impl_->known.contains(unknown)) continue;
    const auto nearest = std::min_element(
        impl_->known.begin(), impl_->known.end(),
        [&](const auto& a, const auto& b) { return distance(a, unknown) < distance(b, unknown); });
    std::string what = "unknown key `" + impl_->name + unknown + "`";
    if (nearest != impl_->known.end()) what += "; did you mean `" + *nearest + "`?";
    impl_->document->complain(key.source(), what);
  }
}

toml_document::toml_document(const std::filesystem::path& file)
    : content_(std::make_shared<content>()) {
  content_->file = file;
  std::error_code ignored;
  const auto size = std::filesystem::file_size(file, ignored);
  std::ifstream in{file, std::ios::binary};
  if (!in || ignored) {
    content_->errors.push_back(file.string() +
                               ": cannot read the file; check that it exists and may be read");
    return;
  }
  if (size > file_bytes_max) {
    content_->errors.push_back(file.string() + ": larger than 1 MiB; this is no configuration");
    return;
  }
  try {
    content_->parsed = toml::parse(in, file.string());
  } catch (const toml::parse_error& e) {
    content_->complain(e.source(), std::string{"not valid TOML: "} + std::string{e.description()});
  }
}

toml_document::~toml_document() = default;

toml_table toml_document::root() {
  return toml_table{
      std::make_shared<toml_table::impl>(content_.get(), &content_->parsed, std::string{})};
}

const std::vector<std::string>& toml_document::errors() const noexcept { return content_->errors; }

} // namespace quorate::config
