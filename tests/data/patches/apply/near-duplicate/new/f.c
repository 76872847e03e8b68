a
	lock();
	x = 1;
	unlock();
b
c
d
e
	lock();
	x = 2;
	unlock();
