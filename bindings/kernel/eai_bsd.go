//go:build darwin || freebsd

package kernel

// <netdb.h> of macOS and FreeBSD, which both have from KAME. Package consts has the
// same numbers for Lua; a test compares.
const (
	eaiAddrfamily = 1
	eaiAgain      = 2
	eaiBadflags   = 3
	eaiFamily     = 5
	eaiNodata     = 7
	eaiNoname     = 8
	eaiService    = 9
	eaiSocktype   = 10
	eaiSystem     = 11

	aiPassive     = 0x0001
	aiCanonname   = 0x0002
	aiNumerichost = 0x0004
	aiAll         = 0x0100
	aiV4mappedCfg = 0x0200
	aiAddrconfig  = 0x0400
	aiV4mapped    = 0x0800

	aiKnown = aiPassive | aiCanonname | aiNumerichost | aiV4mapped | aiAll | aiAddrconfig |
		aiV4mappedCfg | aiNumericserv
	// aiDefault are the flags of absent hints.
	aiDefault = 0

	niNofqdn      = 1
	niNumerichost = 2
	niNamereqd    = 4
	niNumericserv = 8
	niDgram       = 16

	niKnown = niNumerichost | niNumericserv | niNofqdn | niNamereqd | niDgram | niNumericscope
)
