# SPDX-FileCopyrightText: The Renacer authors
# SPDX-License-Identifier: Apache-2.0
#
# The shared library that Java loads, the launcher that bin/renacer is, and the unwinder of copied stacks.
# Maven calls this with its version; by hand: make -C native -f library.mk VERSION=dev

CC ?= gcc
VERSION ?= dev
OUT ?= target
LIBRARY ?= $(OUT)/librenacer-$(VERSION).so
LAUNCHER ?= $(OUT)/renacer
SYMBOLIZER ?= $(OUT)/renacer-symbolize
# The same bytes wherever the checkout and the JDK lie.
HERE = $(abspath .)
LIBRARY_CFLAGS = -std=c17 -O2 -g -ffile-prefix-map=$(HERE)=native -fvisibility=hidden -Wall -Wextra -Werror -Isrc/main/c

LAUNCH_STATE = src/main/c/launcher/launch_state.c src/main/c/launcher/launch_text.c
LAUNCH_ENVIRONMENT = src/main/c/launcher/launch_environment.c
APART = $(addprefix src/main/c/,launcher/% symbolize/%)
LIBRARY_SOURCES = $(filter-out $(APART),$(sort $(wildcard src/main/c/*/*.c src/main/c/*/*/*.c))) $(LAUNCH_STATE) $(LAUNCH_ENVIRONMENT)
LIBRARY_OBJECTS = $(LIBRARY_SOURCES:src/main/c/%.c=$(OUT)/library/%.o)

.PHONY: library symbolizer
library: $(LIBRARY) $(LAUNCHER)
symbolizer: $(SYMBOLIZER)

# Found when a rule runs and not before: only jni/ needs a JDK's headers.
JDK = $(shell ../libexec/find-jdk include/jni.h)
$(patsubst src/main/c/%.c,$(OUT)/library/%.o,$(wildcard src/main/c/jni/*.c)): \
    LIBRARY_CFLAGS += -I$(JDK)/include -I$(JDK)/include/linux -ffile-prefix-map=$(JDK)=jdk

$(OUT)/library/%.o: src/main/c/%.c $(wildcard src/main/c/*.h src/main/c/*/*.h src/main/c/*/*/*.h)
	@mkdir -p $(@D)
	$(CC) $(LIBRARY_CFLAGS) -fPIC -c -o $@ $<

$(LIBRARY): $(LIBRARY_OBJECTS) src/main/c/librenacer.map
	@mkdir -p $(@D)
	$(CC) -shared -Wl,--version-script=src/main/c/librenacer.map -Wl,-z,defs,-z,now,-z,relro -o $@ $(LIBRARY_OBJECTS) -lpthread

# Which unit of the library may call which.
.PHONY: units
units: $(LIBRARY_OBJECTS)
	@src/test/units.py $(OUT)/library $(LIBRARY_OBJECTS)

# Beside the library that the launcher has Java load. -static: LD_PRELOAD and its kin are meant for the traced program. Where there is
# no static C library the launcher is linked as others are.
STATIC = $(shell printf 'int main(void) { return 0; }' | $(CC) -static -x c -o /dev/null - 2>/dev/null && echo -static)
$(LAUNCHER): $(wildcard src/main/c/launcher/*.c src/main/c/launcher/*.h)
	@mkdir -p $(@D)
	$(CC) $(LIBRARY_CFLAGS) $(STATIC) -o $@ $(wildcard src/main/c/launcher/*.c)

# Parses what strangers wrote: hardened as far as the compiler can.
$(SYMBOLIZER): $(wildcard src/main/c/symbolize/*.[ch] src/main/c/symbolize/*/*.[ch])
	@mkdir -p $(@D)
	@printf '#include <elfutils/libdwfl.h>\n' | $(CC) -fsyntax-only -x c - 2>/dev/null || \
	    { echo "renacer: libdw is needed to build renacer-symbolize (source lines): apt install libdw-dev" >&2; exit 1; }
	$(CC) $(LIBRARY_CFLAGS) -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE -pie -Wl,-z,now,-z,relro -o $@ \
	    $(wildcard src/main/c/symbolize/*.c src/main/c/symbolize/*/*.c) \
	    -Wl,-rpath,'$$ORIGIN/lib' -Wl,--disable-new-dtags -ldw -lelf
