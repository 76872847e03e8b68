# The shape of the JSON object, repetitions included.
sq prove --offline --quiet --repeat 3 --format json demo-uaf |
	sed -E 's/"seconds": [0-9.]+/"seconds": N/'
