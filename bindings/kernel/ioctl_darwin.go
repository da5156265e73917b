package kernel

import "golang.org/x/sys/unix"

// systemRequests are macOS's own: <sys/sockio.h>, <sys/filio.h>.
var systemRequests = []requestRow{
	{answerInt, []uint{fiogetow, unix.SIOCGLOWAT, unix.SIOCGHIWAT}},
	{takeInt, []uint{fiosetow, unix.SIOCSLOWAT, unix.SIOCSHIWAT}},
}
