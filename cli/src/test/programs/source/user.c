// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0
void say(void);

int main(void) {
    say();
    return 0;
}
