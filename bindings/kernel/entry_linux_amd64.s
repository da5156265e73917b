//go:build !cgo

// What the process does before all else: see widenTable in own.go.

#include "go_asm.h"
#include "textflag.h"

#define SYS_close 3
#define SYS_fcntl 72
#define SYS_eventfd2 290
#define SYS_prlimit64 302
#define RLIMIT_NOFILE 7
#define F_DUPFD_CLOEXEC 1030

// Go's runtime calls what this points to; with cgo it is cgo's own.
DATA _cgo_init(SB)/8, $entry<>(SB)
GLOBL _cgo_init(SB), NOPTR, $8

TEXT entry<>(SB), NOSPLIT, $16
	// A number beyond the soft limit can't be had: the limit becomes the hard one.
	MOVQ	$0, DI
	MOVQ	$RLIMIT_NOFILE, SI
	MOVQ	$0, DX
	LEAQ	cur-16(SP), R10
	MOVQ	$SYS_prlimit64, AX
	SYSCALL
	TESTQ	AX, AX
	JNE	descriptors
	MOVQ	max-8(SP), R8
	MOVQ	R8, cur-16(SP)
	LEAQ	cur-16(SP), DX
	MOVQ	$0, R10
	MOVQ	$SYS_prlimit64, AX
	SYSCALL

descriptors:
	// A descriptor, and the same at the end of the table. If one of them is not to be had,
	// what follows is asked of descriptors below 0, and fails.
	MOVQ	$0, DI
	MOVQ	$0, SI
	MOVQ	$SYS_eventfd2, AX
	SYSCALL
	MOVQ	AX, DI
	MOVQ	$F_DUPFD_CLOEXEC, SI
	MOVQ	$const_tableEnd, DX
	MOVQ	$SYS_fcntl, AX
	SYSCALL
	MOVQ	AX, R8
	MOVQ	$SYS_close, AX
	SYSCALL
	MOVQ	R8, DI
	MOVQ	$SYS_close, AX
	SYSCALL

	// The runtime leaves it to _cgo_init to give the thread its storage.
	LEAQ	mainTLS<>(SB), DI
	CALL	runtime·settls(SB)
	RET

GLOBL mainTLS<>(SB), NOPTR, $8
