package consts

import (
	"math/rand/v2"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestGeneratedIsFresh writes the files anew, in memory, and compares.
func TestGeneratedIsFresh(t *testing.T) {
	out, err := exec.Command("go", "run", "gen.go", "-check").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func TestAllIsSortedWithoutDuplicates(t *testing.T) {
	all := All()
	for i := range all[1:] {
		if all[i].Name >= all[i+1].Name {
			t.Errorf("%s before %s", all[i].Name, all[i+1].Name)
		}
	}
}

// TestValuesAreExactInLua: a Lua number is a float64.
func TestValuesAreExactInLua(t *testing.T) {
	for _, c := range All() {
		if int64(float64(c.Value)) != c.Value || c.Value > 1<<53 || c.Value < -1<<53 {
			t.Errorf("%s = %d is not exact", c.Name, c.Value)
		}
	}
}

func TestLookup(t *testing.T) {
	for _, c := range All() {
		if v, ok := Lookup(c.Name); !ok || v != c.Value {
			t.Errorf("Lookup(%s) = %d, %v; want %d", c.Name, v, ok, c.Value)
		}
	}
	for _, name := range []string{"", "A", "AF_", "AF_INETX", "zzz"} {
		if v, ok := Lookup(name); ok {
			t.Errorf("Lookup(%q) = %d", name, v)
		}
	}
}

// TestNamesRoundTrip: each constant has a group, and each value that a group shows leads back to itself.
func TestNamesRoundTrip(t *testing.T) {
	for _, c := range All() {
		group, ok := Group(c.Name)
		if !ok {
			t.Errorf("%s has no group", c.Name)
			continue
		}
		name, ok := NameOf(group, c.Value)
		if !ok {
			if g := groupOf(c.Name); !g.excludes(c.Name) {
				t.Errorf("NameOf(%q, %d) has no name for %s", group, c.Value, c.Name)
			}
			continue
		}
		if v, _ := Lookup(name); v != c.Value {
			t.Errorf("NameOf(%q, %d) = %s, which is %d", group, c.Value, name, v)
		}
	}
}

// TestTableNamesExist: a misspelt name in groups.go would silently do nothing.
func TestTableNamesExist(t *testing.T) {
	for name := range strings.FieldsSeq(preferred) {
		if !isSomewhere(name) {
			t.Errorf("preferred: %s is no constant", name)
		}
	}
	for _, g := range groups {
		for name := range strings.FieldsSeq(g.own + " " + g.mask) {
			if !isSomewhere(name) {
				t.Errorf("group %s: %s is no constant", g.name, name)
			}
		}
		for name := range strings.FieldsSeq(g.not) {
			if !strings.HasSuffix(name, "*") && !isSomewhere(name) {
				t.Errorf("group %s, not: %s is no constant", g.name, name)
			}
		}
		for name := range strings.FieldsSeq(g.also) {
			if grouped().byName[name] == nil {
				t.Errorf("group %s, also: %s is no group", g.name, name)
			}
		}
	}
	if !slices.IsSorted(Groups()) || len(slices.Compact(Groups())) != len(groups) {
		t.Error("Groups() is not sorted or a group is there twice")
	}
}

func value(t *testing.T, name string) int64 {
	t.Helper()
	v, ok := Lookup(name)
	if !ok {
		t.Fatalf("no constant %s", name)
	}
	return v
}

// TestNameOfPrefers looks names up by the values of their synonyms.
func TestNameOfPrefers(t *testing.T) {
	for _, c := range []struct{ group, of, want string }{
		{"AF_", "AF_LOCAL", "AF_UNIX"},
		{"PF_", "PF_LOCAL", "PF_UNIX"},
		{"IPPROTO_", "IPPROTO_HOPOPTS", "IPPROTO_IP"},
		{"SO_", "SO_RCVTIMEO", "SO_RCVTIMEO"},
		{"IP_", "IP_TOS", "IP_TOS"},
		{"IP_", "MCAST_JOIN_GROUP", "MCAST_JOIN_GROUP"},
		{"IPV6_", "IPV6_V6ONLY", "IPV6_V6ONLY"},
		{"TCP_", "TCP_NODELAY", "TCP_NODELAY"},
		{"F_", "F_SETFL", "F_SETFL"},
		{"F_", "F_GETFD", "F_GETFD"},
		{"O_", "O_NDELAY", "O_NONBLOCK"},
		{"S_I", "S_IREAD", "S_IRUSR"},
		{"E", "EWOULDBLOCK", "EAGAIN"},
		{"E", "EOPNOTSUPP", "EOPNOTSUPP"},
		{"SIG", "SIGIOT", "SIGABRT"},
		{"SIG", "SIGHUP", "SIGHUP"},
		{"SIG_", "SIG_IGN", "SIG_IGN"},
		{"SHUT_", "SHUT_RD", "SHUT_RD"},
		{"ICMP_", "ICMP_ECHO", "ICMP_ECHO"},
		{"ICMP6_", "ICMP6_DST_UNREACH", "ICMP6_DST_UNREACH"},
		{"FIO", "FIONREAD", "FIONREAD"},
		{"FIO", "SIOCGIFMTU", "SIOCGIFMTU"},
		{"INADDR_", "INADDR_NONE", "INADDR_BROADCAST"},
	} {
		if name, _ := NameOf(c.group, value(t, c.of)); name != c.want {
			t.Errorf("NameOf(%q, %s) = %q; want %s", c.group, c.of, name, c.want)
		}
	}
	for _, group := range []string{"AF_", "no group", ""} {
		if name, ok := NameOf(group, 123456); ok {
			t.Errorf("NameOf(%q, 123456) = %q", group, name)
		}
	}
}

// parseFlags turns FlagNames' text back into a number.
func parseFlags(t *testing.T, text string) int64 {
	t.Helper()
	var v int64
	for part := range strings.SplitSeq(text, "|") {
		if n, err := strconv.ParseInt(part, 0, 64); err == nil {
			v |= n
		} else {
			v |= value(t, part)
		}
	}
	return v
}

func TestFlagNamesParseBack(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, g := range groups {
		if !g.flags {
			continue
		}
		values := []int64{0, 1, -1, 1 << 40, 0xffff, 0xffffffff}
		for _, a := range Members(g.name) {
			for _, b := range Members(g.name) {
				values = append(values, a.Value, a.Value|b.Value, a.Value|b.Value|1<<45)
			}
		}
		for range 200 {
			values = append(values, random.Int64N(1<<34))
		}
		for _, v := range values {
			text := FlagNames(g.name, v)
			if got := parseFlags(t, text); got != v {
				t.Errorf("FlagNames(%q, %#x) = %s, which is %#x", g.name, v, text, got)
			}
			if parts := strings.Split(text, "|"); len(slices.Compact(slices.Sorted(slices.Values(parts)))) != len(parts) {
				t.Errorf("FlagNames(%q, %#x) = %s says something twice", g.name, v, text)
			}
		}
	}
}

func TestFlagNames(t *testing.T) {
	for _, c := range []struct {
		group string
		of    []string
		plus  int64
		want  string
	}{
		{"O_", []string{"O_RDONLY"}, 0, "O_RDONLY"},
		{"O_", []string{"O_RDWR", "O_NONBLOCK"}, 0, "O_RDWR|O_NONBLOCK"},
		{"O_", []string{"O_NONBLOCK"}, 0, "O_RDONLY|O_NONBLOCK"},
		{"MSG_", nil, 0, "0"},
		{"MSG_", []string{"MSG_PEEK", "MSG_OOB"}, 0, "MSG_OOB|MSG_PEEK"},
		{"MSG_", []string{"MSG_PEEK"}, 1 << 40, "MSG_PEEK|0x10000000000"},
		{"MSG_", nil, 1 << 40, "0x10000000000"},
		{"FD_", []string{"FD_CLOEXEC"}, 0, "FD_CLOEXEC"},
		{"POLL", []string{"POLLIN", "POLLHUP"}, 0, "POLLIN|POLLHUP"},
		{"AI_", []string{"AI_PASSIVE", "AI_CANONNAME"}, 0, "AI_PASSIVE|AI_CANONNAME"},
		{"S_I", []string{"S_IFREG"}, 0, "S_IFREG|000"},
		{"S_I", []string{"S_IFREG", "S_IRUSR", "S_IWUSR", "S_IRGRP"}, 0, "S_IFREG|0640"},
		{"S_I", []string{"S_IFDIR", "S_IRWXU"}, 0, "S_IFDIR|0700"},
		{"S_I", nil, 0, "000"},
		{"IFF_", []string{"IFF_UP", "IFF_RUNNING", "IFF_LOOPBACK"}, 0, "IFF_UP|IFF_LOOPBACK|IFF_RUNNING"},
		{"no group", nil, 5, "0x5"},
		{"MSG_", nil, -7, "-7"},
	} {
		v := c.plus
		for _, name := range c.of {
			v |= value(t, name)
		}
		if got := FlagNames(c.group, v); got != c.want {
			t.Errorf("FlagNames(%q, %#x) = %s; want %s", c.group, v, got, c.want)
		}
	}
}

func TestBaseAndFlags(t *testing.T) {
	for v, want := range map[int64]string{
		value(t, "SOCK_STREAM"):        "SOCK_STREAM",
		value(t, "SOCK_RAW"):           "SOCK_RAW",
		value(t, "SOCK_DGRAM") | 1<<40: "SOCK_DGRAM|0x10000000000",
		0:                              "0",
		13:                             "13",
		-1:                             "-1",
	} {
		if got := BaseAndFlags(v); got != want {
			t.Errorf("BaseAndFlags(%d) = %s; want %s", v, got, want)
		}
	}
}

func TestGroup(t *testing.T) {
	for name, want := range map[string]string{
		"SO_RCVBUF": "SO_", "SO_NO_SUCH": "SO_", "EPOLLIN": "EPOLL", "EPOLL_CTL_ADD": "EPOLL_CTL_", "POLLIN": "POLL",
		"ECONNREFUSED": "E", "E2BIG": "E", "TCP_NODELAY": "TCP_", "SCM_RIGHTS": "SCM_", "AF_DECnet": "AF_",
		"AI_PASSIVE": "AI_", "EAI_NONAME": "EAI_", "SIGINT": "SIG", "SIG_IGN": "SIG_", "S_IFREG": "S_I", "FIONREAD": "FIO",
		"SOMAXCONN": "SOMAXCONN", "WNOHANG": "WAIT", "F_RDLCK": "F_LOCK_TYPE", "F_GETFL": "F_", "IP_TTL": "IP_",
		"IPPROTO_IP": "IPPROTO_", "SOCK_NONBLOCK": "SOCK_FLAG", "TCP_LISTEN": "TCP_STATE", "RLIMIT_NOFILE": "RLIMIT_", "IPTOS_LOWDELAY": "IPTOS_",
		"E": "", "EVENTS": "", "ERROR": "", "N": "", "DEBUG": "", "foo": "", "": "", "POLL": "", "POLL_TIMEOUT": "",
	} {
		if got, ok := Group(name); got != want || ok != (want != "") {
			t.Errorf("Group(%q) = %q, %v; want %q", name, got, ok, want)
		}
	}
}

func TestKnownPrefix(t *testing.T) {
	for _, name := range strings.Fields("AF_X SOCK_STERAM SO_X EPOLLIM POLLIM SIGNIT SIG_X S_IRUZR FIONRED SIOCGIF EAI_X WNOHANG RLIMIT_X IPTOS_X") {
		if !KnownPrefix(name) {
			t.Errorf("KnownPrefix(%s) = false", name)
		}
	}
	for _, name := range strings.Fields("E N X DEBUG ERROR EVENTS ECONNREFUSD POLL EPOLL SIG POLL_TIMEOUT SO_ af_inet AF_inet foo W IN_BUFFER IN_ RT_X") {
		if KnownPrefix(name) {
			t.Errorf("KnownPrefix(%s) = true", name)
		}
	}
	if KnownPrefix("") {
		t.Error("KnownPrefix of nothing")
	}
}

func TestSuggest(t *testing.T) {
	for name, want := range map[string]string{
		"SOCK_STERAM": "SOCK_STREAM", "SOCK_STREM": "SOCK_STREAM", "SOCKSTREAM": "SOCK_STREAM", "SCOK_STREAM": "SOCK_STREAM",
		"AF_INTE": "AF_INET", "AF_INET_6": "AF_INET6", "af_inet": "AF_INET", "Af_Unix": "AF_UNIX",
		"SO_REUSADDR": "SO_REUSEADDR", "SO_REUSE_ADDR": "SO_REUSEADDR", "TCP_NO_DELAY": "TCP_NODELAY",
		"ECONREFUSED": "ECONNREFUSED", "EAGIAN": "EAGAIN", "MSG_DONTWIAT": "MSG_DONTWAIT", "SHUT_RDRW": "SHUT_RDWR",
		"POLLIM": "POLLIN", "SIGNIT": "SIGINT", "O_NONBLOK": "O_NONBLOCK", "IPPROTO_TPC": "IPPROTO_TCP",
		// Users' own names, and a constant itself.
		"N": "", "E": "", "X": "", "DEBUG": "", "foo": "", "": "", "TIME": "", "RANGE": "", "USERS": "", "LOOP": "", "PIPE": "",
		"ERROR": "", "EVENTS": "", "ECHO": "", "EXIT": "", "eagian": "", "epipe": "", "PORT": "", "HOST": "", "AF_INET": "",
		"_": "", "__index": "", strings.Repeat("AF_", 100): "",
	} {
		if got, ok := Suggest(name); got != want || ok != (want != "") {
			t.Errorf("Suggest(%q) = %q, %v; want %q", name, got, ok, want)
		}
	}
}

// TestSuggestFindsDroppedLetters: each constant is found again, or one as near, when a letter in its middle is missing.
func TestSuggestFindsDroppedLetters(t *testing.T) {
	for i := 0; i < len(All()); i += 7 {
		name := All()[i].Name
		if len(name) <= shortestBare {
			continue
		}
		typed := name[:len(name)/2] + name[len(name)/2+1:]
		if _, ok := Lookup(typed); ok || typed != strings.ToUpper(typed) {
			continue
		}
		got, ok := Suggest(typed)
		if !ok || slips(typed, strings.ToUpper(got), 2) > 1 {
			t.Errorf("Suggest(%s) = %q; want %s or one as near", typed, got, name)
		}
	}
}

func TestSlips(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"A", "", 1}, {"ABC", "ABC", 0}, {"ABC", "ACB", 1}, {"ABC", "AXC", 1}, {"ABC", "ABCD", 1}, {"ABC", "BC", 1},
		{"ABCD", "BADC", 2}, {"ABCDEF", "ABXXEF", 2},
	} {
		if got := slips(c.a, c.b, 2); got != c.want {
			t.Errorf("slips(%q, %q) = %d; want %d", c.a, c.b, got, c.want)
		}
		if got := slips(c.b, c.a, 2); got != c.want {
			t.Errorf("slips(%q, %q) = %d; want %d", c.b, c.a, got, c.want)
		}
	}
	if got := slips("AAAAAA", "BBBBBB", 2); got <= 2 {
		t.Errorf("six slips are %d", got)
	}
}

