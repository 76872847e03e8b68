alpha
BETA
gamma
DELTA
