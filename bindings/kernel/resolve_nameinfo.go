package kernel

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Getnameinfo is getnameinfo(3): an address to a host's and a service's name.
func Getnameinfo(f *Frame, a *Sockaddr, flags int) error {
	if flags&^niKnown != 0 {
		return eai(eaiBadflags)
	}
	if a.Family() == unix.AF_UNIX {
		return f.unixNameinfo(a, flags)
	}
	ip, port, _, scope, ok := a.Inet()
	if !ok {
		return eai(eaiFamily)
	}
	name, err := f.Task.hostName(host{ip, scope}, flags)
	if err == ErrInterrupted {
		return f.stopped(&Op{Name: "getnameinfo"})
	}
	if err != nil {
		return err
	}
	f.AnswerStr(0, name)
	f.AnswerStr(1, serviceName(port, flags))
	return nil
}

// unixNameinfo answers this machine and the path, as glibc does.
func (f *Frame) unixNameinfo(a *Sockaddr, flags int) error {
	name := "localhost"
	if flags&niNumerichost == 0 {
		if own, err := os.Hostname(); err == nil {
			name = own
		}
	}
	f.AnswerStr(0, name)
	f.AnswerStr(1, a.Path())
	return nil
}

// hostName is the host's name, its address if it has none.
func (t *Task) hostName(a host, flags int) (string, error) {
	if flags&niNumerichost == 0 {
		name, err := t.reverse(a.ip)
		if err == nil {
			return shorten(name, flags), nil
		}
		if e, ok := err.(*AddrinfoError); !ok || e.Code == eaiAgain || e.Code == eaiSystem {
			return "", err
		}
	}
	if flags&niNamereqd != 0 {
		return "", eai(eaiNoname)
	}
	return numericName(a), nil
}

// reverse asks the hosts file and DNS.
func (t *Task) reverse(ip netip.Addr) (name string, err error) {
	err = t.resolve(func(ctx context.Context, r *net.Resolver) error {
		names, err := r.LookupAddr(ctx, ip.String())
		if err == nil && len(names) == 0 {
			err = &net.DNSError{IsNotFound: true}
		}
		if err == nil {
			name = strings.TrimSuffix(names[0], ".")
		}
		return err
	})
	return name, err
}

// shorten leaves out the machine's own domain for NI_NOFQDN.
func shorten(name string, flags int) string {
	if flags&niNofqdn == 0 {
		return name
	}
	own, _ := os.Hostname()
	if _, domain, ok := strings.Cut(own, "."); ok && domain != "" {
		name = strings.TrimSuffix(name, "."+domain)
	}
	return name
}

// numericName writes the address, with its interface's name if it is of a link, with
// the number otherwise.
func numericName(a host) string {
	switch {
	case a.scope == 0:
		return ntop(a.ip)
	case ofLink(a.ip):
		return ntop(a.ip) + "%" + ScopeName(a.scope)
	}
	return fmt.Sprintf("%s%%%d", ntop(a.ip), a.scope)
}

// serviceName is the port's service, its number if it has none.
func serviceName(port, flags int) string {
	proto := "tcp"
	if flags&niDgram != 0 {
		proto = "udp"
	}
	if flags&niNumericserv == 0 {
		if s, ok := serviceByPort(port, proto); ok {
			return s.Name
		}
	}
	return strconv.Itoa(port)
}

// Gethostname is gethostname(2).
func Gethostname(f *Frame) error {
	name, err := os.Hostname()
	if err != nil {
		return unix.ENAMETOOLONG // the only error that the manual has
	}
	f.AnswerStr(0, name)
	return nil
}
