// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package main

import "os"

func greet() {
	os.Stdout.WriteString("x")
}

func main() {
	greet()
}
