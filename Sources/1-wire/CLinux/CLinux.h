// The parts of the Linux API that Swift's Glibc module leaves out.
//
// _GNU_SOURCE stays undefined: it changes types that the Glibc module holds too (fd_set), and
// the two would no longer be the same to the compiler. What it would have declared is declared
// here, under names of our own bound to the C library's symbols.

#ifndef TANDEM_CLINUX_H
#define TANDEM_CLINUX_H

#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>

// struct mmsghdr of recvmmsg(2).
struct tandem_message {
  struct msghdr header;
  unsigned int length;
};

extern int tandem_receive_messages(
    int socket, struct tandem_message *messages, unsigned int count, int flags,
    struct timespec *timeout) __asm__("recvmmsg");

extern int tandem_send_messages(
    int socket, struct tandem_message *messages, unsigned int count, int flags)
    __asm__("sendmmsg");

extern int tandem_name_thread(pthread_t thread, const char *name)
    __asm__("pthread_setname_np");

// Swift cannot import the macros that walk control messages (cmsg(3)).

static inline struct cmsghdr *tandem_first_control(struct msghdr *message) {
  return CMSG_FIRSTHDR(message);
}

static inline void *tandem_control_data(struct cmsghdr *control) {
  return CMSG_DATA(control);
}

static inline size_t tandem_control_space(size_t length) { return CMSG_SPACE(length); }
static inline size_t tandem_control_length(size_t length) { return CMSG_LEN(length); }

#endif
