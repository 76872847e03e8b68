A
b
c
D
e
f
g
