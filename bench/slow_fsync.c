/* Put in front of libc (LD_PRELOAD): makes each fsync and fdatasync slower, and writes down when it ended.
 *
 * LAOJIEFANG_SYNC_MILLISECONDS: how much longer each takes; LAOJIEFANG_SYNC_LOG: a file that gets a line
 * "<nanoseconds of CLOCK_MONOTONIC> <path>" after each; LAOJIEFANG_SYNC_DROP: a disk that says that it has written
 * and has not. Built and used by bench/shim.py.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef int (*sync_function)(int);

static void wait_longer(void) {
    const char *milliseconds = getenv("LAOJIEFANG_SYNC_MILLISECONDS");
    double longer = milliseconds ? atof(milliseconds) : 0;
    struct timespec span = {(time_t)(longer / 1000), (long)(longer * 1e6) % 1000000000L};
    if (longer > 0) nanosleep(&span, NULL);
}

static void write_down(int file) {
    const char *log = getenv("LAOJIEFANG_SYNC_LOG");
    char link[64], path[2048] = "", line[2200];
    struct timespec now;
    ssize_t length;
    int out;
    if (!log || !*log) return;
    clock_gettime(CLOCK_MONOTONIC, &now);
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    length = readlink(link, path, sizeof path - 1);
    if (length >= 0) path[length] = 0;
    out = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (out < 0) return;
    length = snprintf(line, sizeof line, "%lld %s\n", (long long)now.tv_sec * 1000000000LL + now.tv_nsec, path);
    if (write(out, line, (size_t)length) != length) abort();
    close(out);
}

static int slowly(const char *name, int file) {
    sync_function really = (sync_function)dlsym(RTLD_NEXT, name);
    int outcome = getenv("LAOJIEFANG_SYNC_DROP") ? 0 : really(file);
    wait_longer();
    write_down(file);
    return outcome;
}

int fsync(int file) { return slowly("fsync", file); }

int fdatasync(int file) { return slowly("fdatasync", file); }
