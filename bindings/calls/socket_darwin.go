package calls

var accept4Calls = []Call{
	{Name: "accept4", Class: Sockets, Absent: "macOS has no accept4: use accept, then fcntl"},
}
