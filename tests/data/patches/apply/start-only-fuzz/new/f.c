#include
1st
a
b
c
