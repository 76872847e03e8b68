# Which splats are known is asked when results are: the list may grow and shrink without a boot.
sq run --offline --quiet --check session | grep -e session -e passed
cat >> build-matrix.yaml <<'END'
known-splats:
  demo:
    title: "BUG: KASAN: slab-use-after-free in demo_release"
    text: demo_release
    why: a demo
    cells: [um]
END
sq run --offline --quiet --check session | grep -e session -e passed
sed -i '$s:um:um-proof:' build-matrix.yaml
tail -n 1 build-matrix.yaml
sq run --offline --quiet --check session | grep -e session -e passed
# Fewer checks than a boot ran are known from it; a longer time limit is no reason to boot again.
sed -i 's/timeout: 5/timeout: 50/' build-matrix.yaml
sq run --offline --quiet --check boot --check session | tail -n 2
sq run --offline --quiet --check boot | grep -e boot -e passed
sq run --offline --quiet --check session | tail -n 2
