from python_common import echo, listener

l = listener()
while True:
    c, _ = l.accept()
    if echo(c):
        c.close()
