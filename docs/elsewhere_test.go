package docs

import (
	"strings"
	"testing"

	"sockrepl/bindings/calls"
)

// TestElsewhere: names of the tables for those who come from C and Python are found, and
// those of variables in them are not.
func TestElsewhere(t *testing.T) {
	for name, want := range map[string]string{
		"settimeout": "Python's s.settimeout(1.5) is here: setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, 1.5)",
		"FD_ISSET":   "C's FD_ZERO, FD_SET, FD_CLR, FD_ISSET, select(maxfd + 1, &r, &w, NULL, &tv) are here: r, w = select({a, b}",
		"perror":     `C's perror("connect") is here: print(message): connect: ECONNREFUSED`,
		"fcntl":      "C's fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) is here: fcntl(",
		"errno":      "C's errno is here: the third answer",
		"getenv":     "C's getenv(\"HOME\"), setenv are here: os.getenv(\"HOME\")",
		"os.listdir": "Python's os.listdir(path), os.unlink(path), os.mkdir(path) are here: scandir(path)",
		"lsof":       "The shell's ss, netstat, lsof are here: fds()",
		"sendall":    "Python's s.send(b) / s.sendall(b) are here: send(s, b) / require",
	} {
		got, found := Elsewhere(name)
		if !found || !strings.HasPrefix(got.String(), want) {
			t.Errorf("%s: %v %s", name, found, got)
		}
	}
	for _, name := range []string{"", "s", "fd", "buf", "NULL", "here", "nosuch"} {
		if got, found := Elsewhere(name); found {
			t.Errorf("%q: %s", name, got)
		}
	}
	_, other, _ := strings.Cut(fromC, "\n## What has another name, or none\n")
	for _, r := range append(table("C", other), table(shell, fromShell)...) {
		for name := range r.names {
			if calls.Lookup(name) != nil {
				t.Errorf("%s is a call here", name)
			}
		}
	}
	if got, found := Method("strip"); !found || !strings.Contains(got.Ours, "text:match") {
		t.Errorf("strip: %s", got)
	}
	if got, found := Method("perror"); found {
		t.Errorf("perror is no method: %s", got)
	}
	if got, found := Command(" nc localhost 80"); !found || got.Language != shell {
		t.Errorf("nc: %s", got)
	}
	if got, found := Command("printf x"); found {
		t.Errorf("printf is C's: %s", got)
	}
	if got, found := Command("echo  = = 3"); found {
		t.Errorf("a variable's name is no command: %s", got)
	}
}
