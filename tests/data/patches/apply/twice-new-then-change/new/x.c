alpha
BETA
gamma
delta
