import select
from python_common import echo, listener

l = listener()
clients = {}
ep = select.epoll()
ep.register(l, select.EPOLLIN)
while True:
    for fd, _ in ep.poll(-1, 256):
        if fd == l.fileno():
            c, _ = l.accept()
            clients[c.fileno()] = c
            ep.register(c, select.EPOLLIN)
        elif not echo(clients[fd]):
            del clients[fd]
