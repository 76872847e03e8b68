#include
first
a
b
c
