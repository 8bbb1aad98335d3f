/* usage: ticker <count> | relay <file>: what the machine itself takes. Appends each line to the file, and prints how late that
   was, in ms. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int main(int count, char **words) {
  char line[201] = {0};
  struct timespec now;
  int file = count > 1 ? open(words[1], O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
  while (file >= 0 && read(0, line, 200) == 200) {
    if (write(file, line, 200) != 200) return 1;
    clock_gettime(CLOCK_MONOTONIC, &now);
    printf("%.6f\n", now.tv_sec * 1e3 + now.tv_nsec / 1e6 - atof(line));
  }
  return file < 0;
}
