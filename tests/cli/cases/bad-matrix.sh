# Bad matrices: file and line, exit status 2.
try() {
	cp build-matrix.yaml keep
	sed -i "$1" build-matrix.yaml
	sq run --offline --quiet
	cp keep build-matrix.yaml
}
try 's/memory: 64/memory: [64/'
try 's/memory: 64/memroy: 64/'
try 's/memory: 64/memory: lots/'
try 's/arch: um/arch: vax/'
try 's/toolchain: gcc/toolchain: icc/'
try 's/configs: \[base/configs: [bsae/'
try 's/cells: \[um\]/cells: [mu]/'
try 's/releases: \[6.12.107\]/releases: [6.12.107, 6.1.9]/'
try 's/kind: guest/kind: gest/'
try 's/queue: queue-6.12/queue: queue-6.13/'
try 's/{kind: guest}/{kind: kunit, suites: ["x ubd0=\/dev\/sda"]}/'
try 's/{kind: guest}/{kind: kunit, suites: [nfsd_*, "a,b"]}/'
