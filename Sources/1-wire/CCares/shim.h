#include <ares.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <netdb.h>
#include <arpa/inet.h>
