// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Makes the threads of a session look at it anew. rc_session_stop of capture.h is implemented here, too.
#pragma once

#include "session.h"

// Makes all threads look at the session anew. The lock is held.
void rc_session_draw_attention(struct rc_session *session);
