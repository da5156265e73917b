package kernel

import "golang.org/x/sys/unix"

const fionwrite = 0x40046677 // _IOR('f', 119, int), <sys/filio.h>

// systemRequests are FreeBSD's own: netintro(4), <sys/filio.h>.
var systemRequests = []requestRow{
	{answerInt, []uint{fionwrite, fiogetow, unix.SIOCGLOWAT, unix.SIOCGHIWAT}},
	{takeInt, []uint{fiosetow, unix.SIOCSLOWAT, unix.SIOCSHIWAT}},
	{byInterface(shortOf), []uint{unix.SIOCGIFINDEX}}, // ifr_index is a short here
}
