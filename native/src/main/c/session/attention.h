// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Has the threads of a session look at it anew. rc_session_stop of capture.h is here, too.
#pragma once

#include "session.h"

// Everybody looks at the session anew. The lock is held.
void rc_session_draw_attention(struct rc_session *session);
