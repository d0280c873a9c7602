// The parts of the Linux API that Swift's Glibc module leaves out.
//
// _GNU_SOURCE stays undefined: it changes types that the Glibc module holds too (fd_set), and
// the two would no longer be the same to the compiler. What it would have declared is declared
// here, under names of our own bound to the C library's symbols.

#ifndef TANDEM_CLINUX_H
#define TANDEM_CLINUX_H

#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

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

// Descriptors in a control message (SCM_RIGHTS of unix(7)): how many there are, and one of them.
// A length that the kernel cut short counts whole descriptors only.

static inline size_t tandem_descriptor_count(const struct cmsghdr *control) {
  if (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_RIGHTS) return 0;
  if (control->cmsg_len < CMSG_LEN(0)) return 0;
  return (control->cmsg_len - CMSG_LEN(0)) / sizeof(int);
}

static inline struct cmsghdr *tandem_next_control(
    struct msghdr *message, struct cmsghdr *control) {
  return CMSG_NXTHDR(message, control);
}

// mallopt(3): memory that was given back stays with the process up to `keep` octets, and blocks up
// to that size come from it, so that a buffer that is taken and given back with every read costs no
// page faults.
extern int tandem_set_malloc_option(int option, int value) __asm__("mallopt");
static inline void tandem_keep_freed_memory(int keep) {
  tandem_set_malloc_option(-1 /* M_TRIM_THRESHOLD */, keep);
  tandem_set_malloc_option(-3 /* M_MMAP_THRESHOLD */, keep);
}

// getrandom(2), which Swift's own generator calls for eight octets at a time.
static inline long tandem_random_octets(void *octets, size_t count) {
  return syscall(SYS_getrandom, octets, count, 0u);
}

// A descriptor that is readable once the process has ended (pidfd_open(2)), and a signal sent by
// it, which cannot meet another process of the same number.

static inline int tandem_open_process(pid_t process) {
  return (int)syscall(SYS_pidfd_open, process, 0);
}

static inline int tandem_signal_process(int descriptor, int number) {
  return (int)syscall(SYS_pidfd_send_signal, descriptor, number, (void *)0, 0);
}

// Marks every descriptor beyond the standard three so that an exec closes it (close_range(2)).
static inline void tandem_close_all_on_exec(void) {
  syscall(SYS_close_range, 3u, ~0u, 4u /* CLOSE_RANGE_CLOEXEC */);
}

static inline size_t tandem_control_space(size_t length) { return CMSG_SPACE(length); }
static inline size_t tandem_control_length(size_t length) { return CMSG_LEN(length); }

#endif
