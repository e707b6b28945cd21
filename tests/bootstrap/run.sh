#!/usr/bin/env bash
# Tests of ./cluster and build/*.sh in a sandbox where dotnet, npm, dpkg-query, dpkg-deb, apt-get, id and sudo are played by stubs/.
# The scripts under test see no variable and no file of this machine but its shell tools: what they read is below $SANDBOX.
# Ends in 'N passed, N failed'.
set -uo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
origin=$here/../..
passed=0 failed=0

# A repository with the real scripts, one source file and a machine that has everything.
arrange() {
    SANDBOX=$(mktemp -d)
    settings=()
    mkdir -p "$SANDBOX"/{bin,home,tmp,system/var/lib/dpkg/info,repo/src/Kernels/native,repo/src/{Cli,Terminal,Client},repo/polyfills/TorchSharp,repo/tests/A.Tests,repo/tests/B.Tests}
    cp -r "$origin/cluster" "$origin/build" "$SANDBOX/repo/"
    cp "$here"/stubs/{dotnet,npm,node,dpkg-query,dpkg-deb,apt-get,id,sudo} "$SANDBOX/bin/"
    cp "$here/stubs/test-program" "$SANDBOX/test-program"
    chmod +x "$SANDBOX"/bin/* "$SANDBOX/test-program"
    # shellcheck disable=SC2016 # the built programs expand these, not this script
    printf '#!/usr/bin/env bash\nprintf "<%%s>" "$@"\nexit 7\n' >"$SANDBOX/program"
    # shellcheck disable=SC2016
    printf '#!/usr/bin/env bash\nprintf "client"\nprintf "<%%s>" "$@"\nexit 5\n' >"$SANDBOX/client"
    # shellcheck disable=SC2016
    printf '#!/usr/bin/env bash\nprintf "server"\nprintf "<%%s>" "$@"\nexit 6\n' >"$SANDBOX/server"
    # shellcheck disable=SC2016
    printf '#!/usr/bin/env bash\necho native >>"$SANDBOX/calls"\n: >"$1/libcluster_kernels.so"\n' >"$SANDBOX/repo/src/Kernels/native/build.sh"
    chmod +x "$SANDBOX/program" "$SANDBOX/server" "$SANDBOX/client" "$SANDBOX/repo/src/Kernels/native/build.sh"
    echo '<AssemblyName>Cluster.A.Tests</AssemblyName>' >"$SANDBOX/repo/tests/A.Tests/A.Tests.csproj"
    : >"$SANDBOX/repo/tests/B.Tests/B.Tests.csproj"
    : >"$SANDBOX/repo/Cluster.sln"
    : >"$SANDBOX/repo/src/Cli/Program.cs"
    : >"$SANDBOX/repo/src/Terminal/Shared.cs"
    : >"$SANDBOX/repo/src/Client/Program.cs"
    : >"$SANDBOX/calls"
    : >"$SANDBOX/missing"
    : >"$SANDBOX/libonnxruntime.so"
    : >"$SANDBOX/system/var/lib/dpkg/info/libtorch-dev.list"
    echo lacks >"$SANDBOX/feed"
    echo 0 >"$SANDBOX/uid"
    echo '<assembly name="x" total="3" passed="2" failed="0" skipped="1" errors="0">' >"$SANDBOX/report"
    echo 0 >"$SANDBOX/exit"
}

# Runs the script under test with the variables of $settings; its standard error goes to the file $1.
cluster_to() {
    local err=$1
    shift
    env -i SANDBOX="$SANDBOX" PATH="$SANDBOX/bin:/usr/bin:/bin" HOME="$SANDBOX/home" TMPDIR="$SANDBOX/tmp" \
        CLUSTER_SYSTEM_ROOT="$SANDBOX/system" CLUSTER_ONNXRUNTIME="$SANDBOX/libonnxruntime.so" "${settings[@]}" \
        "$SANDBOX/repo/cluster" "$@" 2>"$err" </dev/null
}

# Runs the script under test; leaves $code, $out and $err.
cluster() {
    out=$(cluster_to "$SANDBOX/err" "$@")
    code=$?
    err=$(<"$SANDBOX/err")
}

calls() {
    grep -c -- "$1" "$SANDBOX/calls"
}

# Everything that a build wrote is now older than an edit made next, whatever the clock's grain.
age() {
    find "$SANDBOX"/{repo,system} -exec touch -d '1 hour ago' {} +
}

equal() {
    [[ $2 == "$3" ]] || problems+=("$1: expected '$3', found '$2'")
}

contains() {
    [[ $2 == *"$3"* ]] || problems+=("$1: expected '$3' in '$2'")
}

FirstCall_NothingBuilt_SetsUpThenBecomesTheProgram() {
    cluster run 'a b' --x
    equal 'standard output' "$out" '<run><a b><--x>'
    equal 'exit code' "$code" 7
    contains 'standard error' "$err" 'building Programs.slnf'
    contains 'standard error' "$err" 'polyfills/TorchSharp stands in'
}

SecondCall_NothingChanged_DoesNoWorkAndIsSilent() {
    cluster run
    : >"$SANDBOX/calls"
    cluster run
    equal 'calls' "$(<"$SANDBOX/calls")" ''
    equal 'standard error' "$err" ''
}

NextCall_SourceEdited_BuildsAgainWithoutAskingTheFeedOrBuildingTheNativeLibrary() {
    cluster run
    age
    : >"$SANDBOX/calls"
    echo '// edited' >"$SANDBOX/repo/src/Cli/Program.cs"
    cluster run
    equal 'builds' "$(calls '^dotnet build')" 1
    equal 'all calls' "$(calls .)" 1
}

RemoteVerb_NothingBuilt_NeedsNeitherDebianPackagesNorNativeLibraries() {
    printf 'libtorch-dev\n' >"$SANDBOX/missing"
    echo 1000 >"$SANDBOX/uid"
    rm "$SANDBOX/libonnxruntime.so"
    cluster submit --model 'a b'
    equal 'standard output' "$out" 'client<submit><--model><a b>'
    equal 'exit code' "$code" 5
    equal 'builds' "$(calls '^dotnet build')" 1
    contains 'standard error' "$err" 'building Client.csproj'
    equal 'native builds' "$(calls '^native')" 0
}

RemoteVerb_NothingChanged_DoesNoWorkAndIsSilent() {
    cluster run
    age
    echo '// edited' >"$SANDBOX/repo/src/Cli/Program.cs"
    : >"$SANDBOX/calls"
    cluster list
    equal 'standard output' "$out" 'client<list>'
    equal 'calls' "$(<"$SANDBOX/calls")" ''
    equal 'standard error' "$err" ''
}

RemoteVerb_SharedSourceEdited_BuildsTheClientAgain() {
    cluster run
    age
    : >"$SANDBOX/calls"
    echo '// edited' >"$SANDBOX/repo/src/Terminal/Shared.cs"
    cluster nodes
    equal 'builds' "$(calls '^dotnet build.*Client.csproj')" 1
    equal 'all calls' "$(calls .)" 1
}

SiloVerb_RunsTheServersProgram() {
    cluster silo --devices cpu:2
    equal 'standard output' "$out" 'server<silo><--devices><cpu:2>'
    equal 'exit code' "$code" 6
}

OtherVerbs_OfTheScript_AreThoseOfTheProgram() {
    local verbs
    verbs=$(sed -n 's/^        ("\([a-z]*\)", .*/\1/p' "$origin/src/Terminal/OtherVerbs.cs" | paste -sd '|' - | sed 's/|/ | /g')
    contains 'the script' "$(<"$origin/cluster")" "    $verbs)"
}

