/* The servers in C: servers select|poll|epoll|accept. Each prints its port. Without an
 * argument it does nothing, for the start-up. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

static char buf[65536];

static void check(int r, const char *what) {
    if (r < 0) { perror(what); exit(1); }
}

static int listener(void) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    check(fd, "socket");
    check(bind(fd, (struct sockaddr *)&a, size), "bind");
    check(listen(fd, 1024), "listen");
    check(getsockname(fd, (struct sockaddr *)&a, &size), "getsockname");
    printf("%d\n", ntohs(a.sin_port));
    fflush(stdout);
    return fd;
}

static int take(int l) {
    struct sockaddr_in from;
    socklen_t size = sizeof from;
    int fd = accept(l, (struct sockaddr *)&from, &size);
    check(fd, "accept");
    return fd;
}

/* 0: the connection is over */
static int echo(int fd) {
    ssize_t n = recv(fd, buf, sizeof buf, 0);
    if (n <= 0) { close(fd); return 0; }
    for (ssize_t done = 0, m; done < n; done += m) {
        m = send(fd, buf + done, n - done, MSG_NOSIGNAL);
        if (m < 0) { close(fd); return 0; }
    }
    return 1;
}

static void with_select(int l) {
    fd_set all, ready;
    int highest = l;
    FD_ZERO(&all);
    FD_SET(l, &all);
    for (;;) {
        ready = all;
        int n = select(highest + 1, &ready, NULL, NULL, NULL);
        check(n, "select");
        for (int fd = 0; n > 0 && fd <= highest; fd++) {
            if (!FD_ISSET(fd, &ready)) continue;
            n--;
            if (fd == l) {
                int c = take(l);
                if (c >= FD_SETSIZE) { close(c); continue; }
                FD_SET(c, &all);
                if (c > highest) highest = c;
            } else if (!echo(fd)) {
                FD_CLR(fd, &all);
            }
        }
    }
}

static void with_poll(int l) {
    static struct pollfd p[20000];
    int count = 1;
    p[0] = (struct pollfd){.fd = l, .events = POLLIN};
    for (;;) {
        int n = poll(p, count, -1);
        check(n, "poll");
        for (int i = count - 1; n > 0 && i >= 0; i--) {
            if (!p[i].revents) continue;
            n--;
            if (i == 0) p[count++] = (struct pollfd){.fd = take(l), .events = POLLIN};
            else if (!echo(p[i].fd)) p[i] = p[--count];
        }
    }
}

static void with_epoll(int l) {
    static struct epoll_event ready[256];
    struct epoll_event e = {.events = EPOLLIN, .data.fd = l};
    int ep = epoll_create1(0);
    check(ep, "epoll_create1");
    check(epoll_ctl(ep, EPOLL_CTL_ADD, l, &e), "epoll_ctl");
    for (;;) {
        int n = epoll_wait(ep, ready, 256, -1);
        check(n, "epoll_wait");
        for (int i = 0; i < n; i++) {
            int fd = ready[i].data.fd;
            if (fd == l) {
                e.data.fd = take(l);
                check(epoll_ctl(ep, EPOLL_CTL_ADD, e.data.fd, &e), "epoll_ctl");
            } else {
                echo(fd);
            }
        }
    }
}

static void with_accept(int l) {
    for (;;) {
        int fd = take(l);
        if (echo(fd)) close(fd);
    }
}

int main(int argc, char **argv) {
    if (argc < 2) return 0;
    int l = listener();
    if (!strcmp(argv[1], "select")) with_select(l);
    if (!strcmp(argv[1], "poll")) with_poll(l);
    if (!strcmp(argv[1], "epoll")) with_epoll(l);
    if (!strcmp(argv[1], "accept")) with_accept(l);
    return 1;
}
