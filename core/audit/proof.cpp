#include "core/audit/proof.hpp"

namespace quorate::audit {

namespace {

constexpr std::uint8_t version = 1;

void write_path(writer& w, const std::vector<digest>& path) {
  w.count(path.size());
  for (const auto& one : path)
    write(w, one);
}
void read_path(reader& r, std::vector<digest>& path) {
  path.resize(r.count(proof_hashes_max, digest::size));
  for (auto& one : path)
    read(r, one);
}

void write_part(writer& w, const inclusion& p) {
  write(w, p.what);
  w.u64(p.index);
  write(w, p.head);
  write_path(w, p.path);
}
void read_part(reader& r, inclusion& p) {
  read(r, p.what);
  p.index = r.u64();
  read(r, p.head);
  read_path(r, p.path);
}

void write_part(writer& w, const consistency& p) {
  write(w, p.before);
  write(w, p.after);
  write_path(w, p.path);
}
void read_part(reader& r, consistency& p) {
  read(r, p.before);
  read(r, p.after);
  read_path(r, p.path);
}

outcome verify_part(const inclusion& p) {
  return verify_inclusion(leaf_of(p.what), p.index, p.head, p.path);
}
outcome verify_part(const consistency& p) { return verify_consistency(p.before, p.after, p.path); }

} // namespace

outcome verify(const proof& p) {
  return std::visit([](const auto& part) { return verify_part(part); }, p);
}

void write(writer& w, const proof& p) {
  w.u8(version);
  w.u8(static_cast<std::uint8_t>(p.index() + 1));
  std::visit([&w](const auto& part) { write_part(w, part); }, p);
}

void read(reader& r, proof& p) {
  if (r.u8() != version) r.fail(errc::bad_version);
  const auto kind = r.u8();
  if (kind == 1)
    read_part(r, p.emplace<inclusion>());
  else if (kind == 2)
    read_part(r, p.emplace<consistency>());
  else
    r.fail(errc::bad_enum);
}

} // namespace quorate::audit