NextCall_SourceDeleted_BuildsAgain() {
    cluster run
    age
    rm "$SANDBOX/repo/src/Cli/Program.cs"
    cluster run
    equal 'builds' "$(calls '^dotnet build.*Programs.slnf')" 2
    equal 'builds of the client alone' "$(calls '^dotnet build.*Client.csproj')" 0
}

NextCall_NativeSourceEdited_BuildsBoth() {
    cluster run
    age
    : >"$SANDBOX/repo/src/Kernels/native/new.cpp"
    cluster run
    equal 'native builds' "$(calls '^native')" 2
    equal 'builds' "$(calls '^dotnet build.*Programs.slnf')" 2
}

NextCall_LibtorchUpgraded_BuildsAgain() {
    cluster run
    age
    : >"$SANDBOX/system/var/lib/dpkg/info/libtorch-dev.list"
    cluster run
    equal 'builds' "$(calls '^dotnet build.*Programs.slnf')" 2
}

Build_Fails_ShowsTheErrorAndIsTriedAgain() {
    : >"$SANDBOX/broken"
    cluster run
    equal 'exit code' "$code" 1
    equal 'standard output' "$out" ''
    contains 'standard error' "$err" 'CS1002'
    rm "$SANDBOX/broken"
    cluster run
    equal 'exit code after the correction' "$code" 7
}

