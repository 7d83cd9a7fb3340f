// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"os"
)

func main() {
	var line bytes.Buffer
	line.WriteString("x")
	line.WriteTo(os.Stdout)
}
