package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// cpuTime is what the process's threads have run, to the nanosecond: the first number of
// schedstat (Documentation/scheduler/sched-stats.rst).
func cpuTime(pid int) time.Duration {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	total := time.Duration(0)
	for _, thread := range threads {
		var ran time.Duration
		if text, err := os.ReadFile(thread); err == nil {
			_, _ = fmt.Sscan(string(text), &ran)
			total += ran
		}
	}
	return total
}

// memory is a line of /proc/PID/status in bytes: VmRSS, VmHWM.
func memory(pid int, name string) int64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(text)) {
		var kib int64
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			_, _ = fmt.Sscan(rest, &kib)
			return kib << 10
		}
	}
	return 0
}

// result is one round of one peer.
type result struct {
	cpu      float64 // microseconds a request
	rate     float64 // requests a second
	memory   int64   // bytes resident at the end
	perIdle  int64   // bytes for each connection
	included bool
}

// measure starts the server, loads it, and stops it.
func measure(l load, command []string, requests int) (r result, err error) {
	server, out, err := start(exec.Command(command[0], command[1:]...))
	if err != nil {
		return r, err
	}
	defer stop(server)
	port, err := out.ReadString('\n')
	if err != nil {
		return r, fmt.Errorf("%s: no port: %w", command, err)
	}
	empty := memory(server.Process.Pid, "VmRSS")
	self, _ := os.Executable()
	gen := exec.Command(self, "generate", strings.TrimSpace(port), fmt.Sprint(l.conns), fmt.Sprint(l.active), fmt.Sprint(l.size))
	in, err := gen.StdinPipe()
	if err != nil {
		return r, err
	}
	gen, said, err := start(gen)
	if err != nil {
		return r, err
	}
	defer stop(gen)
	expect := func(word string) {
		if line, e := said.ReadString('\n'); err == nil && (e != nil || line != word+"\n") {
			err = fmt.Errorf("the load generator said %q, not %s", line, word)
		}
	}
	expect("ready")
	fmt.Fprintln(in, requests/4) // to warm up
	expect("done")
	if l.conns > 0 {
		r.perIdle = (memory(server.Process.Pid, "VmRSS") - empty) / int64(l.conns)
	}
	before, began := cpuTime(server.Process.Pid), time.Now()
	fmt.Fprintln(in, requests)
	expect("done")
	spent, took := cpuTime(server.Process.Pid)-before, time.Since(began)
	r.cpu = float64(spent.Nanoseconds()) / 1000 / float64(requests)
	r.rate = float64(requests) / took.Seconds()
	r.memory = memory(server.Process.Pid, "VmRSS")
	r.included = true
	return r, err
}

func start(cmd *exec.Cmd) (*exec.Cmd, *bufio.Reader, error) {
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, nil, err
	}
	return cmd, bufio.NewReader(out), nil
}

func stop(cmd *exec.Cmd) {
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}

// startUp runs a program that does nothing, and answers how long that takes and the most
// memory that it had.
func startUp(command []string) (took time.Duration, peak int64) {
	began := time.Now()
	cmd := exec.Command(command[0], command[1:]...)
	if err := cmd.Run(); err != nil {
		fail(err)
	}
	took = time.Since(began)
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return took, usage.Maxrss << 10
}

func raiseLimit() {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &limit) == nil {
		limit.Cur = limit.Max
		_ = unix.Setrlimit(unix.RLIMIT_NOFILE, &limit)
	}
}