DebianPackageMissing_Root_InstallsIt() {
    printf 'libtorch-dev\n' >"$SANDBOX/missing"
    cluster run
    equal 'exit code' "$code" 7
    equal 'updates' "$(calls '^apt-get .* update')" 1
    equal 'calls that wait for another apt' "$(calls '^apt-get -o DPkg::Lock::Timeout=600 ')" 2
    contains 'calls' "$(grep '^apt-get .* install' "$SANDBOX/calls")" ' libtorch-dev'
}

DebianPackageMissing_NotRoot_SaysWhichAndTheCommand() {
    printf 'libtorch-dev\nlibopenblas0\n' >"$SANDBOX/missing"
    echo 1000 >"$SANDBOX/uid"
    cluster run
    equal 'exit code' "$code" 1
    contains 'standard error' "$err" 'Run as root: apt-get update && apt-get install -y --no-install-recommends libopenblas0 libtorch-dev'
    equal 'builds' "$(calls '^dotnet build')" 0
}

Test_PostgresqlMissing_IsInstalledWithoutAServerOfItsOwn() {
    printf 'postgresql\n' >"$SANDBOX/missing"
    cluster test
    equal 'exit code' "$code" 0
    contains 'calls' "$(grep '^apt-get .* install' "$SANDBOX/calls")" ' postgresql'
    equal 'settings while it is installed' "$(<"$SANDBOX/createcluster")" 'create_main_cluster = false'
    equal 'settings afterwards' "$(find "$SANDBOX/system/etc" -type f)" ''
}

Test_PrometheusMissing_IsTakenOutOfItsPackageOnce() {
    : >"$SANDBOX/archive-has-prometheus"
    cluster test
    equal 'exit code' "$code" 0
    equal 'programs' "$(find "$SANDBOX/repo/.tools/prometheus" -type f -printf '%f\n' | sort | paste -sd ' ')" 'prometheus promtool'
    equal 'installations' "$(calls '^apt-get .* install .*prometheus')" 0
    equal 'what is left of fetching' "$(find "$SANDBOX/repo/.tools" -name 'fetch.*')" ''
    age
    echo '// edited' >"$SANDBOX/repo/tests/A.Tests/A.cs"
    cluster test
    equal 'downloads' "$(calls '^apt-get download')" 1
}

Test_PrometheusNotInTheArchive_TestsRunAllTheSame() {
    cluster test
    equal 'exit code' "$code" 0
    contains 'standard error' "$err" 'the tests with Prometheus will be skipped'
    [[ ! -e $SANDBOX/repo/.tools/prometheus ]] || problems+=('a folder of it was made')
}

