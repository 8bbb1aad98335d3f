/*
 * usage: scan <scans> all|names
 * What a C program would do per tick: list /proc, and for `all` also read every process's exe link and stat.
 * Prints the CPU microseconds of one scan.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static double cpu_us(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 + u.ru_utime.tv_usec + u.ru_stime.tv_usec;
}

static long scan(int all) {
  char path[280], text[4096];
  long seen = 0;
  DIR *proc = opendir("/proc");
  if (proc == NULL) return -1;
  int at = dirfd(proc);
  for (struct dirent *entry; (entry = readdir(proc)) != NULL;) {
    if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
    seen++;
    if (!all) continue;
    snprintf(path, sizeof path, "%s/exe", entry->d_name);
    ssize_t length = readlinkat(at, path, text, sizeof text);
    seen += length > 3 && memcmp(text + length - 3, "bun", 3) == 0;
    snprintf(path, sizeof path, "%s/stat", entry->d_name);
    int fd = openat(at, path, O_RDONLY);
    if (fd < 0) continue;
    seen += read(fd, text, sizeof text) > 0;
    close(fd);
  }
  closedir(proc);
  return seen;
}

int main(int argc, char **argv) {
  int scans = argc > 1 ? atoi(argv[1]) : 1;
  int all = argc > 2 && strcmp(argv[2], "all") == 0;
  scan(all);
  double before = cpu_us();
  for (int i = 0; i < scans; i++)
    if (scan(all) < 0) return 1;
  printf("%.3f\n", (cpu_us() - before) / scans);
}
