package kernel

// glibc's <netdb.h>. Package consts has the same numbers for Lua; a test compares.
const (
	eaiBadflags   = -1
	eaiNoname     = -2
	eaiAgain      = -3
	eaiNodata     = -5
	eaiFamily     = -6
	eaiSocktype   = -7
	eaiService    = -8
	eaiAddrfamily = -9
	eaiSystem     = -11

	aiPassive     = 0x0001
	aiCanonname   = 0x0002
	aiNumerichost = 0x0004
	aiV4mapped    = 0x0008
	aiAll         = 0x0010
	aiAddrconfig  = 0x0020
	aiIdn         = 0x0040 // and AI_CANONIDN: taken, but no name is converted
	aiCanonidn    = 0x0080
	aiNumericserv = 0x0400

	aiKnown = aiPassive | aiCanonname | aiNumerichost | aiV4mapped | aiAll | aiAddrconfig |
		aiIdn | aiCanonidn | aiNumericserv
	// aiDefault is what no hints stand for, getaddrinfo(3).
	aiDefault = aiV4mapped | aiAddrconfig

	niNumerichost = 1
	niNumericserv = 2
	niNofqdn      = 4
	niNamereqd    = 8
	niDgram       = 16
	niIdn         = 32

	niKnown = niNumerichost | niNumericserv | niNofqdn | niNamereqd | niDgram | niIdn
)

// addrinfoTexts are gai_strerror's, glibc's sysdeps/posix/gai_strerror-strs.h.
var addrinfoTexts = map[int]string{
	-1:   "Bad value for ai_flags",
	-2:   "Name or service not known",
	-3:   "Temporary failure in name resolution",
	-4:   "Non-recoverable failure in name resolution",
	-5:   "No address associated with hostname",
	-6:   "ai_family not supported",
	-7:   "ai_socktype not supported",
	-8:   "Servname not supported for ai_socktype",
	-9:   "Address family for hostname not supported",
	-10:  "Memory allocation failure",
	-11:  "System error",
	-12:  "Result too large for supplied buffer",
	-100: "Processing request in progress",
	-101: "Request canceled",
	-102: "Request not canceled",
	-103: "All requests done",
	-104: "Interrupted by a signal",
	-105: "Parameter string not correctly encoded",
}
