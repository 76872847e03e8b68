alpha
beta
gamma
delta
