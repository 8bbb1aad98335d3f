/* usage: crowd <count>: becomes that many processes (itself included) which sleep; prints "ready <pid>" when all are up. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int count = argc > 1 ? atoi(argv[1]) : 1;
  for (int i = 1; i < count; i++) {
    pid_t pid = fork();
    if (pid < 0) {
      perror("fork");
      kill(0, SIGKILL);
    }
    if (pid == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      for (;;) pause();
    }
  }
  printf("ready %d\n", getpid());
  fflush(stdout);
  for (;;) pause();
}
