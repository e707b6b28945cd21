#!/usr/bin/env bash
# What an image has to stand, for image.sh, which sources it in namespaces of its own, with the image's description in variables.
# shellcheck disable=SC2154 # image.sh has them from the file that describes the image

checks=0 broken=0

# contained COMMAND...: as an engine starts a process: --read-only --cap-drop ALL --security-opt no-new-privileges. In place of the
# calling shell, so that its process is the container's first.
contained() {
    # shellcheck disable=SC2016 # the inner shell expands it
    exec chroot "$image" setpriv --reuid "${image_user%:*}" --regid "${image_user#*:}" --clear-groups \
        --no-new-privs --inh-caps=-all --bounding-set=-all -- \
        env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "${image_environment[@]}" \
        bash -c 'cd "$0" && exec "$@"' "$image_folder" "$@"
}

# cluster ARGUMENT...: docker run IMAGE ARGUMENT...
cluster() {
    (contained "${image_entrypoint[@]}" "$@")
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

mount_image() {
    mount --bind "$image" "$image"
    mount_system "$image"
    mount --bind "$root/volume" "$image$image_volume"
    mount_readonly "$root/samples" "$image/samples"
    mount -o remount,bind,ro "$image"
    ip link set lo up
}

says_what_it_is() {
    cluster "${image_command[@]}" | grep -F -- --data-dir
}

runs_as_nobody_special() {
    # shellcheck disable=SC2016 # the inner shell expands it
    (contained bash -c 'id -u; id -g; id -G; grep -E "^(CapPrm|CapEff|CapBnd|NoNewPrivs)" /proc/self/status') | tr -s '\n\t ' ' ' |
        grep -Fx "10001 10001 10001 CapPrm: 0000000000000000 CapEff: 0000000000000000 CapBnd: 0000000000000000 NoNewPrivs: 1 "
}

writes_to_its_volume_alone() {
    local found
    found=$( (contained find / -xdev -path "$image_volume" -prune -o -writable ! -type l -print)) || true
    printf 'writable: %s\n' "$found"
    [[ -z $found ]] && (contained touch "$image_volume/written")
}

silo=
start_silo() {
    (contained "${image_entrypoint[@]}" silo --data-dir /data --listen 0.0.0.0:5180 --insecure --devices cpu:2) >>"$root/silo.log" 2>&1 &
    silo=$!
}

# The health check of the image, again and again while the silo lives.
becomes_healthy() {
    local i
    for ((i = 0; i < 120; i++)); do
        kill -0 "$silo" || break
        ! (contained "${image_health[@]}") || return 0
        sleep 1
    done
    tail -n 30 "$root/silo.log"
    return 1
}

# submit_job NAME [OPTION...]: its name is in the file NAME.job.
submit_job() {
    cluster submit --name "$1" --model /samples/glyphs.onnx --data idx:/data/glyphs/glyphs-calibration-images-idx3-ubyte \
        --eval idx:/data/glyphs/glyphs-evaluation-images-idx3-ubyte "${@:2}" | tee "$root/$1.job"
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
    kill -TERM "$silo"
    timeout 120 tail --pid="$silo" -f /dev/null || return 1
    wait "$silo" || code=$?
    printf 'ended with %s after %s s\n' "$code" "$SECONDS"
    ((code == 0))
}

goes_on_where_it_was() {
    start_silo
    becomes_healthy && cluster watch "$(job second)" --after 0
}

check_image() {
    log=$root/check.log
    mount_image
    check 'the image without arguments says what it is' says_what_it_is
    check "user $image_user, no capability, no new privileges" runs_as_nobody_special
    check "a read-only root, nothing writable but $image_volume" writes_to_its_volume_alone
    check 'cluster doctor finds everything' cluster doctor
    check 'cluster sample write' cluster sample write -o /data/glyphs
    start_silo
    check 'a silo as in the guide, found by the image'"'"'s health check' becomes_healthy
    check 'a job on the glyphs sample, submitted, watched and fetched from the same image' does_a_job
    check 'SIGTERM in the middle of a second job ends the silo with 0 within 120 s' ends_on_request
    check 'the silo that comes after it ends the second job' goes_on_where_it_was
    kill -TERM "$silo" 2>/dev/null || true
    wait "$silo" || true
    printf 'image: %s of %s checks held\n' "$((checks - broken))" "$checks"
    ((broken == 0))
}
