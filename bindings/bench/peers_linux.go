package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

// peer is one way to write the servers.
type peer struct {
	name    string
	servers []string                     // that it has
	command func(server string) []string // to run one
	nothing []string                     // to start and end
}

const sources = "bindings/bench/peers"

// find answers the peers on this machine, C first, and says which are missing.
func find(folder string, sockrepls []string) []peer {
	peers := []peer{compile(folder)}
	lua := func(name, program string) {
		if exec.Command(program, "-e", `require "socket"`).Run() == nil {
			peers = append(peers, peer{name, []string{"select", "accept"}, func(s string) []string {
				return []string{program, filepath.Join(sources, "luasocket_"+s+".lua")}
			}, []string{program, "-e", ""}})
		} else {
			fmt.Printf("not here: %s (%s with LuaSocket)\n", name, program)
		}
	}
	if python := realPython(); python != "" {
		peers = append(peers, peer{"Python", []string{"select", "poll", "epoll", "accept", "loop"}, func(s string) []string {
			return []string{python, filepath.Join(sources, "python_"+s+".py")}
		}, []string{python, "-c", "pass"}})
	} else {
		fmt.Println("not here: Python (python3)")
	}
	lua("Lua 5.1", "lua5.1")
	lua("LuaJIT", "luajit")
	for i, path := range sockrepls {
		name := "sockrepl"
		if i > 0 {
			name += fmt.Sprint(i + 1)
		}
		peers = append(peers, peer{name, []string{"select", "poll", "epoll", "accept", "loop"}, func(s string) []string {
			return []string{path, filepath.Join(sources, "sockrepl_"+s+".lua")}
		}, []string{path, "-e", ""}})
	}
	return peers
}

// realPython is the interpreter itself: what stands in the path may be a script that
// looks for it.
func realPython() string {
	out, err := exec.Command("python3", "-c", "import sys; print(sys.executable, end='')").Output()
	if err != nil {
		return ""
	}
	return string(out)
}

// compile builds the servers in C, to which everything is compared.
func compile(folder string) peer {
	binary := filepath.Join(folder, "c")
	cmd := exec.Command("gcc", "-O2", "-Wall", "-o", binary, filepath.Join(sources, "servers.c"))
	if out, err := cmd.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "gcc is needed, to which all is compared: %v\n%s", err, out)
		os.Exit(1)
	}
	return peer{"C", []string{"select", "poll", "epoll", "accept", "loop"}, func(s string) []string {
		if s == "loop" {
			s = "epoll" // what a loop in C would be
		}
		return []string{binary, s}
	}, []string{binary}}
}

func (p peer) has(server string) bool { return slices.Contains(p.servers, server) }
