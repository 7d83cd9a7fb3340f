// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0
#include <dlfcn.h>
#include <unistd.h>

int main(void) {
    write(1, "early", 5);
    void *library = dlopen("libsay.so", RTLD_NOW);
    ((void (*)(void))dlsym(library, "say"))();
    return 0;
}
