a
b
c
d
z