func TestErrno(t *testing.T) {
	for name, want := range map[string]string{
		"ECONNREFUSED": "Connection refused",
		"EAGAIN":       "Resource temporarily unavailable",
		"EBADF":        "Bad file descriptor",
		"ENOENT":       "No such file or directory",
		"EINVAL":       "Invalid argument",
		"EPIPE":        "Broken pipe",
		"EADDRINUSE":   "Address already in use",
		"EINPROGRESS":  "Operation now in progress",
	} {
		e := value(t, name)
		if got := ErrnoText(e); got != want {
			t.Errorf("ErrnoText(%s) = %q; want %q", name, got, want)
		}
		if got, _ := ErrnoName(e); got != name {
			t.Errorf("ErrnoName(%d) = %q; want %s", e, got, name)
		}
	}
	for e, want := range map[int64]string{0: "Success", 9999: "Unknown error 9999", -1: "Unknown error -1"} {
		if got := ErrnoText(e); got != want {
			t.Errorf("ErrnoText(%d) = %q; want %q", e, got, want)
		}
		if name, ok := ErrnoName(e); ok {
			t.Errorf("ErrnoName(%d) = %s", e, name)
		}
	}
}

// TestDocNamesConstants: each line of doc.txt is about a constant of some system and fits beside its name.
func TestDocNamesConstants(t *testing.T) {
	lines := strings.Split(strings.TrimSuffix(described, "\n"), "\n")
	if !slices.IsSorted(lines) {
		t.Error("doc.txt is not sorted")
	}
	for _, line := range lines {
		name, text, ok := strings.Cut(line, "\t")
		if !ok || text == "" || len(text) > 100 || strings.HasSuffix(text, ".") {
			t.Errorf("doc.txt: %q", line)
		}
		if !isSomewhere(name) {
			t.Errorf("doc.txt: %s is no constant", name)
		}
	}
	if Doc("SOCK_STREAM") == "" || Doc("EDOM") != ErrnoText(value(t, "EDOM")) || Doc("NO_SUCH") != "" || Doc("") != "" {
		t.Error("Doc misses a line or invents one")
	}
}

