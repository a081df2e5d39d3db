#include "actors/secrets/os_random.hpp"
#include "cli/commands.hpp"
#include "cli/offline_files.hpp"
#include "cli/wallet_keys.hpp"
#include "core/crypto/hash.hpp"
#include "core/offline/signing.hpp"

#include <chrono>
#include <cstdio>

namespace quorate::cli {

namespace {

constexpr std::string_view request_type = "quorate-request";
constexpr std::string_view answer_type = "quorate-answer";
constexpr auto device_file = "device.state";
constexpr auto host_file = "host.state";

int refuse(errc why) {
  std::fprintf(stderr, "quorate offline: refused: %s\n", std::string{explain(why)}.c_str());
  return refused;
}

std::uint64_t now_ms() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
}

std::filesystem::path in_folder(const std::string& folder, const char* file) {
  std::filesystem::create_directories(folder);
  return std::filesystem::path{folder} / file;
}

void print_request(std::FILE* to, const offline::request& r, const expected<std::string>& text) {
  std::fprintf(to, "Request %llu to device %s, until %llu ms since 1970\n",
               static_cast<unsigned long long>(r.counter), to_hex(r.device).c_str(),
               static_cast<unsigned long long>(r.expires_ms));
  if (text)
    std::fprintf(to, "%s", text->c_str());
  else
    std::fprintf(to, "It cannot be shown: %s\n", std::string{explain(text.error())}.c_str());
}

struct common_options {
  std::string folder;
  std::string file;
  output_options out;
};

// --- the device --------------------------------------------------------------------------------

int init(const common_options& o) {
  durable_file file{in_folder(o.folder, device_file)};
  if (file.exists()) throw std::runtime_error{o.folder + " holds a device already"};
  offline::device_state state;
  if (!os_random(state.device.data))
    throw std::runtime_error{"the operating system gives no random bytes; nothing was made"};
  file.store(encode(state));
  std::printf("%s\n", to_hex(state.device).c_str());
  return ok;
}

int status(const common_options& o) {
  durable_file file{in_folder(o.folder, device_file)};
  const auto state = or_throw(offline::decode_device_state(file.load()), o.folder);
  std::printf("device %s\nsigned last at %llu ms since 1970\nlast answered %llu\n",
              to_hex(state.device).c_str(), static_cast<unsigned long long>(state.clock_ms),
              static_cast<unsigned long long>(state.last_counter));
  return ok;
}

int set_clock(const common_options& o, bool yes) {
  durable_file file{in_folder(o.folder, device_file)};
  const auto state = or_throw(offline::decode_device_state(file.load()), o.folder);
  const auto now = now_ms();
  const auto ms = [](std::uint64_t at) { return static_cast<unsigned long long>(at); };
  std::fprintf(
      stderr,
      "This device signed last when its clock said %llu ms since 1970, and takes no earlier "
      "time for true.\nIts clock says %llu ms now.\n",
      ms(state.clock_ms), ms(now));
  if (now >= state.clock_ms) {
    std::fprintf(stderr, "Nothing has to be set back: requests expire by its clock.\n");
    return ok;
  }
  std::fprintf(stderr, "If its clock is wrong now, and was right then, requests that have expired "
                       "can be signed\nonce more; those that it answered cannot. Compare its clock "
                       "with another one first.\n");
  if (!yes && !confirm("Go by the clock of now?")) return refuse(errc::not_authorised);
  file.store(encode(offline::set_clock(state, now)));
  return ok;
}

int show(const common_options& o) {
  const auto r = or_throw(offline::decode_request(read_message(o.file, request_type)), o.file);
  const auto text = text_of(r);
  print_request(stdout, r, text);
  if (!text) return refuse(text.error());
  if (sha256(as_bytes(*text)) != r.shown) return refuse(errc::offline_wrong_display);
  return ok;
}

struct sign_options : common_options {
  secret_source key{-1, "--key-fd"};
  key_options wallet;
  bool yes = false;
};

/// The secret that signs: of a wallet or a keystore where one was named, else as it is.
ec_secret_key read_signing_key(const sign_options& o) {
  if (o.wallet.paths.empty() && o.wallet.source.secret.descriptor >= 0)
    throw std::runtime_error{"give --path: which key of the wallet"};
  if (o.wallet.paths.empty() && o.wallet.keystore.empty()) return read_secret_key(o.key);
  return signing_keys::read_one(o.wallet);
}

using result = std::variant<offline::signed_result, offline::refused_result>;

// Everything that is between a request in turn and its answer.
result decide(const offline::device_state& state, const offline::request& r,
              const expected<std::string>& text, const sign_options& o) {
  if (!text) return offline::refused_result{text.error()};
  if (const auto may = may_sign(state, r, now_ms(), *text); !may)
    return offline::refused_result{may.error()};
  if (!o.yes && !confirm("Sign this?")) return offline::refused_result{errc::not_authorised};
  const auto done = sign(r, read_signing_key(o), draw_nonce_entropy());
  // A wrong key is a slip of the user's: the request stays open.
  if (!done) throw std::runtime_error{std::string{explain(done.error())}};
  // Reading the key may have taken a while.
  if (const auto may = may_sign(state, r, now_ms(), *text); !may)
    return offline::refused_result{may.error()};
  return *done;
}

int sign_request(const sign_options& o) {
  durable_file file{in_folder(o.folder, device_file)};
  const auto state = or_throw(offline::decode_device_state(file.load()), o.folder);
  const auto r = or_throw(offline::decode_request(read_message(o.file, request_type)), o.file);
  const auto text = text_of(r);
  print_request(stderr, r, text); // standard output is the answer's
  if (const auto next = in_turn(state, r); !next) return refuse(next.error());
  const auto answered = answer_request(state, r, now_ms(), decide(state, r, text, o));
  // First the disk: an answer that nobody remembers could be given twice, differently.
  file.store(encode(answered.next));
  write_message({std::string{answer_type}, encode(answered.what)}, o.out);
  if (const auto* no = std::get_if<offline::refused_result>(&answered.what.result))
    return refuse(no->reason);
  return ok;
}

int answer_again(const common_options& o) {
  durable_file file{in_folder(o.folder, device_file)};
  const auto state = or_throw(offline::decode_device_state(file.load()), o.folder);
  if (state.last_answer.empty()) return refuse(errc::not_found);
  write_message({std::string{answer_type}, state.last_answer}, o.out);
  return ok;
}

// --- the machine with a network ----------------------------------------------------------------

int pair(const common_options& o, const std::string& device) {
  durable_file file{in_folder(o.folder, host_file)};
  if (file.exists()) throw std::runtime_error{o.folder + " is paired already"};
  offline::host_state state;
  state.device = or_throw(fixed_from_hex<offline::device_id>(device), "the device id");
  file.store(encode(state));
  return ok;
}

int resume(const common_options& o, std::uint64_t last) {
  durable_file file{in_folder(o.folder, host_file)};
  const auto state = or_throw(offline::decode_host_state(file.load()), o.folder);
  file.store(encode(resume_after(state, last)));
  return ok;
}

struct request_options : common_options {
  document_options document;
  std::string key;
  std::uint64_t valid_s = 3600;
};

int make_request(const request_options& o) {
  durable_file file{in_folder(o.folder, host_file)};
  const auto state = or_throw(offline::decode_host_state(file.load()), o.folder);
  offline::request draft;
  draft.expires_ms = now_ms() + o.valid_s * 1000;
  auto given = o.document;
  if (given.chain.empty()) given.chain = "cosmos";
  if (!o.file.empty()) given.transaction = o.file;
  const loaded_document document{given, true};
  draft.what = document.what();
  draft.network = document.view().network;
  draft.key = or_throw(fixed_from_hex<compressed_key>(o.key), "the key");
  draft.transaction = document.content();
  // The device takes no more.
  if (draft.transaction.size() > offline::transaction_bytes_max) return refuse(errc::over_limit);
  const auto text = text_of(draft);
  if (!text) return refuse(text.error());
  draft.shown = sha256(as_bytes(*text));
  const auto next = offline::make_request(state, std::move(draft));
  if (!next) return refuse(next.error());
  file.store(encode(*next));
  write_message({std::string{request_type}, encode(*next->open)}, o.out);
  return ok;
}

int request_again(const common_options& o) {
  durable_file file{in_folder(o.folder, host_file)};
  const auto state = or_throw(offline::decode_host_state(file.load()), o.folder);
  if (!state.open) return refuse(errc::not_found);
  write_message({std::string{request_type}, encode(*state.open)}, o.out);
  return ok;
}

int take(const common_options& o) {
  durable_file file{in_folder(o.folder, host_file)};
  const auto state = or_throw(offline::decode_host_state(file.load()), o.folder);
  const auto a = or_throw(offline::decode_answer(read_message(o.file, answer_type)), o.file);
  const auto next = take_answer(state, a);
  if (!next) return refuse(next.error());
  const auto* done = std::get_if<offline::signed_result>(&a.result);
  const auto whole = done != nullptr ? complete(*state.open, *done) : expected<bytes>{bytes{}};
  if (!whole) return refuse(whole.error());
  // First what was signed, then the end of the request: it can be taken until it was put out.
  if (done != nullptr) put_on_output(written(state.open->what, *whole) + "\n");
  file.store(encode(*next));
  if (done == nullptr) return refuse(std::get<offline::refused_result>(a.result).reason);
  return ok;
}

// --- the command line --------------------------------------------------------------------------

template <class Options>
std::shared_ptr<Options> with_folder(CLI::App* c) {
  auto o = std::make_shared<Options>();
  c->add_option("--state", o->folder, "Folder of what this side of the channel remembers")
      ->required();
  return o;
}

void add_file(CLI::App* c, common_options& o, const char* what) {
  c->add_option("file", o.file, what)->required();
}

void add_output(CLI::App* c, common_options& o) {
  c->add_option("--as", o.out.form, "ur: texts; qr: codes on the terminal; svg: codes; cbor")
      ->check(CLI::IsMember({"ur", "qr", "svg", "cbor"}))
      ->capture_default_str();
  c->add_option("--out", o.out.to, "The file (cbor) or folder (svg) to write");
  c->add_option("--fragment", o.out.fragment_bytes, "Bytes of one code at most")
      ->check(CLI::Range(std::size_t{10}, std::size_t{2000}))
      ->capture_default_str();
}

void add_device(CLI::App& group, chosen& run) {
  auto* c = group.add_subcommand("init", "On the device: draw its id and begin to count");
  c->callback([&run, o = with_folder<common_options>(c)] { run = [o] { return init(*o); }; });

  c = group.add_subcommand("status", "On the device: its id, and the number it answered last");
  c->callback([&run, o = with_folder<common_options>(c)] { run = [o] { return status(*o); }; });

  c = group.add_subcommand("clock", "On the device: go by its clock again, after that was once too "
                                    "far ahead");
  auto clock = with_folder<common_options>(c);
  auto yes = std::make_shared<bool>(false);
  c->add_flag("--yes", *yes, "Do not ask");
  c->footer(
      "Requests expire. So that a clock that is set back revives none, a device goes by the\n"
      "latest time at which it signed. If its clock was ahead then, it takes every request for\n"
      "expired; set the clock right, and then let the device forget that time.\n"
      "Exit codes: 0 done, 3 the answer to the question was not yes.");
  c->callback([&run, clock, yes] { run = [clock, yes] { return set_clock(*clock, *yes); }; });

  c = group.add_subcommand("show", "Say in words what a request asks for; signs nothing");
  auto shown = std::make_shared<common_options>();
  add_file(c, *shown, "The request: CBOR or UR texts, - for standard input");
  c->callback([&run, shown] { run = [shown] { return show(*shown); }; });

  c = group.add_subcommand("sign", "On the device: show a request, ask, and answer it");
  auto o = with_folder<sign_options>(c);
  add_file(c, *o, "The request: CBOR or UR texts, - for standard input");
  auto* key = c->add_option("--key-fd", o->key.descriptor,
                            "Read the secret key from this file descriptor, not from "
                            "the terminal");
  add_key_options(*c, o->wallet);
  key->excludes(c->get_option("--path"))->excludes(c->get_option("--keystore"));
  c->add_flag("--yes", o->yes, "Do not ask");
  add_output(c, *o);
  c->footer(
      "A request is answered once: with a signature, or with the reason why not, for example\n"
      "that it has expired. One that was answered before, or that comes before another one\n"
      "that is missing, gets no answer. The answer is on the disk before it is shown.\n"
      "Exit codes: 0 signed, 3 refused, 1 not answered: a file, a key or a terminal is "
      "missing.");
  c->callback([&run, o] { run = [o] { return sign_request(*o); }; });

  c = group.add_subcommand("answer", "On the device: hand out the last answer once more");
  auto again = with_folder<common_options>(c);
  add_output(c, *again);
  c->callback([&run, again] { run = [again] { return answer_again(*again); }; });
}

void add_host(CLI::App& group, chosen& run) {
  auto* c = group.add_subcommand("pair", "With a network: begin to count for a device");
  auto o = with_folder<common_options>(c);
  auto device = std::make_shared<std::string>();
  c->add_option("--device", *device, "What `quorate offline init` printed")->required();
  c->callback([&run, o, device] { run = [o, device] { return pair(*o, *device); }; });

  c = group.add_subcommand("resume", "With a network: give the open request up and go on behind "
                                     "the number that the device answered last");
  auto resumed = with_folder<common_options>(c);
  auto last = std::make_shared<std::uint64_t>();
  c->add_option("--after", *last, "What `quorate offline status` says on the device")->required();
  c->footer("For when a request or an answer was lost or altered on the way. The device signs no\n"
            "number twice, so a wrong one makes it answer nothing, and no more than that.");
  c->callback([&run, resumed, last] { run = [resumed, last] { return resume(*resumed, *last); }; });

  c = group.add_subcommand("request", "With a network: ask the device to sign a transaction");
  auto asked = with_folder<request_options>(c);
  add_document_options(*c, asked->document);
  c->get_option("--chain")->description("bitcoin, evm or cosmos (default: cosmos)");
  auto* file = c->add_option("file", asked->file, "As --transaction");
  for (const auto* other : {"--transaction", "--message", "--typed-data"})
    file->excludes(c->get_option(other));
  c->add_option("--key", asked->key, "The public key that shall sign, 33 bytes in hexadecimal")
      ->required();
  c->add_option("--valid", asked->valid_s, "Seconds in which the device may sign")
      ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{365} * 86400))
      ->capture_default_str();
  add_output(c, *asked);
  c->callback([&run, asked] { run = [asked] { return make_request(*asked); }; });

  c = group.add_subcommand("again", "With a network: hand out the open request once more");
  auto again = with_folder<common_options>(c);
  add_output(c, *again);
  c->callback([&run, again] { run = [again] { return request_again(*again); }; });

  c = group.add_subcommand("take", "With a network: check the device's answer and print what it "
                                   "signed");
  c->footer(
      "Printed is what `quorate wallet sign` would write. A PSBT of several keys is asked for\n"
      "key by key, each time with what the last answer made of it.");
  auto taken = with_folder<common_options>(c);
  add_file(c, *taken, "The answer: CBOR or UR texts, - for standard input");
  c->callback([&run, taken] { run = [taken] { return take(*taken); }; });
}

} // namespace

void add_offline(CLI::App& app, chosen& run) {
  auto* group = app.add_subcommand("offline", "Sign on a machine that has no network");
  group->require_subcommand(1);
  add_device(*group, run);
  add_host(*group, run);
}

} // namespace quorate::cli
