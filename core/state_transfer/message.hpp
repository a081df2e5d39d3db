// What replicas say to each other to hand over the state as of a stable checkpoint, and their
// canonical bytes. Castro & Liskov, OSDI '99, section 4.3 leaves the transfer of the state open.
//
// | message              | says                                                              |
// |----------------------|-------------------------------------------------------------------|
// | find_snapshot        | who has a state above this height?                                |
// | snapshot_offer       | I have this one, and 2f+1 replicas signed that it is right        |
// | fetch_chunk          | give me its records from this key on                              |
// | snapshot_chunk       | here they are, with the proof that none is wrong or left out      |
// | snapshot_unavailable | I no longer have that one                                         |
// | find_epochs          | how did the membership change from this epoch on?                 |
// | epochs_found         | so, and each epoch's voters signed for the next                   |
//
// None carries authority of its own: an offer proves itself by its certificate, and each chunk
// by the state root inside the offer's summary, whoever it comes from.
#pragma once

#include "core/ledger/range_proof.hpp"
#include "core/ledger/receipt.hpp"
#include "core/ledger/trust.hpp"
#include "core/pbft/verifier.hpp"

#include <variant>

namespace quorate::state_transfer {

struct find_snapshot {
  sequence_number above; ///< height that the asker has
  friend bool operator==(const find_snapshot&, const find_snapshot&) = default;
};

/// A state after `summary.height`. certificate.state is the hash of the summary.
struct snapshot_offer {
  ledger::block_summary summary;
  pbft::checkpoint_certificate certificate;
  friend bool operator==(const snapshot_offer&, const snapshot_offer&) = default;
};

struct fetch_chunk {
  sequence_number height;
  ledger::key_range range;
  /// Of records as encoded; from snapshot_chunk_bytes_min to snapshot_chunk_bytes_max.
  std::uint32_t bytes_max = limits::snapshot_chunk_bytes_max;
  friend bool operator==(const fetch_chunk&, const fetch_chunk&) = default;
};

/// Key of the state tree and encoded record, as ledger_state::restore() takes them.
using state_entry = std::pair<digest, bytes>;

/// All records of the state with keys in `range`: that of the request, or, where they did not fit,
/// one that ends with the last record that did.
struct snapshot_chunk {
  sequence_number height;
  ledger::key_range range;
  std::vector<state_entry> records; ///< rising by key
  ledger::range_proof proof;
  friend bool operator==(const snapshot_chunk&, const snapshot_chunk&) = default;
};

struct snapshot_unavailable {
  sequence_number height;
  friend bool operator==(const snapshot_unavailable&, const snapshot_unavailable&) = default;
};

/// From whoever was offered a snapshot of an epoch whose voters it does not know.
struct find_epochs {
  configuration_epoch from;
  friend bool operator==(const find_epochs&, const find_epochs&) = default;
};

struct epochs_found {
  std::vector<ledger::epoch_proof> proofs; ///< at most epoch_proofs_max
  friend bool operator==(const epochs_found&, const epochs_found&) = default;
};

/// The kind on the wire is the index plus one: append only.
using message = std::variant<find_snapshot, snapshot_offer, fetch_chunk, snapshot_chunk,
                             snapshot_unavailable, find_epochs, epochs_found>;

/// Bytes that a record takes of a request's bytes_max.
constexpr std::size_t entry_bytes(std::size_t record_bytes) noexcept {
  return digest::size + 4 + record_bytes;
}

void write(writer& w, const snapshot_offer& v);
void read(reader& r, snapshot_offer& v);

/// Errors of reading: truncated, over_limit, bad_enum, not_canonical (keys not strictly rising, or
/// a range that ends before it starts).
void write(writer& w, const message& m);
void read(reader& r, message& m);

/// For logs and counters: "find_snapshot", "snapshot_offer", …
std::string_view kind_of(const message& m) noexcept;

/// Whether the chunk is a right and complete answer to `asked`: every record of its range as it is
/// under `state_root`, and no fewer than fit, so that a peer cannot make a transfer last.
/// Errors: bad_proof; over_limit for more bytes than asked for.
outcome verify(const snapshot_chunk& chunk, const fetch_chunk& asked, const digest& state_root);

/// An offer whose certificate was checked: only check() makes one.
class checked_offer {
public:
  /// @param verifier  of the configuration that the certificate belongs to.
  /// Errors: bad_certificate, also for height 0 (genesis needs no transfer); digest_mismatch when
  ///   the summary is not what was signed; those of the votes.
  static expected<checked_offer> check(const pbft::verifier& verifier, snapshot_offer offer);

  const snapshot_offer& operator*() const noexcept { return offer_; }
  const snapshot_offer* operator->() const noexcept { return &offer_; }
  sequence_number height() const noexcept { return offer_.summary.height; }

private:
  explicit checked_offer(snapshot_offer offer) : offer_(std::move(offer)) {}
  snapshot_offer offer_;
};

} // namespace quorate::state_transfer
