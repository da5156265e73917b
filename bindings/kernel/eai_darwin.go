package kernel

const (
	aiNumericserv  = 0x1000
	niNumericscope = 0x100
)

// addrinfoTexts are gai_strerror's, Libinfo's lookup.subproj/getaddrinfo.c.
var addrinfoTexts = map[int]string{
	1:  "Address family for hostname not supported",
	2:  "Temporary failure in name resolution",
	3:  "Invalid value for ai_flags",
	4:  "Non-recoverable failure in name resolution",
	5:  "ai_family not supported",
	6:  "Memory allocation failure",
	7:  "No address associated with nodename",
	8:  "nodename nor servname provided, or not known",
	9:  "servname not supported for ai_socktype",
	10: "ai_socktype not supported",
	11: "System error",
	12: "Bad hints",
	13: "ai_protocol not supported",
	14: "argument buffer overflow",
}
