// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The launch state: a text that is taken says the same once written and read again.

#include "input.h"
#include "launcher/launch_state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct rc_launch_state state;
    static struct rc_launch_state again;
    static char written[RC_LAUNCH_TEXT_SIZE];
    char *text = input_text(data, size);
    if (rc_launch_state_parse(text, &state) == 0) {
        REQUIRE(state.cpu_words <= RC_LAUNCH_CPU_WORDS && state.fd_ranges <= RC_LAUNCH_FD_RANGES &&
                state.limit_count <= RC_LAUNCH_LIMITS);
        REQUIRE(rc_launch_state_format(&state, written, sizeof written) == 0);
        REQUIRE(rc_launch_state_parse(written, &again) == 0);
        REQUIRE(memcmp(&state, &again, sizeof state) == 0);
    }
    free(text);
    return 0;
}
