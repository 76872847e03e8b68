alpha
BETA
GAMMA
delta
