#include "actors/signer/pin_mark.hpp"

#include "actors/storage/replace_file.hpp"

namespace quorate {

std::optional<std::string> pin_mark::refusal() const {
  std::error_code error;
  const bool is_there = std::filesystem::exists(file_, error);
  if (!is_there && !error) return std::nullopt;
  return file_.string() + ": " +
         (error ? error.message() : std::string{explain(errc::hsm_pin_doubted)});
}

std::optional<std::string> pin_mark::leave(const std::string& token_label) const {
  const auto text = "The token \"" + token_label + "\" refused the PIN. " +
                    std::string{explain(errc::hsm_pin_doubted)} + "\n";
  return replace_file(file_, as_bytes(text));
}

// A loss of power may bring it back; then a person says the PIN once more.
std::optional<std::string> pin_mark::remove() const {
  std::error_code error;
  std::filesystem::remove(file_, error);
  if (!error) return std::nullopt;
  return "cannot remove " + file_.string() + ": " + error.message();
}

} // namespace quorate
