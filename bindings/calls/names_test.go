package calls

import (
	"errors"
	"fmt"
	"net"
	"reflect"
	"strings"
	"testing"

	"sockrepl/bindings/consts"
	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// row finds a row of these families.
func row(t *testing.T, name string) *Call {
	t.Helper()
	for _, rows := range [][]Call{resolveCalls, nameCalls, socketCalls} {
		for i := range rows {
			if rows[i].Name == name {
				return &rows[i]
			}
		}
	}
	t.Fatalf("no row %s", name)
	return nil
}

// do makes a call with arguments as the Lua side would set them: nil is absent.
func do(t *testing.T, name string, args ...any) (*kernel.Frame, error) {
	t.Helper()
	task := kernel.NewTask(0, "main")
	defer task.End()
	f := &task.Frame
	f.Reset()
	c := row(t, name)
	for i, p := range c.Params {
		var v kernel.Value
		switch {
		case i >= len(args) || args[i] == nil:
			v.Int = p.Default
		case p.Kind == KindAny || p.Kind == KindTable:
			v = kernel.Value{Set: true, Any: args[i]}
		case p.Kind == KindBytes:
			v = kernel.Value{Set: true, Str: args[i].(string)}
		default:
			v = kernel.Value{Set: true, Int: int64(args[i].(int))}
		}
		f.Args[i] = v
	}
	return f, task.Do(&kernel.Op{Name: c.Name, Wait: c.Wait, Do: c.Do}, f)
}

type record = kernel.Record

func fields(pairs ...any) (r record) {
	for i := 0; i < len(pairs); i += 2 {
		value := pairs[i+1]
		if n, ok := value.(int); ok {
			value = int64(n)
		}
		r = append(r, kernel.Field{Name: pairs[i].(string), Value: value})
	}
	return r
}

func TestNameRows(t *testing.T) {
	for _, rows := range [][]Call{resolveCalls, nameCalls} {
		for _, c := range rows {
			if c.Do == nil || c.Doc == "" || c.Example == "" || c.Class != Names || len(c.Answers) == 0 {
				t.Errorf("%s: the row is not whole", c.Name)
			}
		}
	}
}

func TestGetaddrinfoArguments(t *testing.T) {
	hints := fields("family", unix.AF_INET, "socktype", unix.SOCK_DGRAM)
	want := []any{fields("family", unix.AF_INET, "socktype", unix.SOCK_DGRAM, "protocol", unix.IPPROTO_UDP,
		"addr", "127.0.0.1", "port", 80)}
	for _, service := range []any{int64(80), float64(80), "80"} {
		f, err := do(t, "getaddrinfo", "127.0.0.1", service, hints)
		if err != nil || !reflect.DeepEqual(f.Out[0].Any, want) {
			t.Errorf("service %v: %v, %v; want %v", service, f.Out[0].Any, err, want)
		}
	}
	f, err := do(t, "getaddrinfo", nil, int64(0), hints)
	if err != nil || len(f.Out[0].Any.([]any)) != 1 {
		t.Errorf("without a node: %v, %v", f.Out[0].Any, err)
	}
	if _, err := do(t, "getaddrinfo"); reflect.TypeOf(err) != reflect.TypeFor[*kernel.AddrinfoError]() {
		t.Errorf("without node and service: %v", err)
	}
}

func TestNameMistakes(t *testing.T) {
	for _, c := range []struct {
		args []any // the call's name first
		arg  int
		text string
	}{
		{[]any{"getaddrinfo", "x", true}, 1, "service name or port expected, got boolean"},
		{[]any{"getaddrinfo", "x", 1.5}, 1, "service name or port expected, got 1.5"},
		{[]any{"getaddrinfo", "x", int64(65536)}, 1, "0 to 65535 expected, got 65536"},
		{[]any{"getaddrinfo", "x", int64(-1)}, 1, "0 to 65535 expected, got -1"},
		{[]any{"getaddrinfo", "x", nil, fields("famly", 2)}, 2, "no field 'famly'"},
		{[]any{"getaddrinfo", "x", nil, fields("family", "inet")}, 2, "integer expected, got string"},
		{[]any{"getnameinfo", fields("addr", "localhost", "port", 1)}, 0, "an address in numbers expected"},
		{[]any{"getnameinfo", fields("addr", "::1", "prt", 1)}, 0, "no field 'prt'"},
		{[]any{"htons", 65536}, 0, "0 to 65535 expected"},
		{[]any{"inet_ntop", unix.AF_INET, "abc"}, 1, "4 bytes expected"},
	} {
		_, err := do(t, c.args[0].(string), c.args[1:]...)
		var mistake *kernel.ArgError
		if !errors.As(err, &mistake) || mistake.Arg != c.arg || !strings.Contains(mistake.Text, c.text) {
			t.Errorf("%v: %v, want %q of argument %d", c.args, err, c.text, c.arg)
		}
	}
}

func TestGetnameinfoAddress(t *testing.T) {
	host, _ := consts.Lookup("NI_NUMERICHOST")
	serv, _ := consts.Lookup("NI_NUMERICSERV")
	numeric := int(host | serv)
	for _, c := range []struct {
		address       record
		host, service string
	}{
		{fields("addr", "127.0.0.1", "port", 7), "127.0.0.1", "7"},
		{fields("addr", "::1", "port", 7), "::1", "7"},
		{fields("family", unix.AF_INET6, "addr", "fd00::1", "port", 7, "scope_id", 9), "fd00::1%9", "7"},
		{fields("path", "/tmp/s"), "localhost", "/tmp/s"},
	} {
		f, err := do(t, "getnameinfo", c.address, numeric)
		if err != nil || f.Out[0].Str != c.host || f.Out[1].Str != c.service {
			t.Errorf("%v: %q, %q, %v", c.address, f.Out[0].Str, f.Out[1].Str, err)
		}
	}
	entries, err := do(t, "getaddrinfo", "127.0.0.1", int64(7))
	if err != nil {
		t.Fatal(err)
	}
	entry := entries.Out[0].Any.([]any)[0].(record)
	if f, err := do(t, "getnameinfo", entry, numeric); err != nil || f.Out[0].Str != "127.0.0.1" {
		t.Errorf("an entry of getaddrinfo: %q, %v", f.Out[0].Str, err)
	}
}

// sight is an observer that notes what it sees.
type sight struct{ lines []string }

func (s *sight) Wait(*kernel.Event)    {}
func (s *sight) Enter(e *kernel.Event) { s.lines = append(s.lines, "enter "+e.Op.Name) }

func (s *sight) Exit(e *kernel.Event) {
	line := "exit " + e.Op.Name
	if e.Op.Name == "getaddrinfo" {
		line += fmt.Sprintf(" %s %v", e.Frame.Args[0].Str, e.Frame.Args[2].Any)
	}
	s.lines = append(s.lines, line)
}

// connect(fd, "localhost", port) asks getaddrinfo, and the trace shows it.
func TestConnectByName(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Close(fd) }()
	task := kernel.NewTask(0, "main")
	defer task.End()
	f := &task.Frame
	f.Reset()
	f.Args[0] = kernel.Value{Set: true, Int: int64(fd)}
	port := l.Addr().(*net.TCPAddr).Port
	f.Peer = kernel.Peer{Set: true, Short: true, Host: "localhost", Port: port, HasPort: true}
	var seen sight
	kernel.Observe(&seen, nil)
	defer kernel.Observe(nil, &seen)
	c := row(t, "connect")
	if err := task.Do(&kernel.Op{Name: c.Name, Wait: c.Wait, Do: c.Do}, f); err != nil {
		t.Fatal(err)
	}
	want := []string{"enter connect", "enter getaddrinfo",
		fmt.Sprintf("exit getaddrinfo localhost [{family %d}]", unix.AF_INET), "exit connect"}
	if !reflect.DeepEqual(seen.lines, want) {
		t.Errorf("seen %q, want %q", seen.lines, want)
	}
}

