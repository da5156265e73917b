package kernel

import (
	"net"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"sockrepl/bindings/consts"

	"golang.org/x/sys/unix"
)

// The numbers that the kernel package holds are those that Lua sees.
func TestAddrinfoNumbers(t *testing.T) {
	numbers := map[string]int64{
		"EAI_BADFLAGS": eaiBadflags, "EAI_NONAME": eaiNoname, "EAI_AGAIN": eaiAgain,
		"EAI_NODATA": eaiNodata, "EAI_FAMILY": eaiFamily, "EAI_SOCKTYPE": eaiSocktype,
		"EAI_SERVICE": eaiService, "EAI_ADDRFAMILY": eaiAddrfamily,
		"AI_PASSIVE": aiPassive, "AI_CANONNAME": aiCanonname, "AI_NUMERICHOST": aiNumerichost,
		"AI_V4MAPPED": aiV4mapped, "AI_ALL": aiAll, "AI_ADDRCONFIG": aiAddrconfig,
		"AI_NUMERICSERV": aiNumericserv,
		"NI_NUMERICHOST": niNumerichost, "NI_NUMERICSERV": niNumericserv, "NI_NOFQDN": niNofqdn,
		"NI_NAMEREQD": niNamereqd, "NI_DGRAM": niDgram,
	}
	for name, want := range numbers {
		if got, ok := consts.Lookup(name); !ok || got != want {
			t.Errorf("%s is %d for Lua (%v), %d here", name, got, ok, want)
		}
	}
	for _, c := range consts.All() {
		if len(c.Name) > 4 && c.Name[:4] == "EAI_" && addrinfoText(int(c.Value)) == "Unknown error" {
			t.Errorf("%s (%d) has no text", c.Name, c.Value)
		}
	}
	if got := addrinfoText(12345); got != "Unknown error" {
		t.Errorf("text of no error: %q", got)
	}
}

func TestServices(t *testing.T) {
	useServices(t, "# comment\nhttp 80/tcp www web # more\nbad\nalso bad/tcp\nsyslog\t514/udp\nshell 514/tcp\n")
	for _, c := range []struct {
		name, proto string
		want        int
	}{
		{"http", "tcp", 80}, {"www", "", 80}, {"web", "tcp", 80}, {"http", "udp", -1},
		{"syslog", "", 514}, {"syslog", "tcp", -1}, {"#", "", -1}, {"also", "", -1}, {"80", "", -1},
	} {
		s, ok := serviceByName(c.name, c.proto)
		if ok != (c.want >= 0) || ok && s.Port != c.want {
			t.Errorf("%s/%s: %+v, %v; want %d", c.name, c.proto, s, ok, c.want)
		}
	}
	if s, ok := serviceByPort(514, "tcp"); !ok || s.Name != "shell" {
		t.Errorf("514/tcp: %+v, %v", s, ok)
	}
	if s, ok := serviceByPort(514, ""); !ok || s.Name != "syslog" {
		t.Errorf("514: %+v, %v", s, ok)
	}
	if s, _ := serviceByName("www", ""); !slices.Equal(s.Aliases, []string{"www", "web"}) || s.Proto != "tcp" {
		t.Errorf("www: %+v", s)
	}
}

