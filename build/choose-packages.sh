#!/usr/bin/env bash
# Asks the configured NuGet feeds, once, for the packages that polyfills/ can stand in for, and writes the answer as MSBuild properties.
# usage: choose-packages.sh FILE    (called by ./cluster and, straight after a clone, by Directory.Solution.targets)
# The environment may name TorchFlavour, TorchSharpVersion, OrleansVersion, GrpcVersion, ClusterFeed.
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

package_of() {
    case $1 in
        TorchSharp) [[ ${TorchFlavour-} == cuda-linux ]] && echo TorchSharp-cuda-linux || echo TorchSharp-cpu ;;
        Orleans) echo Microsoft.Orleans.Server ;;
        Grpc) echo Grpc.AspNetCore ;;
        *) say "polyfills/$1 stands in for a package that build/choose-packages.sh does not know: name it there" && return 1 ;;
    esac
}

# A restore of a project that references the package alone: the one question that every kind of feed answers.
probe() {
    ClusterProbeFolder=$scratch/$1 dotnet restore "$root/build/FeedProbe/FeedProbe.csproj" \
        -p:ProbedPackage="$1" -nologo -v q -nodeReuse:false >"$scratch/$1.log" 2>&1 </dev/null
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
    for name in TorchFlavour TorchSharpVersion OrleansVersion GrpcVersion; do
        [[ -z ${!name-} ]] || printf "    <%s Condition=\"'\$(%s)' == ''\">%s</%s>\n" "$name" "$name" "${!name}" "$name"
    done
    for folder in "$root"/polyfills/*/; do
        [[ -d $folder ]] || continue
        name=$(basename "$folder")
        package=$(package_of "$name")
        if probe "$package"; then
            source=package
            say "$package: the NuGet feed has it"
        elif grep -q 'error NU1301' "$scratch/$package.log"; then
            grep -m 1 'error NU1301' "$scratch/$package.log" | sed 's/.*error/cluster: error/' >&2
            say "the NuGet feed cannot be reached: try again when it can, or write the choice into $file by hand"
            exit 1
        elif grep -Eq 'error NU1[0-9]{3}' "$scratch/$package.log"; then
            reason=$(grep -oE -m 1 'NU1[0-9]{3}: .*' "$scratch/$package.log" | sed 's/\. .*//')
            version=${name}Version
            if [[ -n ${!version-} ]]; then
                say "$package ${!version} was asked for, but is not complete in the NuGet feed ($reason): name another $version, or the folder that has it with --feed DIR"
                exit 1
            fi
            source=polyfill
            say "$package: not complete in the NuGet feed, so polyfills/$name stands in for it ($reason)"
        else
            cat "$scratch/$package.log" >&2
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
