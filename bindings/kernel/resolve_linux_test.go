package kernel

import (
	"encoding/hex"
	"encoding/json"
	"os/exec"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// oracle is Python's socket module over glibc: it reads calls as JSON, a line each, and
// answers the C library's results.
const oracle = `
import sys, json, socket, platform, binascii
if platform.libc_ver()[0] != "glibc": sys.exit(3)
def addrinfo(node, service, family, socktype, protocol, flags):
    try:
        out = []
        for f, s, p, canon, a in socket.getaddrinfo(node, service, family, socktype, protocol, flags):
            out.append([int(f), int(s), p, a[0].split("%")[0], a[1], a[3] if len(a) > 2 else 0, canon])
        return out
    except socket.gaierror as e: return e.errno
def nameinfo(addr, port, scope, flags):
    try: return list(socket.getnameinfo((addr, port, 0, scope) if ":" in addr else (addr, port), flags))
    except socket.gaierror as e: return e.errno
def aton(text):
    try: return binascii.hexlify(socket.inet_aton(text)).decode()
    except (OSError, ValueError): return ""
def text(code):
    import ctypes
    c = ctypes.CDLL(None); c.gai_strerror.restype = ctypes.c_char_p
    return c.gai_strerror(code).decode()
for line in sys.stdin:
    call, args = json.loads(line)
    print(json.dumps(globals()[call](*args)))
`

// askPython puts the calls to Python, and skips the test where there is none over glibc.
func askPython(t *testing.T, calls [][]any) []any {
	t.Helper()
	var in strings.Builder
	for _, c := range calls {
		line, err := json.Marshal([]any{c[0], c[1:]})
		if err != nil {
			t.Fatal(err)
		}
		in.Write(append(line, '\n'))
	}
	cmd := exec.Command("python3", "-c", oracle)
	cmd.Stdin = strings.NewReader(in.String())
	out, err := cmd.Output()
	if err != nil {
		t.Skipf("no python3 over glibc: %v", err)
	}
	var answers []any
	for line := range strings.Lines(string(out)) {
		var v any
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatal(err)
		}
		answers = append(answers, v)
	}
	if len(answers) != len(calls) {
		t.Fatalf("%d answers to %d calls", len(answers), len(calls))
	}
	return answers
}

// addrinfoCases are calls that ask no name server.
func addrinfoCases() [][]any {
	var cases [][]any
	add := func(node, service any, h Hints) {
		cases = append(cases, []any{"addrinfo", node, service, h.Family, h.Socktype, h.Protocol, h.Flags})
	}
	for _, family := range []int{unix.AF_UNSPEC, unix.AF_INET, unix.AF_INET6, unix.AF_UNIX, 99} {
		for _, flags := range []int{0, aiPassive, aiAddrconfig, aiV4mapped, aiV4mapped | aiAll, aiCanonname, 1 << 20} {
			for _, node := range []any{nil, "127.0.0.1", "127.1", "::1", "::ffff:1.2.3.4", "fe80::1%lo", "::1%lo", "::1%5",
				"fe80::1%nosuch0", "*", "1.2.3.4%lo", "0x7f.1"} {
				add(node, "80", Hints{Family: family, Flags: flags})
			}
			add("127.0.0.1", nil, Hints{Family: family, Flags: flags | aiNumerichost})
			add("localhost", "80", Hints{Family: family, Flags: flags | aiNumerichost})
		}
	}
	for socktype := range 7 {
		for _, protocol := range []int{0, 1, 6, 17, 33, 132, 136, 99} {
			for _, service := range []any{nil, "", "80", " 80", "+80", "-1", "80x", "http", "domain", "www", "nosuch", "*", "amqp"} {
				add("127.0.0.1", service, Hints{Socktype: socktype, Protocol: protocol})
			}
			add("127.0.0.1", "http", Hints{Socktype: socktype, Protocol: protocol, Flags: aiNumericserv})
		}
	}
	add(nil, nil, Hints{})
	add("", "80", Hints{})
	add("localhost", "80", Hints{Family: unix.AF_INET})
	return cases
}