// useServices has the test read a services file of its own; "" is none.
func useServices(t *testing.T, text string) {
	t.Helper()
	old := servicesFile
	t.Cleanup(func() { servicesFile = old })
	servicesFile = filepath.Join(t.TempDir(), "services")
	if text == "" {
		return
	}
	if err := os.WriteFile(servicesFile, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestServicesWithoutFile(t *testing.T) {
	useServices(t, "")
	if s, ok := serviceByName("http", ""); !ok || s.Port != 80 || s.Proto != "tcp" {
		t.Errorf("http: %+v, %v", s, ok)
	}
	if s, ok := serviceByName("domain", "udp"); !ok || s.Port != 53 {
		t.Errorf("domain/udp: %+v, %v", s, ok)
	}
	for _, name := range []string{"80", "no-such-service"} {
		if s, ok := serviceByName(name, ""); ok {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

func TestServiceEnds(t *testing.T) {
	useServices(t, "both 7/tcp\nboth 7/udp\nother 9/udp\nmq 5672/sctp\n")
	const stream, dgram, raw = unix.SOCK_STREAM, unix.SOCK_DGRAM, unix.SOCK_RAW
	for _, c := range []struct {
		service string
		h       Hints
		want    []end
		code    int
	}{
		{"both", Hints{}, []end{{stream, 6, 7}, {dgram, 17, 7}}, 0},
		{"other", Hints{}, []end{{dgram, 17, 9}}, 0},
		{"other", Hints{Socktype: stream}, nil, eaiService},
		{"mq", Hints{}, []end{{stream, 132, 5672}, {unix.SOCK_SEQPACKET, 132, 5672}}, 0},
		{"both", Hints{Socktype: raw}, nil, eaiService},
		{"both", Hints{Flags: aiNumericserv}, nil, eaiNoname},
		{"80", Hints{}, []end{{stream, 6, 80}, {dgram, 17, 80}, {raw, 0, 80}}, 0},
		{" +80", Hints{Socktype: dgram}, []end{{dgram, 17, 80}}, 0},
		{"", Hints{Socktype: raw, Protocol: 1}, []end{{raw, 1, 0}}, 0},
		{"80", Hints{Socktype: raw}, nil, eaiService},
		{"65536", Hints{}, nil, eaiService},
		{"99999999999999999999", Hints{}, nil, eaiService},
		{"80", Hints{Socktype: stream, Protocol: 17}, nil, eaiSocktype},
		{"80", Hints{Socktype: 99}, nil, eaiSocktype},
	} {
		got, err := c.h.ends(&c.service)
		if !slices.Equal(got, c.want) || codeOf(err) != c.code {
			t.Errorf("%q %+v: %v, %v; want %v, %d", c.service, c.h, got, err, c.want, c.code)
		}
	}
}

// TestInterfaceAddresses: the loopback's are told, as addresses that the calls take; one that is
// valid on its link alone has the link's number.
func TestInterfaceAddresses(t *testing.T) {
	f := &Frame{}
	if err := Getifaddrs(f); err != nil {
		t.Fatal(err)
	}
	found := false
	for _, v := range f.Out[0].Any.([]any) {
		r := v.(Record)
		address, _ := r.Get("ifa_addr").(Record)
		if address.Get("addr") != "127.0.0.1" {
			continue
		}
		found = true
		mask, _ := r.Get("ifa_netmask").(Record)
		if flags, _, _ := r.Integer("ifa_flags"); flags&unix.IFF_LOOPBACK == 0 || flags&unix.IFF_UP == 0 || mask.Get("addr") != "255.0.0.0" {
			t.Errorf("the loopback is %v", r)
		}
	}
	if !found {
		t.Error("there is no loopback address")
	}
	for text, want := range map[string]Record{
		"192.0.2.1":   {{"family", int64(unix.AF_INET)}, {"addr", "192.0.2.1"}, {"port", int64(0)}},
		"2001:db8::1": {{"family", int64(unix.AF_INET6)}, {"addr", "2001:db8::1"}, {"port", int64(0)}},
		"fe80::1":     {{"family", int64(unix.AF_INET6)}, {"addr", "fe80::1"}, {"port", int64(0)}, {"scope_id", int64(3)}},
	} {
		got := internetAddress(net.ParseIP(text), 3)
		for _, name := range []string{"family", "addr", "port", "scope_id"} {
			if got.Get(name) != want.Get(name) && (want.Get(name) != nil || got.Get(name) != int64(0)) {
				t.Errorf("%s is %v, not %v", text, got, want)
			}
		}
	}
}

func TestInterfaces(t *testing.T) {
	f := &Frame{}
	if err := IfNameindex(f); err != nil {
		t.Fatal(err)
	}
	list := f.Out[0].Any.([]any)
	if len(list) == 0 {
		t.Fatal("no interface, not even the loopback")
	}
	before := descriptors()
	for _, i := range list {
		r := i.(Record)
		name, index := r.Get("if_name").(string), int(r.Get("if_index").(int64))
		if got, err := interfaceIndex(name); got != index || err != nil {
			t.Errorf("index of %s: %d, %v; want %d", name, got, err, index)
		}
		if got, err := interfaceName(index); got != name || err != nil {
			t.Errorf("name of %d: %q, %v; want %s", index, got, err, name)
		}
	}
	for _, name := range []string{"nosuch0", "", "a name that is longer than any"} {
		if _, err := interfaceIndex(name); err != unix.ENODEV && err != unix.ENXIO {
			t.Errorf("index of %q: %v", name, err)
		}
	}
	for _, index := range []int{0, -1, 1 << 30} {
		if _, err := interfaceName(index); err != unix.ENXIO {
			t.Errorf("name of %d: %v, want ENXIO", index, err)
		}
	}
	if after := descriptors(); !slices.Equal(before, after) {
		t.Errorf("descriptors before %v, after %v", before, after)
	}
}
