# shellcheck shell=bash disable=SC2154
# The slow path of ./cluster, sourced by it: each step looks first, then does what is missing and says so on standard error.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE=true DOTNET_GENERATE_ASPNET_CERTIFICATE=false
onnxruntime_package=onnxruntime-node@$onnxruntime_version
onnxruntime_sha512=b7086cd42d82fc1164cf5c9ce4e634288536194aba0d444eee10f86f1e50d90cb79c0309c115d6f31537355733136f5503d96894b3987a9a03f1f8d318e7c8ab
log=$output/setup.log

say() {
    printf 'cluster: %s\n' "$*" >&2
}

# logged COMMAND...: its output goes to the log, whose end is shown when it fails. Without the lock's descriptor: a compiler
# server that outlives the build would keep the lock.
logged() {
    if ! "$@" >"$log" 2>&1 {lock}>&- </dev/null; then
        tail -n 40 "$log" >&2
        return 1
    fi
}

take_lock() {
    mkdir -p "$output"
    exec {lock}>"$output/lock"
    if ! flock -n "$lock"; then
        say "another call is setting up: waiting for it"
        flock "$lock"
    fi
}

release_lock() {
    exec {lock}>&-
}

needs_npm() {
    [[ ! -e $onnxruntime && -z ${CLUSTER_ONNXRUNTIME-} ]] && ! command -v npm >/dev/null
}

# Prints which of the named Debian packages are not installed.
missing_packages() {
    local installed name
    installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true)
    for name in "$@"; do
        grep -qxF "$name installed" <<<"$installed" || printf '%s\n' "$name"
    done
}

as_root() {
    if [[ $(id -u) == 0 ]]; then
        "$@"
    elif [[ -t 0 ]]; then
        sudo "$@"
    else
        sudo -n "$@"
    fi
}

# install_packages NAME...: fails with the exact command to run where it may not install.
install_packages() {
    local command="apt-get update && apt-get install -y --no-install-recommends $*" become=()
    if [[ $(id -u) != 0 ]]; then
        become=(sudo -n)
        [[ ! -t 0 ]] || become=(sudo)
        if ! command -v sudo >/dev/null; then
            say "Debian packages are missing and need root to install: $*. Run as root: $command"
            return 1
        fi
    fi
    # Another apt or dpkg may be at work, on a fresh machine the one that updates it: wait for its locks, ten minutes at most.
    local patience=(-o DPkg::Lock::Timeout=600)
    say "installing Debian packages: $*"
    if ! { logged "${become[@]}" env DEBIAN_FRONTEND=noninteractive apt-get "${patience[@]}" update -q &&
        logged "${become[@]}" env DEBIAN_FRONTEND=noninteractive apt-get "${patience[@]}" install -y -q --no-install-recommends "$@"; }; then
        say "Debian packages are missing and could not be installed: $*. Run as root: $command"
        return 1
    fi
}

