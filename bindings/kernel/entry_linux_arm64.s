//go:build !cgo

// What the process does before all else: see widenTable in own.go.

#include "go_asm.h"
#include "textflag.h"

#define SYS_eventfd2 19
#define SYS_fcntl 25
#define SYS_close 57
#define SYS_prlimit64 261
#define RLIMIT_NOFILE 7
#define F_DUPFD_CLOEXEC 1030

// Go's runtime calls what this points to; with cgo it is cgo's own.
DATA _cgo_init(SB)/8, $entry<>(SB)
GLOBL _cgo_init(SB), NOPTR, $8

TEXT entry<>(SB), NOSPLIT, $16
	// A number beyond the soft limit can't be had: the limit becomes the hard one.
	MOVD	$0, R0
	MOVD	$RLIMIT_NOFILE, R1
	MOVD	$0, R2
	MOVD	$cur-16(SP), R3
	MOVD	$SYS_prlimit64, R8
	SVC
	CBNZ	R0, descriptors
	MOVD	max-8(SP), R4
	MOVD	R4, cur-16(SP)
	MOVD	$0, R0
	MOVD	$cur-16(SP), R2
	MOVD	$0, R3
	SVC

descriptors:
	// A descriptor, and the same at the end of the table. If one of them is not to be had,
	// what follows is asked of descriptors below 0, and fails.
	MOVD	$0, R0
	MOVD	$0, R1
	MOVD	$SYS_eventfd2, R8
	SVC
	MOVD	R0, R4
	MOVD	$F_DUPFD_CLOEXEC, R1
	MOVD	$const_tableEnd, R2
	MOVD	$SYS_fcntl, R8
	SVC
	MOVD	$SYS_close, R8
	SVC
	MOVD	R4, R0
	SVC
	RET
