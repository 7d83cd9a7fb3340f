// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Carries out what the tracer asks for (wire.h).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Carries out a request and sends its answer, if it has one. Returns false if the request is malformed or there is no
// room for its contents: then this process must not be asked anything further.
bool rs_handle(uint32_t type, const uint8_t *payload, size_t length);
