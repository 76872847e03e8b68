# A proof fails without the patch, as a case's words or as a splat, and passes with it. Asked again,
# everything is known; a claim that is written anew is judged without a boot.
sq prove --offline
sq prove --offline --quiet
sed -i 's/text: it is bad/text: it is worse/' scripts/proofs/demo-state/proof.yaml
sq prove --offline --quiet demo-state
