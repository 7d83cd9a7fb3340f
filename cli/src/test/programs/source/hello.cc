// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0
#include <iostream>

struct Greeter {
    void greet() {
        std::cout << "x" << std::endl;
    }
};

int main() {
    Greeter().greet();
}
