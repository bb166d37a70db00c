/* Put in front of libc (LD_PRELOAD): no byte more is written into a database, its log and its index while the file
 * LAOJIEFANG_FULL_WHILE is there: the disk is full. With the word "broken" in that file the disk fails instead.
 *
 * Built and used by bench/shim.py.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef ssize_t (*write_function)(int, const void *, size_t, off_t);

static int is_of_the_database(int file) {
    char link[64], path[2048] = "";
    ssize_t length;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return strstr(path, "festival.db") != NULL;
}

static int refused(int file) {
    const char *path = getenv("LAOJIEFANG_FULL_WHILE");
    char word[16] = "";
    int opened;
    if (!path || access(path, F_OK) != 0 || !is_of_the_database(file)) return 0;
    opened = open(path, O_RDONLY);
    if (opened >= 0) {
        if (read(opened, word, sizeof word - 1) < 0) word[0] = 0;
        close(opened);
    }
    errno = strncmp(word, "broken", 6) == 0 ? EIO : ENOSPC;
    return 1;
}

ssize_t pwrite64(int file, const void *data, size_t size, off_t at) {
    write_function really = (write_function)dlsym(RTLD_NEXT, "pwrite64");
    return refused(file) ? -1 : really(file, data, size, at);
}

ssize_t pwrite(int file, const void *data, size_t size, off_t at) {
    return pwrite64(file, data, size, at);
}
