/* usage: ticker <count>: at once, or with "wait" behind it at SIGUSR2, a line of 200 bytes every 2 ms, with the moment of its
   writing (CLOCK_MONOTONIC, ms). What waits has said one line before, and stays. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int say(void) {
  char line[201];
  struct timespec now;
  memset(line, 'x', 199);
  line[199] = '\n';
  clock_gettime(CLOCK_MONOTONIC, &now);
  int length = snprintf(line, 40, "%20.6f", now.tv_sec * 1e3 + now.tv_nsec / 1e6);
  line[length] = ' ';
  return write(1, line, 200) == 200;
}

int main(int count, char **words) {
  int waits = count > 2, lines = count > 1 ? atoi(words[1]) : 0, got;
  sigset_t start;
  sigemptyset(&start);
  sigaddset(&start, SIGUSR2);
  sigprocmask(SIG_BLOCK, &start, NULL);
  if (waits && !say()) return 1;
  if (waits) sigwait(&start, &got);
  struct timespec pause_ = {0, 2000000};
  for (int at = 0; at < lines; at++) {
    nanosleep(&pause_, NULL);
    if (!say()) return 1;
  }
  while (waits) pause();
}
