#include <stdio.h>

int main(void) {
  puts("Hello from an image that jbuild made with this machine's own tools.");
  return 0;
}
