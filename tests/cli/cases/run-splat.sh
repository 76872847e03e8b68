# A splat fails the check it happened in, on the state it happened in, with the splat in the report.
sq run --offline --quiet --check boot --check session
