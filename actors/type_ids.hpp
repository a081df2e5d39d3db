// The one CAF type-id block of the project. Order is part of the wire format: append only.
#pragma once

#include "actors/messages.hpp"

#include <caf/type_id.hpp>

CAF_BEGIN_TYPE_ID_BLOCK(quorate, caf::first_custom_type_id)

// Network messages.
CAF_ADD_TYPE_ID(quorate, (quorate::wire::peer_hello))
CAF_ADD_TYPE_ID(quorate, (quorate::wire::peer_frame))
CAF_ADD_TYPE_ID(quorate, (quorate::wire::peer_ack))
CAF_ADD_TYPE_ID(quorate, (quorate::wire::client_hello))
CAF_ADD_TYPE_ID(quorate, (quorate::wire::server_hello))
CAF_ADD_TYPE_ID(quorate, (quorate::wire::submit_request))
CAF_ADD_TYPE_ID(quorate, (quorate::wire::submit_reply))
CAF_ADD_TYPE_ID(quorate, (quorate::wire::query_request))
CAF_ADD_TYPE_ID(quorate, (quorate::wire::query_reply))
CAF_ADD_TYPE_ID(quorate, (quorate::wire::receipt_push))
CAF_ADD_TYPE_ID(quorate, (quorate::wire::signer_question))
CAF_ADD_TYPE_ID(quorate, (quorate::wire::signer_answer))

CAF_END_TYPE_ID_BLOCK(quorate)