Test_S3ServerMissing_IsFetchedForTestsAlone() {
    cluster test
    equal 'exit code' "$code" 0
    equal 'installations' "$(calls '^npm install .* s3rver@')" 1
    mkdir -p "$SANDBOX/repo/.tools/s3rver/node_modules/s3rver"
    age
    echo '// edited' >"$SANDBOX/repo/tests/A.Tests/A.cs"
    cluster test
    equal 'installations once it is there' "$(calls '^npm install .* s3rver@')" 1
}

Test_ChromiumMissing_IsInstalled() {
    printf 'chromium\n' >"$SANDBOX/missing"
    cluster test
    equal 'exit code' "$code" 0
    contains 'calls' "$(grep '^apt-get .* install' "$SANDBOX/calls")" ' chromium'
}

Test_ChromiumMissing_NotRoot_TestsRunAllTheSame() {
    printf 'chromium\n' >"$SANDBOX/missing"
    echo 1000 >"$SANDBOX/uid"
    cluster test
    equal 'exit code' "$code" 0
    contains 'standard error' "$err" 'the tests of the live page in a browser will be skipped'
}

Run_ChromiumMissing_IsNotInstalled() {
    printf 'chromium\n' >"$SANDBOX/missing"
    cluster run
    equal 'installations' "$(calls '^apt-get .* install')" 0
}

Run_PrometheusMissing_IsNotFetched() {
    : >"$SANDBOX/archive-has-prometheus"
    cluster run
    equal 'downloads' "$(calls '^apt-get download')" 0
}

Doctor_DebianPackageMissing_StillRunsTheProgram() {
    cluster run
    age
    echo '// edited' >"$SANDBOX/repo/src/Cli/Program.cs"
    printf 'libopenblas0\n' >"$SANDBOX/missing"
    echo 1000 >"$SANDBOX/uid"
    cluster doctor
    contains 'standard error' "$err" 'set-up is incomplete'
    equal 'standard output' "$out" '<doctor>'
}

Feed_HasThePackage_ChoosesIt() {
    echo has >"$SANDBOX/feed"
    cluster run
    contains 'choice' "$(<"$SANDBOX/repo/Packages.local.props")" '>package</TorchSharpSource>'
}

Feed_LacksOnePackageOfSeveral_TheStandInReplacesThemAll() {
    local package
    mkdir -p "$SANDBOX/repo/polyfills/Orleans" "$SANDBOX/repo/polyfills/Grpc"
    echo has >"$SANDBOX/feed"
    for package in Microsoft.Orleans.{Server,Clustering.AdoNet,Connections.Security,Reminders,Reminders.AdoNet}; do
        rm -f "$SANDBOX/repo/Packages.local.props"
        echo "$package" >"$SANDBOX/lacking"
        cluster run
        contains "choice without $package" "$(<"$SANDBOX/repo/Packages.local.props")" '>polyfill</OrleansSource>'
        contains "choice without $package" "$(<"$SANDBOX/repo/Packages.local.props")" '>package</GrpcSource>'
        contains 'standard error' "$err" "Unable to find package $package"
    done
    for package in Grpc.{AspNetCore,AspNetCore.HealthChecks,AspNetCore.Server.Reflection,Net.Client}; do
        rm -f "$SANDBOX/repo/Packages.local.props"
        echo "$package" >"$SANDBOX/lacking"
        cluster run
        contains "choice without $package" "$(<"$SANDBOX/repo/Packages.local.props")" '>polyfill</GrpcSource>'
    done
}

Feed_Unreachable_ChoosesNothing() {
    echo unreachable >"$SANDBOX/feed"
    cluster run
    equal 'exit code' "$code" 1
    contains 'standard error' "$err" 'cannot be reached'
    [[ ! -e $SANDBOX/repo/Packages.local.props ]] || problems+=('a choice was written')
}

