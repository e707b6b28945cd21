#!/usr/bin/env bash
# What the images have to stand, for image.sh, which sources it.
# shellcheck disable=SC2154 # image.sh sets $root and $silo's kin

checks=0 broken=0

cluster() {
    contained cluster "$@"
}

# check WHAT COMMAND...: says whether it held; what the command printed is shown where it did not.
check() {
    local what=$1
    shift
    checks=$((checks + 1))
    if "$@" >"$log" 2>&1; then
        say "held: $what"
    else
        broken=$((broken + 1))
        say "DID NOT HOLD: $what"
        tail -n 30 "$log" >&2
    fi
}

says_what_it_is() {
    contained cluster | grep -F -- --data-dir
}

runs_as_nobody_special() {
    # shellcheck disable=SC2016 # the inner shell expands it
    (contained --entrypoint bash cluster -c 'id -u; id -g; id -G; grep -E "^(CapPrm|CapEff|CapBnd|NoNewPrivs)" /proc/self/status') | tr -s '\n\t ' ' ' |
        grep -Fx "10001 10001 10001 CapPrm: 0000000000000000 CapEff: 0000000000000000 CapBnd: 0000000000000000 NoNewPrivs: 1 "
}

writes_to_its_volume_alone() {
    local found
    found=$( (contained --entrypoint find cluster / -xdev -path /data -prune -o -writable ! -type l -print)) || true
    printf 'writable: %s\n' "$found"
    [[ -z $found ]] && (contained --entrypoint touch cluster "/data/written")
}

silo=
start_silo() {
    (contained --name silo cluster silo --data-dir /data --listen 0.0.0.0:5180 --insecure --devices cpu:2) >>"$root/silo.log" 2>&1 &
    silo=$!
}

# What the health check of the image does, again and again while the silo lives.
becomes_healthy() {
    local i
    for ((i = 0; i < 120; i++)); do
        kill -0 "$silo" || break
        ! (exec 3<>/dev/tcp/127.0.0.1/5180) 2>/dev/null || return 0
        sleep 1
    done
    tail -n 30 "$root/silo.log"
    return 1
}

# submit_job NAME [OPTION...]: its name is in the file NAME.job.
submit_job() {
    cluster submit --name "$1" --model /samples/glyphs.onnx --data idx:/samples/glyphs/glyphs-calibration-images-idx3-ubyte.gz \
        --eval idx:/samples/glyphs/glyphs-evaluation-images-idx3-ubyte.gz "${@:2}" | tee "$root/$1.job"
}

job() {
    grep -om 1 'jobs/[0-9a-z-]*' "$root/$1.job"
}

does_a_job() {
    submit_job first --methods max,percentile:99.99 --watch &&
        cluster fetch "$(job first)" -o /data/fetched && ls -l "$root/volume/fetched/winner.qdq.onnx"
}

# SIGTERM while a job is under way: the silo ends by itself, within the grace period of the Compose file.
ends_on_request() {
    local code=0 i
    submit_job second --seed 7
    for ((i = 0; i < 120; i++)); do
        [[ $(cluster candidates "$(job second)" --json --state succeeded) != *SUCCEEDED* ]] || break
        sleep 0.5
    done
    SECONDS=0
    engine kill --signal TERM silo
    timeout 120 tail --pid="$silo" -f /dev/null || return 1
    wait "$silo" || code=$?
    printf 'ended with %s after %s s\n' "$code" "$SECONDS"
    ((code == 0))
}

goes_on_where_it_was() {
    start_silo
    becomes_healthy && cluster watch "$(job second)" --after 0
}

# `doctor` counts what is missing, and does not crash over it.
says_that_numerics_are_missing() {
    local said
    said=$(contained slim doctor 2>&1) || true
    grep -Fi libtorch <<<"$said" && ! grep -F '   at ' <<<"$said"
}

check_images() {
    log=$root/check.log
    check 'the image without arguments says what it is' says_what_it_is
    check "user 10001, no capability, no new privileges" runs_as_nobody_special
    check "a read-only root, nothing writable but /data" writes_to_its_volume_alone
    check 'cluster doctor finds everything' cluster doctor
    start_silo
    check 'a silo as in the guide, found by the image'"'"'s health check' becomes_healthy
    check 'a job on the glyphs sample, submitted, watched and fetched from the same image' does_a_job
    check 'SIGTERM in the middle of a second job ends the silo with 0 within 120 s' ends_on_request
    check 'the silo that comes after it ends the second job' goes_on_where_it_was
    engine kill --signal TERM silo >/dev/null 2>&1 || true
    wait "$silo" || true
    check 'the slim image has a gateway' contained slim gateway --help
    check 'the slim image says in a sentence that it has no numerics' says_that_numerics_are_missing
    printf 'image: %s of %s checks held\n' "$((checks - broken))" "$checks"
    ((broken == 0))
}
