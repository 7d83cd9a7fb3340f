// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What the tracer asks for (wire.h), carried out.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Carries out a request and sends its answer, if it has one. Returns false if the request is malformed or there is no
// room for what it brings: then nothing further must be asked of this process.
bool rs_handle(uint32_t type, const uint8_t *payload, size_t length);