step_debian() {
    local wanted=(cmake g++ libopenblas0 libturbojpeg0-dev make) missing
    [[ -n ${CLUSTER_TORCH_ROOT-} ]] || wanted+=(libtorch-dev)
    ! needs_npm || wanted+=(npm)
    if ! command -v dpkg-query >/dev/null; then
        say "this is not a Debian system: expecting a C++ compiler, OpenBLAS, libturbojpeg with headers and (CLUSTER_TORCH_ROOT) libtorch to be there"
        return 0
    fi
    mapfile -t missing < <(missing_packages "${wanted[@]}")
    ((${#missing[@]} == 0)) || install_packages "${missing[@]}"
}

# The independent implementations that some tests compare with, and the database that tests start themselves; those tests skip without them.
step_debian_for_tests() {
    local settings=$system/etc/postgresql-common/createcluster.d/cluster-tests.conf missing
    local wanted=(postgresql python3-numpy python3-pil python3-torch python3-grpcio python3-protobuf)
    command -v dpkg-query >/dev/null || return 0
    # PyTorch 2 exports with a package that PyTorch 1, Debian 12's, does without.
    [[ $(. /etc/os-release && printf '%s' "${VERSION_CODENAME-}") == bookworm ]] || wanted+=(python3-onnx)
    mapfile -t missing < <(missing_packages "${wanted[@]}")
    ((${#missing[@]} > 0)) || return 0
    # Debian's PostgreSQL would make a server of its own and start it at every boot: it is told not to while it is installed.
    [[ " ${missing[*]} " != *" postgresql "* ]] || as_root install -D -m 644 /dev/stdin "$settings" <<<'create_main_cluster = false' 2>/dev/null || true
    install_packages "${missing[@]}" || say "tests that compare with python3's torch, numpy, PIL or grpc, or that need PostgreSQL, will be skipped"
    [[ ! -e $settings ]] || as_root rm -f "$settings" || true
}

step_dotnet() {
    if ! command -v dotnet >/dev/null; then
        say "the .NET SDK is missing: install .NET SDK 10 and put 'dotnet' on the PATH"
        return 1
    fi
    # NuGet and the SDK need a home to write in; a service or a CI job may have none.
    if [[ -z ${HOME-} || ! -w $HOME ]]; then
        mkdir -p "$root/.build/home"
        export HOME=$root/.build/home
    fi
}

step_onnxruntime() {
    local folder=${onnxruntime%/*} machine staging
    [[ ! -e $onnxruntime ]] || return 0
    if [[ -n ${CLUSTER_ONNXRUNTIME-} ]]; then
        say "CLUSTER_ONNXRUNTIME names $CLUSTER_ONNXRUNTIME, which is not there: expected a libonnxruntime.so or its folder; correct or unset it"
        return 1
    fi
    case $(uname -m) in
        x86_64) machine=x64 ;;
        aarch64) machine=arm64 ;;
        *)
            say "no ONNX Runtime is published for $(uname -m): build one and name its libonnxruntime.so in CLUSTER_ONNXRUNTIME"
            return 1
            ;;
    esac
    if ! command -v npm >/dev/null; then
        say "ONNX Runtime is missing and npm, which fetches it, too: install npm, or name a libonnxruntime.so in CLUSTER_ONNXRUNTIME"
        return 1
    fi
    say "fetching ONNX Runtime $onnxruntime_version (npm's $onnxruntime_package)"
    mkdir -p "$root/.tools"
    staging=$(mktemp -d "$root/.tools/fetch.XXXXXX")
    if (cd "$staging" && logged npm pack --silent "$onnxruntime_package") &&
        printf '%s  %s\n' "$onnxruntime_sha512" "$(echo "$staging"/*.tgz)" >"$staging/sum" && logged sha512sum -c "$staging/sum" &&
        logged tar -xzf "$staging"/*.tgz -C "$staging" --strip-components=5 --wildcards "package/bin/*/linux/$machine/libonnxruntime.so.1"; then
        rm -rf "$root/.tools/onnxruntime"
        mkdir -p "$folder"
        mv "$staging/libonnxruntime.so.1" "$onnxruntime"
        rm -rf "$staging"
    else
        rm -rf "$staging"
        say "ONNX Runtime could not be fetched: name a libonnxruntime.so in CLUSTER_ONNXRUNTIME, or try again"
        return 1
    fi
}

# node's own ONNX Runtime, which one test counts with; that test skips without it. Of its platforms only this one is kept.
step_onnxruntime_node() {
    local folder=$root/.tools/onnxruntime-node/$onnxruntime_version machine=x64 other
    # Whoever names a runtime of their own may have no way to fetch another.
    [[ ! -d $folder/node_modules/onnxruntime-node && -z ${CLUSTER_ONNXRUNTIME-} ]] || return 0
    [[ $(uname -m) != aarch64 ]] || machine=arm64
    if ! command -v npm >/dev/null || ! command -v node >/dev/null; then
        say "node or npm is missing: the test that counts in node's ONNX Runtime will be skipped"
        return 0
    fi
    say "fetching node's ONNX Runtime for a test (npm's $onnxruntime_package)"
    mkdir -p "$folder"
    # --ignore-scripts: the package's own script would fetch CUDA libraries.
    if ! logged npm install --ignore-scripts --no-audit --no-fund --omit=dev --prefix "$folder" "$onnxruntime_package"; then
        rm -rf "$folder"
        say "it could not be fetched: the test that counts in node's ONNX Runtime will be skipped"
        return 0
    fi
    for other in "$folder"/node_modules/onnxruntime-node/bin/*/*/*; do
        [[ $other == */linux/$machine ]] || rm -rf "$other"
    done
}

# npm's gRPC, a client that is not ours; the tests that use it skip without it.
step_grpc_js() {
    local folder=$root/.tools/grpc-js
    [[ ! -d $folder/node_modules/@grpc/grpc-js ]] || return 0
    if ! command -v npm >/dev/null || ! command -v node >/dev/null; then
        say "node or npm is missing: the tests with node's gRPC client will be skipped"
        return 0
    fi
    say "fetching node's gRPC client for tests (npm's @grpc/grpc-js)"
    mkdir -p "$folder"
    if ! logged npm install --ignore-scripts --no-audit --no-fund --omit=dev --prefix "$folder" @grpc/grpc-js@1.14.7 @grpc/proto-loader@0.8.1; then
        rm -rf "$folder"
        say "it could not be fetched: the tests with node's gRPC client will be skipped"
    fi
}

# npm's s3rver, an S3 service that is not ours; the tests that use it skip without it.
step_s3rver() {
    local folder=$root/.tools/s3rver
    [[ ! -d $folder/node_modules/s3rver ]] || return 0
    if ! command -v npm >/dev/null || ! command -v node >/dev/null; then
        say "node or npm is missing: the tests with an S3 service will be skipped"
        return 0
    fi
    say "fetching an S3 service for tests (npm's s3rver)"
    mkdir -p "$folder"
    if ! logged npm install --ignore-scripts --no-audit --no-fund --omit=dev --prefix "$folder" s3rver@3.7.1; then
        rm -rf "$folder"
        say "it could not be fetched: the tests with an S3 service will be skipped"
    fi
}

# Prometheus and promtool, which tests ask about rules and dashboards; they skip without them. Taken out of Debian's package and not
# installed: that would start a service.
step_prometheus() {
    local folder=$root/.tools/prometheus staging package packages=(prometheus)
    [[ ! -x $folder/promtool ]] || return 0
    if ! command -v apt-get >/dev/null; then
        say "apt-get is missing: the tests with Prometheus will be skipped"
        return 0
    fi
    say "fetching Prometheus for tests (Debian's prometheus)"
    mkdir -p "$root/.tools"
    staging=$(mktemp -d "$root/.tools/fetch.XXXXXX")
    # promtool has a package of its own since Debian 13.
    apt-cache show promtool >/dev/null 2>&1 && packages+=(promtool)
    if (cd "$staging" && logged apt-get download -q "${packages[@]}" \
        && for package in *.deb; do logged dpkg-deb -x "$package" unpacked || exit; done); then
        mkdir -p "$folder"
        mv "$staging"/unpacked/usr/bin/prometheus "$staging"/unpacked/usr/bin/promtool "$folder/"
    else
        say "it could not be fetched: the tests with Prometheus will be skipped"
    fi
    rm -rf "$staging"
}

# Chromium, in which tests open the live page; they skip without it.
step_chromium() {
    local missing
    command -v dpkg-query >/dev/null || return 0
    mapfile -t missing < <(missing_packages chromium)
    ((${#missing[@]} == 0)) || install_packages "${missing[@]}" || say "the tests of the live page in a browser will be skipped"
}

step_native() {
    local sources=$root/src/Kernels/native key
    # Built against the headers of the libtorch that is loaded: another libtorch, another build.
    key="torch ${CLUSTER_TORCH_ROOT-} $(dpkg-query -W -f '${Version}' libtorch-dev 2>/dev/null || true)"
    # With a CUDA libtorch, kernels for it are compiled where there is nvcc.
    [[ -z ${CLUSTER_TORCH_ROOT-} ]] || key+=" $(command -v nvcc || true)"
    if [[ -f $native && $(cat "$native.key" 2>/dev/null) == "$key" && -z $(find "$sources" -newer "$native.key" -print -quit) ]]; then
        return 0
    fi
    say "building the native library on libtorch"
    mkdir -p "${native%/*}"
    printf '%s\n' "$key" >"$native.key.new"
    if ! logged "$sources/build.sh" "${native%/*}" ${CLUSTER_TORCH_ROOT:+"$CLUSTER_TORCH_ROOT"}; then
        say "the native library could not be built from $sources (whole log: $log)"
        return 1
    fi
    mv "$native.key.new" "$native.key"
}

# Every stand-in of polyfills/ has its recorded answer.
choice_is_complete() {
    local folder
    choice_matches || return 1
    for folder in "$root"/polyfills/*/; do
        folder=${folder%/}
        [[ ! -d $folder ]] || grep -qsF "<${folder##*/}Source " "$choice" || return 1
    done
    # Packages of a local folder may be rebuilt under the same version: what was extracted from the old ones is stale.
    if [[ -n $feed && -n $(find "$feed" -newer "$choice" -print -quit) ]]; then
        rm -rf "$NUGET_PACKAGES"
        return 1
    fi
}

step_packages() {
    choice_is_complete || "$root/build/choose-packages.sh" "$choice" {lock}>&-
}

# step_build STAMP PROJECT: stamped with the time before the build, so that an edit during it is seen by the next call.
step_build() {
    say "building ${2##*/}"
    touch "$output/$1.new"
    # A user's build must not fail on a newer compiler's new warning; .ci/run is where warnings are errors.
    if ! logged dotnet build "$root/$2" -c Release -v q -nologo -m:2 -nodeReuse:false -p:RunAnalyzers=false -p:TreatWarningsAsErrors=false; then
        say "the build failed (whole log: $log)"
        return 1
    fi
    mv "$output/$1.new" "$output/$1"
}

# The local program, the server and the client.
step_build_programs() {
    touch "$output/ready-client.new"
    step_build ready build/Programs.slnf && mv "$output/ready-client.new" "$output/ready-client"
}

step_build_client() {
    client_ready || step_build ready-client src/Client/Client.csproj
}

set_up_program() {
    take_lock
    if ! ready ready src tools; then
        step_debian && step_dotnet && step_onnxruntime && step_native && step_packages && step_build_programs || exit 1
    fi
    release_lock
}

# Neither native libraries nor what installs them: the client runs on machines that only submit.
set_up_client() {
    take_lock
    if ! client_ready; then
        step_dotnet && step_packages && step_build_client || exit 1
    fi
    release_lock
}

set_up_tests() {
    take_lock
    if ! ready ready-tests src tools tests bench Cluster.sln; then
        step_debian && step_dotnet && step_onnxruntime && step_native && step_packages && step_debian_for_tests && step_onnxruntime_node && step_grpc_js && step_s3rver && step_prometheus && step_chromium &&
            step_build ready-tests Cluster.sln || exit 1
    fi
    release_lock
}

# The doctor's way: a step that fails has said why, and the next ones still run, so that one call names everything that is wrong.
set_up_what_works() {
    local step broken=0
    take_lock
    for step in step_debian step_dotnet step_onnxruntime step_native step_packages; do
        "$step" || broken=1
    done
    step_build_programs || broken=1
    ((broken == 0)) || rm -f "$output/ready"
    release_lock
    [[ -x $program ]] || fail "the program is not built: correct the above, then run ./cluster doctor again"
    ((broken == 0)) || say "set-up is incomplete, see above; the program's own view follows"
}
