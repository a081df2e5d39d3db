#include "core/pbft/durable.hpp"

namespace quorate::pbft {

namespace {

template <class T>
void write_optional(writer& w, const std::optional<T>& v) {
  w.u8(v ? 1 : 0);
  if (v) write(w, *v);
}

template <class T>
void read_optional(reader& r, std::optional<T>& v) {
  if (r.boolean()) read(r, v.emplace());
}

} // namespace

void write(writer& w, const slot_record& v) {
  write(w, v.accepted);
  write_optional(w, v.prepared);
}
void read(reader& r, slot_record& v) {
  read(r, v.accepted);
  read_optional(r, v.prepared);
}

void write(writer& w, const view_record& v) {
  write(w, v.epoch);
  write(w, v.view);
  w.u8(v.changing ? 1 : 0);
  write_optional(w, v.left);
  write_optional(w, v.entered);
}
void read(reader& r, view_record& v) {
  read(r, v.epoch);
  read(r, v.view);
  v.changing = r.boolean();
  read_optional(r, v.left);
  read_optional(r, v.entered);
}

void write(writer& w, const block_record& v) { write(w, v.certificate); }
void read(reader& r, block_record& v) { read(r, v.certificate); }

} // namespace quorate::pbft
