# All proofs in another cell than the one that each names; a claim may hold in some cells only.
sed -i '/^checks:/i\  um-other:\n    arch: um\n    toolchain: gcc\n    configs: [base, arch/um]\n    memory: 64\n    timeout: 5\n    proofs: scripts/proofs' build-matrix.yaml
sq prove --offline --cell um-other
sed -i 's/    text: it is bad/&\n    cells: [um-proof]/' scripts/proofs/demo-state/proof.yaml
sq prove --offline --quiet demo-state
sq prove --offline --quiet --cell um-other demo-state
sq prove --offline --cell um
sq prove --offline --cell um-othr
sed -i 's/cells: \[um-proof\]/cells: [um]/' scripts/proofs/demo-state/proof.yaml
sq prove --offline