func TestGetaddrinfoAsPython(t *testing.T) {
	cases := addrinfoCases()
	answers := askPython(t, cases)
	for i, c := range cases {
		node, service := optional(c[1]), optional(c[2])
		h := Hints{Family: c[3].(int), Socktype: c[4].(int), Protocol: c[5].(int), Flags: c[6].(int)}
		task := NewTask(0, "main")
		task.Frame.Reset()
		err := Getaddrinfo(&task.Frame, node, service, h)
		task.End()
		var got any = float64(codeOf(err))
		if err == nil {
			got = asPython(task.Frame.Out[0].Any.([]any))
		}
		if !reflect.DeepEqual(got, answers[i]) {
			t.Errorf("getaddrinfo(%v, %v, %+v): %v, Python has %v", c[1], c[2], h, got, answers[i])
		}
	}
}

func optional(v any) *string {
	if s, ok := v.(string); ok {
		return &s
	}
	return nil
}

func asPython(entries []any) any {
	list := []any{}
	for _, e := range entries {
		r := e.(Record)
		scope, _ := r.Get("scope_id").(int64)
		canon, _ := r.Get("canonname").(string)
		number := func(name string) float64 { return float64(r.Get(name).(int64)) }
		list = append(list, []any{number("family"), number("socktype"), number("protocol"),
			r.Get("addr"), number("port"), float64(scope), canon})
	}
	return list
}

func TestGetnameinfoAsPython(t *testing.T) {
	numeric := niNumerichost
	var cases [][]any
	for _, flags := range []int{numeric, numeric | niNumericserv, numeric | niDgram, numeric | niNamereqd, 1 << 20} {
		for _, addr := range []string{"127.0.0.1", "::1", "::1.2.3.4", "::ffff:1.2.3.4", "fd00::1"} {
			for _, port := range []int{0, 53, 80, 514, 65000} {
				cases = append(cases, []any{"nameinfo", addr, port, 0, flags})
			}
		}
		cases = append(cases, []any{"nameinfo", "fe80::1", 80, 1, flags}, []any{"nameinfo", "fd00::1", 80, 1, flags},
			[]any{"nameinfo", "fe80::1", 80, 99999, flags})
	}
	answers := askPython(t, cases)
	for i, c := range cases {
		addr := c[1].(string)
		if scope := c[3].(int); scope != 0 {
			addr += "%" + strconv.Itoa(scope)
		}
		host, service, err := nameInfo(addr, c[2].(int), c[4].(int))
		var got any = []any{host, service}
		if err != nil {
			got = float64(codeOf(err))
		}
		if !reflect.DeepEqual(got, answers[i]) {
			t.Errorf("getnameinfo(%v): %v, Python has %v", c[1:], got, answers[i])
		}
	}
}

func TestAtonAsPython(t *testing.T) {
	var cases [][]any
	for _, c := range atonTexts {
		cases = append(cases, []any{"aton", c.text})
	}
	for i, answer := range askPython(t, cases) {
		if want := hex.EncodeToString([]byte(atonTexts[i].want)); answer != want {
			t.Errorf("inet_aton(%q): Python has %q, the table %q", atonTexts[i].text, answer, want)
		}
	}
}

func TestAddrinfoTextAsPython(t *testing.T) {
	var cases [][]any
	for code := -110; code < 0; code++ {
		cases = append(cases, []any{"text", code})
	}
	for i, answer := range askPython(t, cases) {
		if answer == "Unknown error" {
			continue // of success, and of EAI_OVERFLOW in older versions
		}
		if code := i - 110; addrinfoText(code) != answer {
			t.Errorf("%d: %q, glibc has %q", code, addrinfoText(code), answer)
		}
	}
}
