// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Connects again and again to a port where nobody listens.
package main

import (
	"net"
	"os"
	"time"
)

func main() {
	for {
		if connection, err := net.DialTimeout("tcp", os.Getenv("PEER")+":5432", time.Second); err == nil {
			connection.Close()
		}
		time.Sleep(100 * time.Millisecond)
	}
}
