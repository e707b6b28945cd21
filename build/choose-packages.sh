#!/usr/bin/env bash
# Asks the configured NuGet feeds, once, for the packages that polyfills/ can stand in for, and writes the answer as MSBuild properties.
# usage: choose-packages.sh FILE    (called by ./cluster and, straight after a clone, by Directory.Solution.targets)
# The environment may name TorchFlavour, TorchSharpVersion, OrleansVersion, GrpcVersion, GoogleProtobufVersion, ClusterFeed.
set -euo pipefail

root=$(cd -- "${BASH_SOURCE[0]%/*}/.." && pwd -P)
file=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# MSBuild, as caller, leaves settings of its own SDK and session in the environment.
unset MSBUILD_EXE_PATH MSBuildSDKsPath MSBuildExtensionsPath MSBuildLoadMicrosoftTargetsReadOnly MSBUILDSTARTUPDIRECTORY

say() {
    printf 'cluster: %s\n' "$*" >&2
}

# Every package that the choice of `package` makes some project reference: a feed may have one and lack its neighbour.
packages_of() {
    case $1 in
        TorchSharp) [[ ${TorchFlavour-} == cuda-linux ]] && echo TorchSharp-cuda-linux || echo TorchSharp-cpu ;;
        Orleans) echo Microsoft.Orleans.{Server,Clustering.AdoNet,Connections.Security,Reminders,Reminders.AdoNet} ;;
        Grpc) echo Grpc.{AspNetCore,AspNetCore.HealthChecks,AspNetCore.Server.Reflection,Net.Client} ;;
        *) say "polyfills/$1 stands in for a package that build/choose-packages.sh does not know: name it there" && return 1 ;;
    esac
}

# probe NAME PACKAGE...: a restore of a project that references these packages alone, the one question that every kind of feed answers.
probe() {
    local name=$1 list
    shift
    printf -v list '%s;' "$@"
    # Through the environment: on the command line MSBuild would take a semicolon for the next property's start.
    ClusterProbeFolder=$scratch/$name ProbedPackages=$list dotnet restore "$root/build/FeedProbe/FeedProbe.csproj" \
        -nologo -v q -nodeReuse:false >"$scratch/$name.log" 2>&1 </dev/null
}

if [[ -n ${TorchFlavour-} && $TorchFlavour != cpu && $TorchFlavour != cuda-linux ]]; then
    say "TorchFlavour is '$TorchFlavour', expected cpu or cuda-linux"
    exit 1
fi

mkdir -p "${file%/*}"
{
    echo '<Project>'
    echo '  <!-- Written by build/choose-packages.sh. Delete this file to have the NuGet feed asked again. -->'
    echo '  <PropertyGroup>'
    for name in TorchFlavour TorchSharpVersion OrleansVersion GrpcVersion GoogleProtobufVersion; do
        [[ -z ${!name-} ]] || printf "    <%s Condition=\"'\$(%s)' == ''\">%s</%s>\n" "$name" "$name" "${!name}" "$name"
    done
    for folder in "$root"/polyfills/*/; do
        [[ -d $folder ]] || continue
        name=$(basename "$folder")
        packages=$(packages_of "$name")
        read -ra packages <<<"$packages"
        package=${packages[0]}
        if probe "$name" "${packages[@]}"; then
            source=package
            say "$package: the NuGet feed has it"
        elif grep -q 'error NU1301' "$scratch/$name.log"; then
            grep -m 1 'error NU1301' "$scratch/$name.log" | sed 's/.*error/cluster: error/' >&2
            say "the NuGet feed cannot be reached: try again when it can, or write the choice into $file by hand"
            exit 1
        elif grep -Eq 'error NU1[0-9]{3}' "$scratch/$name.log"; then
            reason=$(grep -oE -m 1 'NU1[0-9]{3}: .*' "$scratch/$name.log" | sed 's/\. .*//')
            version=${name}Version
            if [[ -n ${!version-} ]]; then
                say "$package ${!version} was asked for, but is not complete in the NuGet feed ($reason): name another $version, or the folder that has it with --feed DIR"
                exit 1
            fi
            source=polyfill
            say "$package: not complete in the NuGet feed, so polyfills/$name stands in for it ($reason)"
        else
            cat "$scratch/$name.log" >&2
            say "the NuGet feed could not be asked for $package: see above"
            exit 1
        fi
        printf "    <%sSource Condition=\"'\$(%sSource)' == ''\">%s</%sSource>\n" "$name" "$name" "$source" "$name"
    done
    echo '  </PropertyGroup>'
    echo '</Project>'
} >"$scratch/choice"
# Whole or not at all: another build may be reading.
cp "$scratch/choice" "$file.$$"
mv "$file.$$" "$file"
