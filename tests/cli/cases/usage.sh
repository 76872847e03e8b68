# Usage errors: one message, exit status 2, nothing done.
sq
sq rum
sq run --cel um
sq run --cell
sq run --jobs many
sq run --format xml
sq run --quiet=1
sq run --cache relative
sq run --cell unknown
sq run --check unknwon
sq run --profile somke
sq run six
sq run 5.10.1
sq run --matrix nowhere.yaml
sq queue
sq queue queue-9.9
ls "$T/cache" 2>/dev/null | grep -v run.lock
