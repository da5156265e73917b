package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"time"
)

var (
	rounds = flag.Int("rounds", 9, "rounds of each load")
	wanted = flag.String("load", ".", "only the loads whose name matches")
	whose  = flag.String("peer", ".", "only the peers whose name matches")
	factor = flag.Float64("factor", 1, "requests of a round, as a factor")
	binary = flag.String("binary", "", "sockrepls that are built already, with commas between them")
)

func main() {
	raiseLimit()
	if len(os.Args) > 1 && os.Args[1] == "generate" {
		generate(os.Args[2:])
		return
	}
	flag.Parse()
	if _, err := os.Stat(sources); err != nil {
		fmt.Fprintln(os.Stderr, "run it from the folder of go.mod: go run ./bindings/bench")
		os.Exit(1)
	}
	folder, err := os.MkdirTemp("", "bench")
	if err != nil {
		fail(err)
	}
	defer os.RemoveAll(folder)
	sockrepls := build(folder)
	if flag.Arg(0) == "scale" {
		scale(sockrepls[0])
		return
	}
	peers := find(folder, sockrepls)
	peers = slices.DeleteFunc(peers, func(p peer) bool {
		return p.name != "C" && !regexp.MustCompile(*whose).MatchString(p.name)
	})
	for _, l := range loads {
		if regexp.MustCompile(*wanted).MatchString(l.name) {
			compare(l, peers)
		}
	}
	if regexp.MustCompile(*wanted).MatchString("start-up") {
		compareStart(peers)
	}
}

// build builds the sockrepl to be measured.
func build(folder string) []string {
	if *binary != "" {
		return strings.Split(*binary, ",")
	}
	path := filepath.Join(folder, "sockrepl")
	cmd := exec.Command("go", "build", "-o", path, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%v\n%s", err, out)
		os.Exit(1)
	}
	return []string{path}
}

// compare runs the rounds of one load and prints its table.
func compare(l load, peers []peer) {
	peers = slices.DeleteFunc(slices.Clone(peers), func(p peer) bool { return !p.has(l.server) })
	requests := max(100, int(float64(l.requests)*(*factor)))
	results := make([][]result, len(peers))
	for round := range *rounds {
		for i := range peers {
			at := (i + round) % len(peers) // nobody always runs first
			r, err := measure(l, peers[at].command(l.server), requests)
			if err != nil {
				fmt.Fprintf(os.Stderr, "%s: %s: %v\n", l.name, peers[at].name, err)
			}
			results[at] = append(results[at], r)
		}
	}
	reach := ""
	if l.reach != "" {
		reach = "; reach " + l.reach
	}
	fmt.Printf("\n%s (%d rounds of %d requests%s)\n", l.name, *rounds, requests, reach)
	fmt.Printf("  %-10s %10s %12s %10s %12s %10s\n", "", "request/s", "CPU us/req", "to C", "MB resident", "KB/conn")
	for i, p := range peers {
		ratio := func(k int) float64 { return results[i][k].cpu / results[0][k].cpu }
		fmt.Printf("  %-10s %10.0f %12.2f %10.2f %12.1f %10.1f\n", p.name,
			median(results[i], func(k int) float64 { return results[i][k].rate }),
			median(results[i], func(k int) float64 { return results[i][k].cpu }),
			median(results[i], ratio),
			median(results[i], func(k int) float64 { return float64(results[i][k].memory) / (1 << 20) }),
			median(results[i], func(k int) float64 { return float64(results[i][k].perIdle) / (1 << 10) }))
	}
}

// median is that of the rounds that went well.
func median(rounds []result, value func(k int) float64) float64 {
	var values []float64
	for k := range rounds {
		if rounds[k].included {
			values = append(values, value(k))
		}
	}
	return middle(values)
}

func middle(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// compareStart measures a start without anything to do.
func compareStart(peers []peer) {
	const times = 31
	took, peak := make([][]float64, len(peers)), make([][]float64, len(peers))
	for range times {
		for i, p := range peers {
			t, m := startUp(p.nothing)
			took[i] = append(took[i], float64(t)/float64(time.Millisecond))
			peak[i] = append(peak[i], float64(m)/(1<<20))
		}
	}
	fmt.Printf("\nstart-up (%d times; reach: under 5 ms, under 10 MB)\n  %-10s %10s %12s\n", times, "", "ms", "MB at most")
	for i, p := range peers {
		fmt.Printf("  %-10s %10.1f %12.1f\n", p.name, middle(took[i]), middle(peak[i]))
	}
}
