// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Announces labels of runtime/pprof as the contexts of its threads (OTEP 4947, go_pprof_labels_v1), and looks for files that
// say by their names when. With "load" 16 goroutines do so for 100 requests each, and the names of the files are the ids.
package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"syscall"
	"time"
	"unsafe"
)

const (
	vma      = 0x53564d41 // PR_SET_VMA; PR_SET_VMA_ANON_NAME is 0
	pageSize = 4096
)

// The header of OTEP 4719.
type header struct {
	signature   [8]byte
	version     uint32
	size        uint32
	publishedNs uint64
	data        uintptr
}

var (
	data []byte // stays where it is: what is global is not moved
	name = []byte("OTEL_CTX\x00")
)

func message(tag byte, contents ...string) string {
	all := strings.Join(contents, "")
	return string([]byte{tag, byte(len(all))}) + all
}

func announce(schema string) {
	data = []byte(message(0x12, message(0x0a, "threadlocal.schema_version"), message(0x12, message(0x0a, schema))))
	mapping, err := syscall.Mmap(-1, 0, pageSize, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE|syscall.MAP_ANON)
	if err != nil {
		panic(err)
	}
	place := (*header)(unsafe.Pointer(&mapping[0]))
	*place = header{version: 2, size: uint32(len(data)), publishedNs: 1, data: uintptr(unsafe.Pointer(&data[0]))}
	copy(place.signature[:], "OTEL_CTX")
	// Fails where the kernel cannot name mappings; the call itself says where it is.
	_, _, _ = syscall.Syscall6(syscall.SYS_PRCTL, vma, 0, uintptr(unsafe.Pointer(place)), pageSize, uintptr(unsafe.Pointer(&name[0])), 0)
	runtime.KeepAlive(mapping)
}

func look(when string) {
	_, _ = os.Stat("/nonexistent/" + when)
}

func with(when string, labels ...string) {
	pprof.Do(context.Background(), pprof.Labels(labels...), func(context.Context) { look(when) })
}

func requests(thread byte) {
	for request := byte(0); request < 100; request++ {
		trace := strings.Repeat(fmt.Sprintf("%02x", thread+1), 15) + fmt.Sprintf("%02x", request)
		span := strings.Repeat(fmt.Sprintf("%02x", request+1), 7) + fmt.Sprintf("%02x", thread)
		pprof.Do(context.Background(), pprof.Labels("trace_id", trace, "span_id", span), func(context.Context) {
			look(trace + "-" + span)
			time.Sleep(time.Millisecond) // another goroutine has the thread
			look(trace + "-" + span)
		})
	}
}

func main() {
	with("unannounced", "trace_id", strings.Repeat("aa", 16), "span_id", strings.Repeat("bb", 8))
	announce("go_pprof_labels_v1")
	var all sync.WaitGroup
	if len(os.Args) > 1 {
		for thread := byte(0); thread < 16; thread++ {
			all.Add(1)
			go func() {
				defer all.Done()
				requests(thread)
			}()
		}
		all.Wait()
		return
	}
	look("before")
	with("within", "customer", "someone", "trace_id", strings.Repeat("aa", 16), "span_id", strings.Repeat("bb", 8))
	with("decimal", "trace id", strings.Repeat("cc", 16), "span id", "13527612320720337851") // bb bb bb bb bb bb bb bb
	with("half", "trace_id", strings.Repeat("aa", 16), "span id", "1")
	with("malformed", "trace_id", strings.Repeat("AA", 16), "span_id", strings.Repeat("bb", 8))
	pprof.Do(context.Background(), pprof.Labels("trace_id", strings.Repeat("ee", 16), "span_id", strings.Repeat("ff", 8)),
		func(context.Context) {
			all.Add(1)
			go func() { // a goroutine has the labels of the one that has started it
				defer all.Done()
				look("inherited")
			}()
		})
	all.Wait()
	look("after")
}
