# All proofs in another cell than the one that each names; a claim may hold in some cells only.
cell='arch: um, toolchain: gcc, configs: [base, arch/um], memory: 64, timeout: 5'
sed -i "/^checks:/i\\  um-other: {$cell, proofs: scripts/proofs}" build-matrix.yaml
sq prove --offline --cell um-other
sed -i 's/    text: it is bad/&\n    cells: [um-proof]/' scripts/proofs/demo-state/proof.yaml
sq prove --offline --quiet demo-state
sq prove --offline --quiet --cell um-other demo-state
sq prove --offline --cell um
sq prove --offline --cell um-othr
sed -i 's/cells: \[um-proof\]/cells: [um]/' scripts/proofs/demo-state/proof.yaml
sq prove --offline
