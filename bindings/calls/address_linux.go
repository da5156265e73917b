package calls

import "golang.org/x/sys/unix"

// packet(7), netlink(7), vsock(7).
var seldomFamilies = []Family{
	{"AF_PACKET", unix.AF_PACKET, []AddressField{
		{"protocol", "which frames to receive, ETH_P_ALL or ETH_P_IP, in host order as a port is; of socket() the third argument is C's, htons(ETH_P_ALL)"},
		{"ifindex", "the interface's index, if_nametoindex(\"lo\"); 0 is all of them"},
		{"hatype", "the interface's kind, ARPHRD_ETHER; the kernel fills it in"},
		{"pkttype", "whom the frame was for, PACKET_HOST or PACKET_OUTGOING; the kernel fills it in"},
		{"addr", "the hardware address, a string of up to 8 bytes"},
	}},
	{"AF_NETLINK", unix.AF_NETLINK, []AddressField{
		{"pid", "the socket's number, the first one's of a process the process's; 0 is the kernel, or lets it choose"},
		{"groups", "a bit for each group: RTMGRP_LINK"},
	}},
	{"AF_VSOCK", unix.AF_VSOCK, []AddressField{
		{"port", "the port, VMADDR_PORT_ANY for one of the kernel's choice"},
		{"cid", "the machine, VMADDR_CID_HOST or VMADDR_CID_ANY"},
	}},
}
