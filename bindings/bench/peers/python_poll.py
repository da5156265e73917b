import select
from python_common import echo, listener

l = listener()
clients = {}
p = select.poll()
p.register(l, select.POLLIN)
while True:
    for fd, _ in p.poll():
        if fd == l.fileno():
            c, _ = l.accept()
            clients[c.fileno()] = c
            p.register(c, select.POLLIN)
        elif not echo(clients[fd]):
            del clients[fd]
            p.unregister(fd)
