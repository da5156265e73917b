package kernel

import "golang.org/x/sys/unix"

func init() {
	controlForms[controlKind{unix.IPPROTO_IP, unix.IP_PKTINFO}] = pktinfo4Form
	controlForms[controlKind{unix.IPPROTO_IP, unix.IP_TTL}] = integerForm[int32]()
}
