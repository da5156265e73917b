// Package scripts holds the demos and the Lua modules, which are built into the
// program.
package scripts

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// FS holds the demos (*.lua) and the modules (lib/*.lua).
//
//go:embed *.lua lib/*.lua
var FS embed.FS

// Demo answers the source of the demo of that name.
func Demo(name string) (string, bool) {
	source, err := FS.ReadFile(strings.TrimSuffix(name, ".lua") + ".lua")
	return string(source), err == nil
}

// List writes a line for each demo: its name, and its first line, which says what it
// shows.
func List() string {
	var b strings.Builder
	names, _ := fs.Glob(FS, "*.lua")
	for _, name := range names {
		source, _ := FS.ReadFile(name)
		fmt.Fprintf(&b, "%-16s %s\n", strings.TrimSuffix(path.Base(name), ".lua"), firstComment(string(source)))
	}
	return b.String()
}

// Group is demos that belong together.
type Group struct {
	Title string
	Names []string
}

// Groups has each demo once.
var Groups = []Group{
	{"Step by step", []string{"client_server", "descriptors", "buffers", "partial_send", "missing_crlf", "small_sends", "tcp_states", "setfl",
		"messages", "pass_fd", "lost_update", "will_it_work", "simplified"}},
	{"Echo servers, and what they cost", []string{"echo_one", "echo_process", "echo_thread", "echo_polling", "echo_select",
		"echo_poll", "echo_epoll", "select_steps", "cost", "models"}},
	{"Servers", []string{"httpd", "chat", "multicast_chat", "proxy", "inetd", "handover", "swap"}},
	{"Clients and tools", []string{"http_get", "dns", "redis", "ping", "sniffer"}},
	{"Exercises", []string{"check"}},
}

func firstComment(source string) string {
	line, _, _ := strings.Cut(source, "\n")
	return strings.TrimPrefix(line, "-- ")
}
