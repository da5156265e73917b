package kernel

import "golang.org/x/sys/unix"

// systemRequests are FreeBSD's own: netintro(4), <sys/filio.h>.
var systemRequests = []requestRow{
	{answerInt, []uint{fionwrit, fiogetow, unix.SIOCGLOWAT, unix.SIOCGHIWAT}},
	{takeInt, []uint{fiosetow, unix.SIOCSLOWAT, unix.SIOCSHIWAT}},
	{byInterface(shortOf), []uint{unix.SIOCGIFINDEX}}, // ifr_index is a short here
}
