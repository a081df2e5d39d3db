// What faulty replicas say. They hold their own key and no other.
//
//   send F->T pre_prepare v0 n1 a [body=b]   body=: another batch than the digest tells
//   send F->T prepare v0 n1 a [as=2]         as=: under the name of another replica
//   send F->T commit v0 n1 a [as=2]
//   send F->T checkpoint n128 NAME           of any state
//   send F->T view_change v1 [invent v0 n1 b]
//       hides whatever F prepared; invent: with a prepared certificate that F signed alone
//   send F->T status v9 n100                 claims to stand there
//   send F->T committed_block v0 n1 b        with 2f+1 commits that F signed alone
//   tamper F->T new_view O n1=b | -n1 | +n2=b
//       F changes, drops or adds a re-proposal in its NEW-VIEW on that link, and signs it again
//   tamper F->T new_view V -2                leaves the VIEW-CHANGE of 2 out
#pragma once

#include "tests/transcripts/interpreter.hpp"

namespace quorate::transcripts {

void forge(world& in, const words& args);
void tamper(world& in, const words& args);

} // namespace quorate::transcripts
