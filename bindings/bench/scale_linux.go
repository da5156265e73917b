package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// scaleTo is how many connections a server is to hold at once.
const scaleTo = 10000

// scale has each of sockrepl's servers hold scaleTo connections at once, with every byte
// that is sent on any of them echoed, and prints what that costs.
func scale(sockrepl string) {
	fmt.Printf("\n%d connections at once, each echoed, then all of them active\n", scaleTo)
	fmt.Printf("  %-10s %10s %12s %12s %10s\n", "", "request/s", "CPU us/req", "MB resident", "KB/conn")
	for _, server := range []string{"select", "poll", "epoll", "loop"} {
		l := load{name: "scale", server: server, conns: scaleTo, active: scaleTo, size: 64}
		r, err := measure(l, []string{sockrepl, filepath.Join(sources, "sockrepl_"+server+".lua")}, 4*scaleTo) // a quarter more warms up: one on each
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", server, err)
			os.Exit(1)
		}
		fmt.Printf("  %-10s %10.0f %12.2f %12.1f %10.1f\n", server, r.rate, r.cpu,
			float64(r.memory)/(1<<20), float64(r.perIdle)/(1<<10))
		time.Sleep(100 * time.Millisecond) // the kernel takes the connections down
	}
}
