/* usage: stamp <file>: appends the moment of its start (CLOCK_MONOTONIC, ns) to the file, and stays. */
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

int main(int count, char **words) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  char line[32];
  int length = snprintf(line, sizeof line, "%lld\n", now.tv_sec * 1000000000LL + now.tv_nsec);
  int file = count > 1 ? open(words[1], O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
  if (file < 0 || write(file, line, length) != length) return 1;
  for (;;) pause();
}
