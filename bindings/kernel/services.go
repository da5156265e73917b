package kernel

import (
	"context"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Service is struct servent: a line of /etc/services, services(5).
type Service struct {
	Name    string
	Aliases []string
	Port    int
	Proto   string
}

// servicesFile is another in tests.
var servicesFile = "/etc/services"

// serviceByName finds a service by its name or an alias; proto "" is any. A system
// without the file has the few services that Go knows.
func serviceByName(name, proto string) (Service, bool) {
	s, found, err := findService(func(s *Service) bool {
		return (proto == "" || s.Proto == proto) && (s.Name == name || slices.Contains(s.Aliases, name))
	})
	if err == nil {
		return s, found
	}
	return builtinService(name, proto)
}

// serviceByPort finds a service by its port.
func serviceByPort(port int, proto string) (Service, bool) {
	s, found, _ := findService(func(s *Service) bool {
		return s.Port == port && (proto == "" || s.Proto == proto)
	})
	return s, found
}

// findService answers the first line that fits. The file is small, and is read anew
// each time, as C's library does: it may have changed.
func findService(fits func(*Service) bool) (Service, bool, error) {
	text, err := os.ReadFile(servicesFile)
	if err != nil {
		return Service{}, false, err
	}
	for line := range strings.Lines(string(text)) {
		if s, ok := parseService(line); ok && fits(&s) {
			return s, true, nil
		}
	}
	return Service{}, false, nil
}

// parseService reads "http 80/tcp www # comment".
func parseService(line string) (s Service, ok bool) {
	line, _, _ = strings.Cut(line, "#")
	fields := strings.Fields(line)
	if len(fields) < 2 {
		return s, false
	}
	digits, proto, ok := strings.Cut(fields[1], "/")
	port, err := strconv.ParseUint(digits, 10, 16)
	return Service{fields[0], fields[2:], int(port), proto}, ok && err == nil
}

func builtinService(name, proto string) (Service, bool) {
	if _, err := strconv.Atoi(name); err == nil { // LookupPort would take it for a port
		return Service{}, false
	}
	r := &net.Resolver{PreferGo: true}
	for _, p := range [...]string{"tcp", "udp"} {
		if proto != "" && proto != p {
			continue
		}
		if port, err := r.LookupPort(context.Background(), p, name); err == nil {
			return Service{Name: name, Port: port, Proto: p}, true
		}
	}
	return Service{}, false
}

// Getservbyname is getservbyname(3).
func Getservbyname(f *Frame, name, proto string) error {
	s, ok := serviceByName(name, proto)
	return f.answerService(s, ok, name, proto)
}

// Getservbyport is getservbyport(3), but for the port's byte order.
func Getservbyport(f *Frame, port int, proto string) error {
	if port < 0 || port > 65535 {
		return badArg(0, "0 to 65535 expected, got %d", port)
	}
	s, ok := serviceByPort(port, proto)
	return f.answerService(s, ok, strconv.Itoa(port), proto)
}

func (f *Frame) answerService(s Service, ok bool, what, proto string) error {
	if !ok {
		if proto != "" {
			what += "/" + proto
		}
		return &DetailError{unix.ENOENT, "no service " + Escape(what)}
	}
	aliases := []any{}
	for _, a := range s.Aliases {
		aliases = append(aliases, a)
	}
	f.AnswerAny(0, Record{
		{"s_name", s.Name}, {"s_aliases", aliases}, {"s_port", int64(s.Port)}, {"s_proto", s.Proto},
	})
	return nil
}
