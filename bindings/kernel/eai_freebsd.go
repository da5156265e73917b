package kernel

const (
	aiNumericserv  = 0x0008
	niNumericscope = 0x20
)

// addrinfoTexts are gai_strerror's, lib/libc/net/gai_strerror.c.
var addrinfoTexts = map[int]string{
	1:  "Address family for hostname not supported",
	2:  "Name could not be resolved at this time",
	3:  "Flags parameter had an invalid value",
	4:  "Non-recoverable failure in name resolution",
	5:  "Address family not recognized",
	6:  "Memory allocation failure",
	7:  "No address associated with hostname",
	8:  "Name does not resolve",
	9:  "Service was not recognized for socket type",
	10: "Intended socket type was not recognized",
	11: "System error returned in errno",
	12: "Invalid value for hints",
	13: "Resolved protocol is unknown",
	14: "Argument buffer overflow",
}