func TestLookupHostFails(t *testing.T) {
	task := kernel.NewTask(0, "main")
	defer task.End()
	_, err := lookupHost(task, "127.0.0.1", unix.AF_INET6)
	var refusal *kernel.AddrinfoError
	if !errors.As(err, &refusal) || !strings.Contains(refusal.Error(), "Address family for hostname not supported") {
		t.Errorf("an IPv4 address for an IPv6 socket: %v", err)
	}
	a, err := lookupHost(task, "127.1", unix.AF_INET)
	if err != nil || a.String() != "127.0.0.1:0" {
		t.Errorf("127.1: %v, %v", a, err)
	}
}

func TestErrname(t *testing.T) {
	f, err := do(t, "errname", int(unix.ECONNREFUSED))
	if err != nil || f.Out[0].Str != "ECONNREFUSED" {
		t.Errorf("%q, %v", f.Out[0].Str, err)
	}
	if f, err := do(t, "errname", 99999); err != nil || f.Out[0].Set {
		t.Errorf("of no error: %q, %v", f.Out[0].Str, err)
	}
	if f, err := do(t, "strerror", int(unix.ECONNREFUSED)); err != nil || f.Out[0].Str != "Connection refused" {
		t.Errorf("%q, %v", f.Out[0].Str, err)
	}
}

func TestGetservbynameMissing(t *testing.T) {
	_, err := do(t, "getservbyname", "no-such-service", "tcp")
	if !errors.Is(err, unix.ENOENT) || !strings.Contains(err.Error(), "no service no-such-service/tcp") {
		t.Errorf("%v", err)
	}
	f, err := do(t, "getservbyname", "http")
	if err != nil || f.Out[0].Any.(record).Get("s_port") != int64(80) {
		t.Errorf("http: %v, %v", f.Out[0].Any, err)
	}
}
