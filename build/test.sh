# shellcheck shell=bash disable=SC2154
# The verb `test` of ./cluster, sourced by it: runs every test program and adds their totals up.
#   ./cluster test [PROJECT...] [OPTION...]    PROJECT: part of a test project's name; options go to each test program,
#                                              such as --filter-class '*Onnx*' or --filter-method '*.Read_*'

selected=()
while (($#)) && [[ $1 != -* ]]; do
    selected+=("$1")
    shift
done
results=$output/test-results
passed=0 failed=0 skipped=0

is_selected() {
    local part
    ((${#selected[@]})) || return 0
    for part in "${selected[@]}"; do
        [[ $1 != *"$part"* ]] || return 0
    done
    return 1
}

# attribute NAME FILE: the sum of that count over the assemblies of an xunit report.
attribute() {
    sed -n 's/.*<assembly [^>]* '"$1"'="\([0-9]*\)".*/\1/p' "$2" | paste -sd+ - | { IFS= read -r sum && echo $((sum)) || echo 0; }
}

# run_program NAME PROGRAM [OPTION...]
run_program() {
    local name=$1 program=$2 report=$results/$1.xml code=0
    shift 2
    say "testing $name"
    "$program" --results-directory "$results" --report-xunit --report-xunit-filename "$name.xml" --no-progress --no-ansi "$@" || code=$?
    if [[ -s $report ]]; then
        passed=$((passed + $(attribute passed "$report")))
        failed=$((failed + $(attribute failed "$report") + $(attribute errors "$report")))
        skipped=$((skipped + $(attribute skipped "$report")))
    fi
    # 0: passed, 2: tests failed (counted above), 8: none matched. Anything else ended the program before its report.
    if [[ $code != 0 && $code != 8 && ! ($code == 2 && -s $report) ]]; then
        say "$name ended with exit code $code"
        failed=$((failed + 1))
    fi
}

# run_shell_tests NAME SCRIPT: a script that ends in the same line as this verb.
run_shell_tests() {
    local line
    say "testing $1"
    line=$("$2" 2>&1 </dev/null | tee "$results/$1.log" | tail -n 1) || true
    sed '$d' "$results/$1.log"
    if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
        passed=$((passed + BASH_REMATCH[1]))
        failed=$((failed + BASH_REMATCH[2]))
    else
        say "$1 did not end in its totals"
        failed=$((failed + 1))
    fi
}

set_up_tests
rm -rf "$results"
mkdir -p "$results"
for project in "$root"/tests/*/*.csproj; do
    # What the tests share is a library.
    ! grep -q '<OutputType>Library</OutputType>' "$project" || continue
    name=$(basename "$project" .csproj)
    is_selected "$name" || continue
    assembly=$(sed -n 's:.*<AssemblyName>\(.*\)</AssemblyName>.*:\1:p' "$project")
    run_program "$name" "$output/bin/$name/release/${assembly:-$name}" "$@"
done
# The filters are for .NET tests; the scripts have none.
if (($# == 0)); then
    for script in "$root"/tests/*/run.sh; do
        [[ -x $script ]] || continue
        name=$(basename "${script%/*}")
        ! is_selected "$name" || run_shell_tests "$name" "$script"
    done
fi

total=$((passed + failed + skipped))
((total > 0)) || say "no test ran"
line="$passed passed, $failed failed"
((skipped == 0)) || line+=", $skipped skipped"
printf '%s\n' "$line"
((failed == 0 && passed > 0)) || exit 1
exit 0
