a
	lock();
	x = 1;
	unlock();
b
c
d
	lock();
	x = 2;
	unlock();
z