func TestOptionGroup(t *testing.T) {
	for level, want := range map[string]string{
		"SOL_SOCKET": "SO_", "IPPROTO_IP": "IP_", "IPPROTO_IPV6": "IPV6_", "IPPROTO_TCP": "TCP_", "IPPROTO_UDP": "UDP_",
	} {
		if got, _ := OptionGroup(value(t, level)); got != want {
			t.Errorf("OptionGroup(%s) = %q; want %s", level, got, want)
		}
	}
	if got, ok := OptionGroup(-5); ok {
		t.Errorf("OptionGroup(-5) = %q", got)
	}
}

// BenchmarkStart is what the first use costs; it happens once in a process.
func BenchmarkStart(b *testing.B) {
	b.Run("All", func(b *testing.B) {
		for b.Loop() {
			join()
		}
	})
	b.Run("index", func(b *testing.B) {
		All()
		grouped()
		for b.Loop() {
			buildIndex()
		}
	})
}

func BenchmarkUse(b *testing.B) {
	b.Run("Lookup", func(b *testing.B) {
		for b.Loop() {
			Lookup("SOCK_STREAM")
		}
	})
	b.Run("NameOf", func(b *testing.B) {
		for b.Loop() {
			NameOf("AF_", 2)
		}
	})
	b.Run("FlagNames", func(b *testing.B) {
		for b.Loop() {
			FlagNames("O_", 0x802)
		}
	})
	b.Run("Suggest", func(b *testing.B) {
		for b.Loop() {
			Suggest("SOCK_STERAM")
		}
	})
	b.Run("SuggestUsersOwn", func(b *testing.B) {
		for b.Loop() {
			Suggest("DEBUG")
		}
	})
}
