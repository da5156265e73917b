import resource
import socket

resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)


def listener():
    l = socket.socket()
    l.bind(("127.0.0.1", 0))
    l.listen(1024)
    print(l.getsockname()[1], flush=True)
    return l


def echo(c):
    """False: the connection is over."""
    try:
        data = c.recv(65536)
        if data:
            c.sendall(data)
            return True
    except OSError:
        pass
    c.close()
    return False
