// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "session.h"

// Everybody looks at the session anew. The lock is held.
void rc_session_draw_attention(struct rc_session *session);
