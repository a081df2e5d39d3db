#include "tests/transcripts/interpreter.hpp"

#include "tests/transcripts/forge.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace quorate::transcripts {

using namespace quorate::pbft;

namespace {

words split(const std::string& text, char at) {
  words parts;
  std::istringstream from{text};
  for (std::string part; std::getline(from, part, at);)
    if (!part.empty()) parts.push_back(part);
  return parts;
}

[[noreturn]] void refuse(const std::string& why) { throw std::invalid_argument(why); }

const std::string& word(const words& args, std::size_t at) {
  if (at >= args.size()) refuse("too few arguments");
  return args[at];
}

std::size_t number(const std::string& text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos)
    refuse("not a number: " + text);
  return std::stoul(text);
}

/// The value of `key=…`, if it is there.
std::optional<std::string> option(const words& args, const std::string& key) {
  for (const auto& arg : args)
    if (arg.starts_with(key + "=")) return arg.substr(key.size() + 1);
  return std::nullopt;
}

bool is_kind(const std::string& text) {
  static const std::set<std::string> kinds{
      "pre_prepare", "prepare",      "commit",     "checkpoint", "view_change",    "new_view",
      "status",      "fetch_blocks", "fetch_body", "batch_body", "committed_block"};
  return kinds.contains(text);
}

bool on_side(const std::vector<std::size_t>& places, replica_id id) {
  return places.empty() || std::find(places.begin(), places.end(), id.value) != places.end();
}

// [LINK] [KIND], from the second word.
packet_filter filter_of(const words& args) {
  link over;
  std::string kind;
  for (std::size_t i = 1; i < args.size(); ++i) {
    if (args[i].find("->") != std::string::npos)
      over = parse_link(args[i]);
    else if (is_kind(args[i]))
      kind = args[i];
    else
      refuse("neither a link nor a kind: " + args[i]);
  }
  if (args.size() < 2) refuse("which messages?");
  return [over, kind](const packet& p) {
    return on_side(over.from, p.from) && on_side(over.to, p.to) &&
           (kind.empty() || kind_name(p.what) == kind);
  };
}

timer timer_of(const std::string& text) {
  for (auto which : {timer::request, timer::view_change, timer::status})
    if (text_of(which) == text) return which;
  refuse("no such timer: " + text);
}

} // namespace

std::vector<std::size_t> parse_places(const std::string& text) {
  std::vector<std::size_t> places;
  if (text == "*") return places;
  for (const auto& part : split(text, ','))
    places.push_back(number(part));
  return places;
}

link parse_link(const std::string& text) {
  const auto arrow = text.find("->");
  if (arrow == std::string::npos) refuse("not a link: " + text);
  return {parse_places(text.substr(0, arrow)), parse_places(text.substr(arrow + 2))};
}

std::vector<std::string> interpreter::run(const std::string& line) {
  auto args = split(line, ' ');
  const bool quietly = word(args, 0) == "quietly";
  if (quietly) args.erase(args.begin());
  run_words(args);
  auto said = in().take_said();
  return quietly ? std::vector<std::string>{} : said;
}

world& interpreter::in() {
  if (!world_) refuse("begin with `cluster`");
  return *world_;
}

void interpreter::run_words(const words& args) {
  const auto& verb = word(args, 0);
  if (verb == "cluster")
    cluster(args);
  else if (verb == "request")
    request(args);
  else if (verb == "propose")
    in().propose(number(word(args, 1)), word(args, 2));
  else if (verb == "order")
    order(number(word(args, 1)));
  else if (verb == "fire")
    in().fire(number(word(args, 1)), timer_of(word(args, 2)));
  else if (verb == "status")
    in().say_status();
  else if (verb == "applied")
    in().say_applied();
  else if (verb == "in-flight")
    in().say_in_flight();
  else if (verb == "send")
    forge(in(), args);
  else if (verb == "tamper")
    tamper(in(), args);
  else if (verb == "deliver" || verb == "drop" || verb == "cut" || verb == "heal")
    network(args);
  else
    power(args);
}

void interpreter::cluster(const words& args) {
  world_ = std::make_unique<world>(number(option(args, "n").value_or("4")),
                                   number(option(args, "pipeline").value_or("8")));
  (void)world_->take_said();
}

void interpreter::request(const words& args) {
  auto places = args.size() > 3 ? parse_places(args[3]) : std::vector<std::size_t>{};
  if (places.empty())
    for (std::size_t place = 0; place < in().nodes(); ++place)
      if (in().is_up(place)) places.push_back(place);
  for (auto place : places)
    in().request(place, word(args, 1));
}

void interpreter::order(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto primary = in().who_wants_a_batch();
    if (!primary) refuse("no primary wants a batch");
    in().propose(*primary, "b" + std::to_string(in().height().value + 1));
    (void)in().deliver_until_quiet();
    (void)in().take_said();
  }
}

void interpreter::network(const words& args) {
  const auto& verb = word(args, 0);
  if (verb == "heal")
    in().heal();
  else if (verb == "cut")
    in().cut(filter_of(args));
  else if (verb == "deliver" && word(args, 1) == "all")
    (void)in().deliver_until_quiet();
  else if ((verb == "deliver" ? in().deliver(filter_of(args)) : in().drop(filter_of(args))) == 0)
    refuse("no such message is on its way");
}

void interpreter::power(const words& args) {
  const auto& verb = word(args, 0);
  const auto place = number(word(args, 1));
  if (place >= in().nodes()) refuse("no such node");
  if (verb == "disk")
    in().hold_writes(place, word(args, 2) == "hold");
  else if (verb == "persist")
    in().persist(place, args.size() > 2 ? number(args[2]) : SIZE_MAX);
  else if (verb == "crash")
    in().crash(place, number(option(args, "kept").value_or("0")));
  else if (verb == "restart")
    in().restart(place);
  else if (verb == "wipe")
    in().wipe(place);
  else if (verb == "corrupt")
    in().corrupt(place);
  else
    refuse("no such command: " + verb);
}

} // namespace quorate::transcripts
