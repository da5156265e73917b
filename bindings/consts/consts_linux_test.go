package consts

import (
	"strings"
	"testing"
)

// TestLinuxCounts guards against a generator that loses names. Of x/sys v0.49.0 it takes 1,469, of which 881 have the
// main prefixes below or are errors. By prefix alone these are 907: 26 names only look like errors (ECHO, ELFMAG, EXTA)
// and are the terminal's and ELF's. With the extra files there are 1,582.
func TestLinuxCounts(t *testing.T) {
	prefixes := strings.Fields(`AF_ PF_ SOCK_ SOL_ SO_ IPPROTO_ IP_ IPV6_ ICMP_ TCP_ UDP_ MSG_ SHUT_ SCM_ F_ O_ FD_ POLL EPOLL
		AI_ NI_ EAI_ INADDR_ SIG S_I`)
	count := 0
	for _, c := range generated {
		group, _ := Group(c.Name)
		for _, prefix := range append(prefixes, "E") {
			if group == "E" && prefix == "E" || prefix != "E" && strings.HasPrefix(c.Name, prefix) {
				count++
				break
			}
		}
	}
	if count < 881 {
		t.Errorf("%d constants of x/sys/unix with the main prefixes", count)
	}
	if all := len(All()); all < 1582 {
		t.Errorf("%d constants in all", all)
	}
}

func TestLinuxNameOf(t *testing.T) {
	for _, c := range []struct {
		group string
		v     int64
		want  string
	}{
		{"AF_", 1, "AF_UNIX"}, {"AF_", 2, "AF_INET"}, {"AF_", 10, "AF_INET6"}, {"AF_", 16, "AF_NETLINK"},
		{"TCP_", 1, "TCP_NODELAY"}, {"TCP_", 11, "TCP_INFO"}, {"TCP_", 36, "TCP_INQ"}, {"TCP_", 22, "TCP_REPAIR_OPTIONS"},
		{"TCP_STATE", 1, "TCP_ESTABLISHED"}, {"TCP_STATE", 10, "TCP_LISTEN"},
		{"SO_", 20, "SO_RCVTIMEO"}, {"SO_", 26, "SO_ATTACH_FILTER"}, {"SO_", 29, "SO_TIMESTAMP"}, {"SO_", 2, "SO_REUSEADDR"},
		{"IP_", 1, "IP_TOS"}, {"IP_", 10, "IP_MTU_DISCOVER"}, {"IP_", 13, "IP_RECVTOS"}, {"IP_", 80, "SO_ORIGINAL_DST"},
		{"IP_", 42, "MCAST_JOIN_GROUP"}, {"IPV6_", 42, "MCAST_JOIN_GROUP"}, {"IPV6_", 17, "IPV6_MULTICAST_IF"},
		{"IPV6_", 20, "IPV6_JOIN_GROUP"}, {"IPV6_", 26, "IPV6_V6ONLY"}, {"SOL_", 6, "SOL_TCP"}, {"SOL_", 2, "IPPROTO_IGMP"},
		{"F_", 1, "F_GETFD"}, {"F_", 4, "F_SETFL"}, {"F_LOCK_TYPE", 1, "F_WRLCK"}, {"F_OWNER_", 1, "F_OWNER_PID"}, {"F_", 5, "F_GETLK"},
		{"E", 11, "EAGAIN"}, {"E", 95, "EOPNOTSUPP"}, {"E", 35, "EDEADLK"}, {"E", 117, "EUCLEAN"}, {"E", 74, "EBADMSG"},
		{"SIG", 6, "SIGABRT"}, {"SIG", 17, "SIGCHLD"}, {"SIG", 29, "SIGIO"}, {"FIO", 0x541b, "FIONREAD"},
		{"FIO", 0x5411, "SIOCOUTQ"}, {"PACKET_", 1, "PACKET_ADD_MEMBERSHIP"}, {"PACKET_TYPE", 1, "PACKET_BROADCAST"},
		{"NETLINK_", 4, "NETLINK_SOCK_DIAG"}, {"NETLINK_OPTION", 1, "NETLINK_ADD_MEMBERSHIP"}, {"RTM_", 16, "RTM_NEWLINK"},
		{"ICMP_", 3, "ICMP_DEST_UNREACH"}, {"ICMP_", 0, "ICMP_ECHOREPLY"}, {"ICMPV6_", 1, "ICMPV6_DEST_UNREACH"},
		{"EAI_", -2, "EAI_NONAME"}, {"EPOLL_CTL_", 1, "EPOLL_CTL_ADD"}, {"SCM_", 1, "SCM_RIGHTS"}, {"SCM_", 2, "SCM_CREDENTIALS"},
		{"SEEK_", 4, "SEEK_HOLE"}, {"MSG_", 4, "MSG_DONTROUTE"},
		{"IFLA_", 3, "IFLA_IFNAME"}, {"IFA_", 2, "IFA_LOCAL"}, {"RTA_", 5, "RTA_GATEWAY"}, {"RTN_", 1, "RTN_UNICAST"},
		{"RT_TABLE_", 254, "RT_TABLE_MAIN"}, {"RT_SCOPE_", 253, "RT_SCOPE_LINK"}, {"RTPROT_", 2, "RTPROT_KERNEL"},
		{"ARPOP_", 2, "ARPOP_REPLY"}, {"IPTOS_", 0xb8, "IPTOS_DSCP_EF"}, {"IPTOS_", 0, "IPTOS_CLASS_CS0"},
		{"RLIMIT_", 7, "RLIMIT_NOFILE"}, {"RTNLGRP_", 1, "RTNLGRP_LINK"}, {"LIMIT", 4096, "PIPE_BUF"},
	} {
		if name, _ := NameOf(c.group, c.v); name != c.want {
			t.Errorf("NameOf(%q, %d) = %q; want %s", c.group, c.v, name, c.want)
		}
	}
}

