// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The front of a chain: an HTTP server that passes each request on to the middle, whose address is in PEER.
package main

import (
	"io"
	"net/http"
	"os"
)

func main() {
	serve := func(writer http.ResponseWriter, _ *http.Request) {
		answer, err := http.Get("http://" + os.Getenv("PEER") + ":8081/")
		if err != nil {
			http.Error(writer, err.Error(), http.StatusBadGateway)
			return
		}
		defer answer.Body.Close()
		io.Copy(writer, answer.Body)
	}
	if err := http.ListenAndServe(":8080", http.HandlerFunc(serve)); err != nil {
		os.Exit(1)
	}
}
