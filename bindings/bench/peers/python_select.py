import select
from python_common import echo, listener

l = listener()
clients = {}
fds = [l.fileno()]
while True:
    for fd in select.select(fds, [], [])[0]:
        if fd == fds[0]:
            c, _ = l.accept()
            clients[c.fileno()] = c
            fds.append(c.fileno())
        elif not echo(clients[fd]):
            del clients[fd]
            fds.remove(fd)