func TestLinuxFlags(t *testing.T) {
	for _, c := range []struct {
		group string
		v     int64
		want  string
	}{
		{"O_", 0x802, "O_RDWR|O_NONBLOCK"},
		{"O_", 0x101001, "O_WRONLY|O_SYNC"},
		{"O_", 0x1001, "O_WRONLY|O_DSYNC"},
		{"O_", 3, "0x3"},
		{"S_I", 0xc1ed, "S_IFSOCK|0755"},
		{"S_I", 0xf000, "0170000"},
		{"EPOLL", 0x80002001, "EPOLLIN|EPOLLRDHUP|EPOLLET"},
		{"POLL", 0x2041, "POLLIN|POLLRDNORM|POLLRDHUP"},
		{"MSG_", 0x4040, "MSG_DONTWAIT|MSG_NOSIGNAL"},
		{"NLM_F_", 0x301, "NLM_F_REQUEST|NLM_F_DUMP"},
		{"INOTIFY", 0x40000100, "IN_CREATE|IN_ISDIR"},
		{"INOTIFY", 0xc0, "IN_MOVE"},
		{"NLA_F_", 0x8000, "NLA_F_NESTED"},
		{"MFD_", 3, "MFD_CLOEXEC|MFD_ALLOW_SEALING"},
		{"IFF_", 0x49, "IFF_UP|IFF_LOOPBACK|IFF_RUNNING"},
	} {
		if got := FlagNames(c.group, c.v); got != c.want {
			t.Errorf("FlagNames(%q, %#x) = %s; want %s", c.group, c.v, got, c.want)
		}
	}
	if got := BaseAndFlags(0x80801); got != "SOCK_STREAM|SOCK_NONBLOCK|SOCK_CLOEXEC" {
		t.Errorf("BaseAndFlags(0x80801) = %s", got)
	}
}

func TestLinuxElsewhere(t *testing.T) {
	for name, want := range map[string]string{
		"TCP_KEEPALIVE": "macOS", "SO_NOSIGPIPE": "macOS and FreeBSD", "EVFILT_READ": "macOS and FreeBSD",
		"AF_INET": "", "EPOLLIN": "", "AF_NO_SUCH": "", "": "", "EAI_BADHINTS": "macOS and FreeBSD", "EINTEGRITY": "FreeBSD", "IN_CREATE": "", "RTA_NETMASK": "",
	} {
		if got, ok := Elsewhere(name); got != want || ok != (want != "") {
			t.Errorf("Elsewhere(%q) = %q, %v; want %q", name, got, ok, want)
		}
	}
	// What a program on macOS would be told.
	if set := elsewhere()["EPOLLIN"]; set != onLinux {
		t.Errorf("EPOLLIN is on %b", set)
	}
	if set := elsewhere()["SOCK_NONBLOCK"]; set != onLinux|onFreeBSD {
		t.Errorf("SOCK_NONBLOCK is on %b", set)
	}
}

func TestLinuxErrnoText(t *testing.T) {
	for e, want := range map[int64]string{
		1: "Operation not permitted", 11: "Resource temporarily unavailable", 41: "Unknown error 41",
		111: "Connection refused", 133: "Memory page has hardware error", 134: "Unknown error 134",
		115: "Operation now in progress", 95: "Operation not supported",
	} {
		if got := ErrnoText(e); got != want {
			t.Errorf("ErrnoText(%d) = %q; want %q", e, got, want)
		}
	}
}
