# shellcheck shell=bash disable=SC2154
# The verb `test` of ./cluster, sourced by it: runs every test program and adds their totals up.
#   ./cluster test [PROJECT...] [OPTION...]    PROJECT: part of a test project's name; options go to each test program,
#                                              such as --filter-class '*Onnx*' or --filter-method '*.Read_*'
# Nothing here waits for ever: a test has CLUSTER_TEST_HANG_MINUTES (10; tests/Support), a whole program CLUSTER_TEST_PROGRAM_MINUTES (120).

selected=()
while (($#)) && [[ $1 != -* ]]; do
    selected+=("$1")
    shift
done
results=$output/test-results
program_minutes=${CLUSTER_TEST_PROGRAM_MINUTES:-120}
passed=0 failed=0 skipped=0
# What failed, in words, for the end: the output of thousands of tests is rarely kept whole.
broken=()
group=

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

# failures FILE: a line for each test that failed in an xunit report, its name and how its message begins.
failures() {
    { tr '\n' ' ' <"$1" && echo; } | sed 's/<test \|<error /\n&/g' |
        sed -n '/^<test [^>]* result="Fail"\|^<error /{
            s/^<[^>]* name="\([^"]*\)"[^>]*>.*<message><!\[CDATA\[\(.\{0,400\}\).*/\1: \2/
            s/^<[^>]* name="\([^"]*\)".*/\1/
            s/\]\]>.*//
            s/&quot;/"/g; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g
            p
        }'
}

# Say it now, where it happened, and again at the end.
complain() {
    say "$1"
    broken+=("$1")
}

# End the test program under way and what it started.
end_group() {
    [[ -z $group ]] || kill -KILL -- "-$group" 2>/dev/null || true
}
trap end_group EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# bounded NAME COMMAND [ARGUMENT...]: its exit code, or 124 and a sentence when it took too long. It runs in a process group of its
# own, so that nothing it started outlives it; through job control, without which it would ignore interrupts.
bounded() {
    local name=$1 code=0
    shift
    set -m
    timeout --kill-after=10s "${program_minutes}m" "$@" </dev/null &
    group=$!
    set +m
    wait "$group" || code=$?
    end_group
    group=
    # --kill-after makes it 137 where the first signal is not heeded; so does a test's own limit, which has said so.
    [[ $code != 124 ]] || say "$name took more than $program_minutes minutes and was ended; CLUSTER_TEST_PROGRAM_MINUTES allows more"
    return "$code"
}

# run_program NAME PROGRAM [OPTION...]
run_program() {
    local name=$1 program=$2 report=$results/$1.xml code=0
    shift 2
    say "testing $name"
    bounded "$name" "$program" --results-directory "$results" --report-xunit --report-xunit-filename "$name.xml" \
        --no-progress --no-ansi "$@" || code=$?
    if [[ -s $report ]]; then
        passed=$((passed + $(attribute passed "$report")))
        failed=$((failed + $(attribute failed "$report") + $(attribute errors "$report")))
        skipped=$((skipped + $(attribute skipped "$report")))
        while IFS= read -r line; do
            broken+=("$line")
        done < <(failures "$report")
    fi
    # 0: passed, 2: tests failed (counted above), 8: none matched. Anything else ended the program before its report.
    if [[ $code != 0 && $code != 8 && ! ($code == 2 && -s $report) ]]; then
        complain "$name ended with exit code $code"
        failed=$((failed + 1))
    fi
}

# run_shell_tests NAME SCRIPT: a script that ends in the same line as this verb.
run_shell_tests() {
    local line
    say "testing $1"
    # shellcheck disable=SC2016 # the inner shell expands it
    bounded "$1" bash -c '"$1" >"$2" 2>&1' bash "$2" "$results/$1.log" || true
    line=$(tail -n 1 "$results/$1.log")
    if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
        sed '$d' "$results/$1.log"
        passed=$((passed + BASH_REMATCH[1]))
        failed=$((failed + BASH_REMATCH[2]))
        ((BASH_REMATCH[2] == 0)) || broken+=("$1: ${BASH_REMATCH[2]} of its checks, named above")
    else
        cat "$results/$1.log"
        complain "$1 did not end in its totals"
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
((${#broken[@]} == 0)) || printf 'FAILED: %s\n' "${broken[@]}"
line="$passed passed, $failed failed"
((skipped == 0)) || line+=", $skipped skipped"
printf '%s\n' "$line"
((failed == 0 && passed > 0)) || exit 1
exit 0
