package calls

import (
	"slices"
	"strings"
	"testing"

	"sockrepl/bindings/consts"
)

func TestGroupAt(t *testing.T) {
	for _, c := range []struct {
		call, before string
		want         string
	}{
		{"socket", "", "AF_"},
		{"socket", "AF_INET", "SOCK_"},
		{"setsockopt", "fd", "SOL_"},
		{"setsockopt", "fd SOL_SOCKET", "SO_"},
		{"setsockopt", "fd IPPROTO_TCP", "TCP_"},
		{"getsockopt", "fd 6", "TCP_"},
		{"setsockopt", "fd level", "SO_"},
		{"setsockopt", "fd SOL_SOCKET SO_RCVBUF", ""},
		{"fcntl", "fd", "F_"},
		{"fcntl", "fd F_SETFL", "O_"},
		{"fcntl", "fd F_SETFD", "FD_"},
		{"fcntl", "fd F_GETFL", ""},
		{"shutdown", "fd", "SHUT_"},
		{"shutdown", "fd how more", ""},
	} {
		before := strings.Fields(c.before)
		if got := Lookup(c.call).GroupAt(len(before), before); got != c.want {
			t.Errorf("%s after %q takes %q, not %q", c.call, before, got, c.want)
		}
	}
}

func TestFieldGroup(t *testing.T) {
	for _, c := range []struct {
		call  string
		arg   int
		field string
		want  string
	}{
		{"bind", 1, "family", "AF_"}, {"bind", 1, "port", ""}, {"poll", 0, "events", "POLL"},
		{"getaddrinfo", 2, "flags", "AI_"}, {"sendmsg", 1, "type", "SCM_"}, {"fcntl", 2, "type", "F_LOCK_TYPE"},
		{"fcntl", 0, "type", ""}, {"", 0, "family", "AF_"}, {"", 0, "x", ""},
	} {
		if got := Lookup(c.call).FieldGroup(c.arg, c.field); got != c.want {
			t.Errorf("%s, argument %d, field %s: %q, not %q", c.call, c.arg, c.field, got, c.want)
		}
	}
}

// TestTables holds that the tables are those of parameters that there are, and the groups
// groups.
func TestTables(t *testing.T) {
	known := consts.Groups()
	for key, list := range tables {
		call, param, _ := strings.Cut(key, " ")
		c := Lookup(call)
		if c == nil || !slices.ContainsFunc(c.Params, func(p Param) bool { return p.Name == param }) {
			t.Errorf("there is no parameter %s", key)
		}
		for _, s := range list {
			for _, f := range s.Fields {
				if f.Group != "" && !slices.Contains(known, f.Group) {
					t.Errorf("%s.%s: no group %s", s.Name, f.Name, f.Group)
				}
			}
		}
	}
	for name, group := range argGroups {
		if !slices.Contains(known, group) {
			t.Errorf("%s: no group %s", name, group)
		}
	}
}

func TestTakers(t *testing.T) {
	for group, want := range map[string]string{
		"AF_":       "socket(domain)",
		"TCP_":      "setsockopt(name) with IPPROTO_TCP",
		"SO_":       "getsockopt(name) with SOL_SOCKET",
		"O_":        "fcntl(arg) with F_SETFL",
		"SOCK_FLAG": "socketpair(type)",
		"POLL":      "poll(entries.events)",
		"IPPROTO_":  "setsockopt(level)",
	} {
		if got := Takers(group, ""); !slices.Contains(got, want) {
			t.Errorf("%s is taken by %q, without %s", group, got, want)
		}
	}
}

// TestTableGroup: which constants a field is of follows from the fields beside it.
func TestTableGroup(t *testing.T) {
	for _, test := range []struct{ fields, field, group string }{
		{"type whence start len pid", "type", "F_LOCK_TYPE"},
		{"type pid", "type", "F_OWNER_"},
		{"type", "type", ""},
		{"family pid groups", "pid", ""},
		{"fd revents", "revents", "POLL"},
	} {
		has := func(name string) (int64, bool, bool) {
			there := slices.Contains(strings.Fields(test.fields), name)
			return 1, there, there
		}
		if got := TableGroup(test.field, has); got != test.group {
			t.Errorf("%s of {%s}: %q", test.field, test.fields, got)
		}
	}
}

// TestTakersOf: of one constant those are told that have a use for it.
func TestTakersOf(t *testing.T) {
	if got := strings.Join(Takers("MSG_", "MSG_PEEK"), " "); !strings.Contains(got, "recv(flags)") || strings.Contains(got, "send") {
		t.Errorf("MSG_PEEK is taken by %s", got)
	}
	if got := Takers("AF_", "AF_INET"); !slices.Contains(got, "socket(domain)") {
		t.Errorf("AF_INET is taken by %q", got)
	}
}