NamedFeed_Given_BuildsInAFolderOfItsOwn() {
    mkdir "$SANDBOX/packages"
    cluster --feed "$SANDBOX/packages" run
    equal 'exit code' "$code" 7
    equal 'default builds' "$(find "$SANDBOX/repo/.build/bin" 2>/dev/null)" ''
    equal 'feed folders' "$(find "$SANDBOX/repo/.build/feeds" -name Cluster.Cli | wc -l)" 1
    [[ ! -e $SANDBOX/repo/Packages.local.props ]] || problems+=('the default choice was written')
}

NamedFeed_Missing_IsAUsageError() {
    cluster --feed "$SANDBOX/nowhere" run
    equal 'exit code' "$code" 2
    contains 'standard error' "$err" 'is not a folder'
}

Version_OverriddenAndAbsent_IsAnErrorAndNotAStandIn() {
    cluster -p:TorchSharpVersion=0.98.0 run
    equal 'exit code' "$code" 1
    contains 'standard error' "$err" 'TorchSharp-cpu 0.98.0 was asked for'
    [[ ! -e $SANDBOX/repo/Packages.local.props ]] || problems+=('a choice was written')
}

Version_Overridden_IsRememberedAndAskedOnce() {
    echo has >"$SANDBOX/feed"
    cluster -p:TorchSharpVersion=0.99.6 run
    cluster run
    cluster -p:TorchSharpVersion=0.99.6 run
    equal 'restores' "$(calls '^dotnet restore')" 1
    cluster -p:TorchSharpVersion=0.105.0 run
    equal 'restores after another version' "$(calls '^dotnet restore')" 2
}

ProtobufVersion_Overridden_IsRemembered() {
    echo has >"$SANDBOX/feed"
    cluster -p:GoogleProtobufVersion=3.31.1-local run
    contains 'choice' "$(<"$SANDBOX/repo/Packages.local.props")" '>3.31.1-local</GoogleProtobufVersion>'
}

TwoCalls_AtOnce_BuildOnce() {
    local first second
    mkfifo "$SANDBOX/gate"
    cluster_to "$SANDBOX/err1" run >/dev/null &
    first=$!
    # Opening the gate to write waits until the first call's build opens it to read: that call holds the lock from here on.
    exec {gate}>"$SANDBOX/gate"
    cluster_to "$SANDBOX/err2" run >/dev/null &
    second=$!
    while kill -0 "$second" 2>/dev/null && ! grep -qs 'waiting for it' "$SANDBOX/err2"; do read -r -t 0.02 _ <> <(:) || true; done
    echo go >&"$gate"
    exec {gate}>&-
    wait "$first" "$second"
    equal 'exit code' "$?" 7
    equal 'builds' "$(calls '^dotnet build.*Programs.slnf')" 1
    contains 'the second call' "$(<"$SANDBOX/err2")" 'waiting for it'
}

Tests_AllPass_EndInTotals() {
    cluster test
    equal 'exit code' "$code" 0
    equal 'last line' "${out##*$'\n'}" '4 passed, 0 failed, 2 skipped'
}

Tests_LibraryThatTestsShare_IsNoTestProgram() {
    mkdir "$SANDBOX/repo/tests/Support"
    echo '<OutputType>Library</OutputType>' >"$SANDBOX/repo/tests/Support/Tests.Support.csproj"
    cluster test
    equal 'exit code' "$code" 0
    equal 'last line' "${out##*$'\n'}" '4 passed, 0 failed, 2 skipped'
}

Tests_OneFails_ExitNonZero() {
    echo '<assembly name="x" total="3" passed="2" failed="1" skipped="0" errors="0"><collection name="c" total="1" passed="1" failed="0" skipped="0">' >"$SANDBOX/report"
    echo 2 >"$SANDBOX/exit"
    cluster test A.Tests
    equal 'exit code' "$code" 1
    equal 'last line' "${out##*$'\n'}" '2 passed, 1 failed'
}

