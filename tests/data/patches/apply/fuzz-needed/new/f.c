A
b
c
d
e
f
g
