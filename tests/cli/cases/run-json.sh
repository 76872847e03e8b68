# One JSON object on standard output, progress on standard error.
sq run --offline --format json 2>/dev/null | grep -v '^\$\|^exit' > out.json
python3 - <<'EOF'
import json
o = json.load(open("out.json"))
for r in o["results"]:
    print(r["release"], r["cell"], r["state"], r["check"], r["result"], r["reused"])
print(sorted(o["results"][0]))
print({k: v for k, v in o["summary"].items() if k != "seconds"})
print(o["releases"][0]["applied"], o["releases"][0]["skipped"])
EOF