Tests_TwoFail_AreNamedBeforeTheTotals() {
    printf '%s' '<assembly name="x" total="3" passed="1" failed="2" skipped="0" errors="0"><collection name="c"><test name="A.Passes" result="Pass"' \
        ' /><test name="A.Fails(x: &quot;1 &lt; 2&quot;)" type="A" result="Fail" time="1"><failure exception-type="E"><message><![CDATA[Expected 4' \
        $'\n' 'but was 5]]></message><stack-trace><![CDATA[at A]]></stack-trace></failure></test><test name="B" result="Fail" /></collection>' \
        >"$SANDBOX/report"
    echo 2 >"$SANDBOX/exit"
    cluster test A.Tests
    equal 'named' "$(tail -n 3 <<<"$out")" $'FAILED: A.Fails(x: "1 < 2"): Expected 4 but was 5\nFAILED: B\n1 passed, 2 failed'
}

Tests_ProgramDies_CountsAsFailed() {
    : >"$SANDBOX/report"
    echo 139 >"$SANDBOX/exit"
    cluster test A.Tests
    equal 'exit code' "$code" 1
    equal 'last line' "${out##*$'\n'}" '0 passed, 1 failed'
    contains 'standard error' "$err" 'exit code 139'
}

Tests_ProgramHangs_IsEndedNamedAndCounted() {
    mkfifo "$SANDBOX/hang"
    : >"$SANDBOX/report"
    settings=(CLUSTER_TEST_PROGRAM_MINUTES=0.005)
    cluster test A.Tests
    equal 'exit code' "$code" 1
    equal 'last line' "${out##*$'\n'}" '0 passed, 1 failed'
    contains 'standard error' "$err" 'A.Tests took more than 0.005 minutes and was ended'
}

Tests_ScriptHangs_IsEndedNamedAndCounted() {
    mkdir "$SANDBOX/repo/tests/shell"
    mkfifo "$SANDBOX/hang"
    # shellcheck disable=SC2016 # the script expands it
    printf '#!/usr/bin/env bash\necho before\nread -r _ <"$SANDBOX/hang"\n' >"$SANDBOX/repo/tests/shell/run.sh"
    chmod +x "$SANDBOX/repo/tests/shell/run.sh"
    settings=(CLUSTER_TEST_PROGRAM_MINUTES=0.005)
    cluster test shell
    equal 'exit code' "$code" 1
    equal 'last line' "${out##*$'\n'}" '0 passed, 1 failed'
    contains 'standard output' "$out" 'before'
    contains 'standard error' "$err" 'shell took more than 0.005 minutes and was ended'
}

Tests_ProgramLeavesAProcess_ItEndsToo() {
    : >"$SANDBOX/leftover"
    cluster test A.Tests
    equal 'exit code' "$code" 0
    # What was left holds a lock on this file as long as it lives.
    flock -w 60 "$SANDBOX/leftover" true || problems+=('the process lives on')
}

Tests_NoneRan_ExitNonZero() {
    echo '<assembly name="x" total="0" passed="0" failed="0" skipped="0" errors="0">' >"$SANDBOX/report"
    echo 8 >"$SANDBOX/exit"
    cluster test
    equal 'exit code' "$code" 1
    equal 'last line' "${out##*$'\n'}" '0 passed, 0 failed'
}

for name in $(declare -F | sed -n 's/^declare -f \([A-Z][A-Za-z]*_.*\)/\1/p'); do
    problems=()
    arrange
    "$name"
    rm -rf "$SANDBOX"
    if ((${#problems[@]})); then
        failed=$((failed + 1))
        printf 'failed %s\n' "$name"
        printf '    %s\n' "${problems[@]}"
    else
        passed=$((passed + 1))
    fi
done
printf '%d passed, %d failed\n' "$passed" "$failed"
((failed == 0))
