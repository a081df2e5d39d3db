#include "core/offline/bytewords.hpp"

namespace quorate::offline {

namespace {

constexpr std::size_t word_letters = 4;
constexpr std::size_t checksum_bytes = 4;

// The 256 words, ascending, so that a byte is a place. Source: BCR-2020-012, "Word list".
constexpr std::string_view words =
    "ableacidalsoapexaquaarchatomauntawayaxisbackbaldbarnbeltbetabias"
    "bluebodybragbrewbulbbuzzcalmcashcatschefcityclawcodecolacookcost"
    "cruxcurlcuspcyandarkdatadaysdelidicedietdoordowndrawdropdrumdull"
    "dutyeacheasyechoedgeepicevenexamexiteyesfactfairfernfigsfilmfish"
    "fizzflapflewfluxfoxyfreefrogfuelfundgalagamegeargemsgiftgirlglow"
    "goodgraygrimgurugushgyrohalfhanghardhawkheathelphighhillholyhope"
    "hornhutsicedideaidleinchinkyintoirisironitemjadejazzjoinjoltjowl"
    "judojugsjumpjunkjurykeepkenokeptkeyskickkilnkingkitekiwiknoblamb"
    "lavalazyleaflegsliarlimplionlistlogoloudloveluaulucklungmainmany"
    "mathmazememomenumeowmildmintmissmonknailnavyneednewsnextnoonnote"
    "numbobeyoboeomitonyxopenovalowlspaidpartpeckplaypluspoempoolpose"
    "puffpumapurrquadquizraceramprealredorichroadrockroofrubyruinruns"
    "rustsafesagascarsetssilkskewslotsoapsolosongstubsurfswantacotask"
    "taxitenttiedtimetinytoiltombtoystriptunatwinuglyundouniturgeuser"
    "vastveryvetovialvibeviewvisavoidvowswallwandwarmwaspwavewaxywebs"
    "whatwhenwhizwolfworkyankyawnyellyogayurtzapszerozestzinczonezoom";
static_assert(words.size() == 256 * word_letters);

constexpr std::string_view word(std::size_t byte) {
  return words.substr(byte * word_letters, word_letters);
}

constexpr std::size_t letter(char c) { return static_cast<std::size_t>(c - 'a'); }

// No two words share their first and last letter: the byte by those two, or -1.
constexpr auto by_letters = [] {
  std::array<std::int16_t, 26 * 26> table{};
  for (auto& entry : table)
    entry = -1;
  for (std::size_t byte = 0; byte < 256; ++byte)
    table[letter(word(byte)[0]) * 26 + letter(word(byte)[3])] = static_cast<std::int16_t>(byte);
  return table;
}();

std::string_view separator(bytewords_style style) {
  switch (style) {
  case bytewords_style::standard:
    return " ";
  case bytewords_style::uri:
    return "-";
  case bytewords_style::minimal:
    return "";
  }
  return "";
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// The byte of one word or pair. Errors: bytewords_bad_word.
expected<std::uint8_t> byte_of(std::string_view text) {
  std::string small;
  for (const char c : text)
    small += lower(c);
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  if (!is_letter(small.front()) || !is_letter(small.back())) return errc::bytewords_bad_word;
  const auto byte = by_letters[letter(small.front()) * 26 + letter(small.back())];
  if (byte < 0) return errc::bytewords_bad_word;
  if (small.size() == word_letters && small != word(static_cast<std::size_t>(byte)))
    return errc::bytewords_bad_word;
  return static_cast<std::uint8_t>(byte);
}

std::array<std::uint8_t, checksum_bytes> checksum_of(byte_view in) {
  const auto crc = crc32(in);
  return {static_cast<std::uint8_t>(crc >> 24), static_cast<std::uint8_t>(crc >> 16),
          static_cast<std::uint8_t>(crc >> 8), static_cast<std::uint8_t>(crc)};
}

} // namespace

std::uint32_t crc32(byte_view in) noexcept {
  std::uint32_t crc = 0xffffffff;
  for (const auto byte : in) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit)
      crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
  }
  return ~crc;
}

std::string encode_bytewords(bytewords_style style, byte_view in) {
  std::string out;
  const auto append = [&](byte_view part) {
    for (const auto byte : part) {
      if (!out.empty()) out += separator(style);
      const auto w = word(byte);
      if (style == bytewords_style::minimal)
        out.append(1, w.front()).append(1, w.back());
      else
        out += w;
    }
  };
  append(in);
  append(checksum_of(in));
  return out;
}

expected<bytes> decode_bytewords(bytewords_style style, std::string_view text) {
  const std::size_t letters = style == bytewords_style::minimal ? 2 : word_letters;
  const auto between = separator(style);
  bytes out;
  out.reserve(text.size() / letters);
  while (!text.empty()) {
    if (!out.empty() && text.substr(0, between.size()) != between) return errc::bytewords_bad_word;
    if (!out.empty()) text.remove_prefix(between.size());
    if (text.size() < letters) return errc::bytewords_bad_word;
    QUORATE_ASSIGN(const auto byte, byte_of(text.substr(0, letters)));
    out.push_back(byte);
    text.remove_prefix(letters);
  }
  if (out.size() < checksum_bytes) return errc::truncated;
  const auto payload = byte_view{out}.first(out.size() - checksum_bytes);
  const auto checksum = checksum_of(payload);
  if (!std::equal(checksum.begin(), checksum.end(), out.end() - checksum_bytes))
    return errc::bytewords_bad_checksum;
  out.resize(payload.size());
  return out;
}

} // namespace quorate::offline
