/*
 * Makes one file operation of a program fail, or kills the program there. Preloaded into real processes by tests.
 *
 *   FAULT_PATHS   path prefixes, separated by ':'; only operations on such files count
 *   FAULT_OPS     which operations count, of: open read write sync rename unlink
 *   FAULT_AT      the operation that fails, counted from 1 over all processes; 0: none, only count
 *   FAULT_ACTION  an errno (5 EIO, 28 ENOSPC), or `kill`
 *   FAULT_SPAN    how many operations from that one on fail; 0: all of them
 *   FAULT_STATE   file of 8 bytes, shared by all processes: how many operations were counted
 *   FAULT_LOG     file that gets one line for each counted operation; may be left out
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static _Atomic long *counter;
static char paths[8192];
static char ops[128];
static long at, span;
static int action; /* 0: kill */
static int log_fd = -1;
static __thread int busy;

#define REAL(name) \
  static __typeof__(name) *real; \
  if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void) {
  const char *state = getenv("FAULT_STATE");
  if (!state) return;
  busy = 1;
  int fd = open(state, O_RDWR | O_CLOEXEC);
  if (fd >= 0) {
    void *page = mmap(NULL, sizeof(long), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    snprintf(paths, sizeof paths, "%s", getenv("FAULT_PATHS") ? getenv("FAULT_PATHS") : "");
    snprintf(ops, sizeof ops, "%s", getenv("FAULT_OPS") ? getenv("FAULT_OPS") : "");
    at = atol(getenv("FAULT_AT") ? getenv("FAULT_AT") : "0");
    span = atol(getenv("FAULT_SPAN") ? getenv("FAULT_SPAN") : "1");
    const char *what = getenv("FAULT_ACTION");
    action = what && strcmp(what, "kill") != 0 ? atoi(what) : 0;
    const char *log = getenv("FAULT_LOG");
    if (log) log_fd = open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (page != MAP_FAILED) counter = page;
  }
  busy = 0;
}

static int is_watched(const char *path) {
  for (const char *prefix = paths; *prefix;) {
    size_t length = strcspn(prefix, ":");
    if (length && strncmp(path, prefix, length) == 0) return 1;
    prefix += length;
    if (*prefix == ':') prefix++;
  }
  return 0;
}

/* True when the operation is to fail; errno is set then. */
static int fails(const char *op, const char *path) {
  if (!counter || busy || !strstr(ops, op) || !is_watched(path)) return 0;
  int saved = errno;
  long number = atomic_fetch_add(counter, 1) + 1;
  if (log_fd >= 0) {
    char line[PATH_MAX + 64];
    busy = 1;
    int length = snprintf(line, sizeof line, "%ld %s %s\n", number, op, path);
    if (write(log_fd, line, length) < 0) errno = saved;
    busy = 0;
  }
  errno = saved;
  if (at == 0 || number < at || (span != 0 && number >= at + span)) return 0;
  if (action == 0) kill(getpid(), SIGKILL);
  errno = action;
  return 1;
}

static int fd_fails(const char *op, int fd) {
  if (!counter || busy || !strstr(ops, op)) return 0;
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  int saved = errno;
  ssize_t length = readlink(link, path, sizeof path - 1);
  errno = saved;
  if (length <= 0) return 0;
  path[length] = 0;
  return fails(op, path);
}

static int open_fails(int folder, const char *path, int flags) {
  if (!counter || busy || !path) return 0;
  char full[PATH_MAX];
  if (path[0] == '/' || folder != AT_FDCWD) snprintf(full, sizeof full, "%s", path);
  else {
    char here[PATH_MAX];
    if (!getcwd(here, sizeof here)) return 0;
    snprintf(full, sizeof full, "%.2000s/%.2000s", here, path);
  }
  (void)flags;
  return fails("open", full);
}

#define OPEN(name, params, call, folder) \
  int name params { \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { va_list list; va_start(list, flags); mode = va_arg(list, mode_t); va_end(list); } \
    REAL(name); \
    if (open_fails(folder, path, flags)) return -1; \
    return real call; \
  }
OPEN(open, (const char *path, int flags, ...), (path, flags, mode), AT_FDCWD)
OPEN(open64, (const char *path, int flags, ...), (path, flags, mode), AT_FDCWD)
OPEN(openat, (int folder, const char *path, int flags, ...), (folder, path, flags, mode), folder)
OPEN(openat64, (int folder, const char *path, int flags, ...), (folder, path, flags, mode), folder)

#define ON_FD(type, name, op, params, args) \
  type name params { REAL(name); if (fd_fails(op, fd)) return -1; return real args; }
ON_FD(ssize_t, read, "read", (int fd, void *data, size_t size), (fd, data, size))
ON_FD(ssize_t, pread, "read", (int fd, void *data, size_t size, off_t from), (fd, data, size, from))
ON_FD(ssize_t, pread64, "read", (int fd, void *data, size_t size, off64_t from), (fd, data, size, from))
ON_FD(ssize_t, readv, "read", (int fd, const struct iovec *parts, int count), (fd, parts, count))
ON_FD(ssize_t, preadv, "read", (int fd, const struct iovec *parts, int count, off_t from), (fd, parts, count, from))
ON_FD(ssize_t, preadv64, "read", (int fd, const struct iovec *parts, int count, off64_t from), (fd, parts, count, from))
ON_FD(ssize_t, write, "write", (int fd, const void *data, size_t size), (fd, data, size))
ON_FD(ssize_t, pwrite, "write", (int fd, const void *data, size_t size, off_t to), (fd, data, size, to))
ON_FD(ssize_t, pwrite64, "write", (int fd, const void *data, size_t size, off64_t to), (fd, data, size, to))
ON_FD(ssize_t, writev, "write", (int fd, const struct iovec *parts, int count), (fd, parts, count))
ON_FD(ssize_t, pwritev, "write", (int fd, const struct iovec *parts, int count, off_t to), (fd, parts, count, to))
ON_FD(ssize_t, pwritev64, "write", (int fd, const struct iovec *parts, int count, off64_t to), (fd, parts, count, to))
ON_FD(int, ftruncate, "write", (int fd, off_t size), (fd, size))
ON_FD(int, ftruncate64, "write", (int fd, off64_t size), (fd, size))
ON_FD(int, fsync, "sync", (int fd), (fd))
ON_FD(int, fdatasync, "sync", (int fd), (fd))

ssize_t copy_file_range(int from, off64_t *from_at, int to, off64_t *to_at, size_t size, unsigned flags) {
  REAL(copy_file_range);
  if (fd_fails("read", from) || fd_fails("write", to)) return -1;
  return real(from, from_at, to, to_at, size, flags);
}
int rename(const char *from, const char *to) {
  REAL(rename);
  if (fails("rename", to)) return -1;
  return real(from, to);
}
int unlink(const char *path) {
  REAL(unlink);
  if (fails("unlink", path)) return -1;
  return real(path);
}
