# A wanted symbol that is not in the result is named, with the fragment and its line.
echo CONFIG_FALLS_OUT=y >> configs/base.config
sq run --offline --quiet
