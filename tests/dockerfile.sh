#!/usr/bin/env bash
# The steps of a Dockerfile without a container engine, for image.sh, which sources it: the instructions and forms that the Dockerfiles
# of deploy/docker have; any other is refused. Two functions are the caller's: base_stage IMAGE FOLDER makes a stage's root folder, and
# run_step FOLDER COMMAND NAME=VALUE... runs a command in one.
# After build_image, the last stage's folder is $image, and what it runs is in the variables image_*.
# shellcheck disable=SC2034 # image.sh reads them

declare -A chosen_arguments=() first_arguments=() arguments=() stage_folders=()
image='' image_user='' image_folder=/ image_volume='' image_environment=() image_entrypoint=() image_command=() image_health=()

# expanded TEXT: with the values of arguments in place of ${NAME}.
expanded() {
    local text=$1 name
    for name in "${!arguments[@]}"; do
        text=${text//"\${$name}"/${arguments[$name]}}
    done
    printf '%s' "$text"
}

restore_first_arguments() {
    local name
    arguments=()
    for name in "${!first_arguments[@]}"; do
        arguments[$name]=${first_arguments[$name]}
    done
}

# words_of ["A", "B"]: sets $words.
words_of() {
    mapfile -t words < <(grep -o '"[^"]*"' <<<"$1" | sed 's/^"//; s/"$//')
}

# arguments_and_environment: sets $variables, what a RUN sees.
arguments_and_environment() {
    local name
    variables=("${image_environment[@]}")
    for name in "${!arguments[@]}"; do
        variables+=("$name=${arguments[$name]}")
    done
}

declare_argument() {
    local name=${1%%=*} default=''
    [[ $1 != *=* ]] || default=${1#*=}
    if [[ -z $image ]]; then
        first_arguments[$name]=${chosen_arguments[$name]-$default}
        arguments[$name]=${first_arguments[$name]}
    else
        arguments[$name]=${chosen_arguments[$name]-${default:-${first_arguments[$name]-}}}
    fi
}

# begin_stage IMAGE [as NAME]
begin_stage() {
    local name=${3:-last}
    image=$stages/$name
    stage_folders[$name]=$image
    arguments=()
    image_user='' image_folder=/ image_volume='' image_environment=() image_entrypoint=() image_command=() image_health=()
    base_stage "$1" "$image"
}

# copy_step [--from=STAGE] SOURCE TARGET: a folder's content goes into the target, a file takes its place.
copy_step() {
    local source
    if [[ $1 == --from=* ]]; then
        source=${stage_folders[${1#--from=}]}/$2
        shift
    elif [[ $1 == . ]]; then
        mkdir -p "$image$2"
        tar -C "$context" -c "${left_out[@]}" . | tar -C "$image$2" -x --no-same-owner
        return
    else
        source=$context/$1
    fi
    if [[ -d $source ]]; then
        mkdir -p "$image$2"
        cp -a "$source/." "$image$2/"
    else
        mkdir -p "$(dirname -- "$image$2")"
        cp -a "$source" "$image$2"
    fi
}

# read_ignored FILE: sets $left_out, tar's options for a .dockerignore of plain paths and of names at any depth (**/NAME).
read_ignored() {
    local line
    left_out=()
    while read -r line; do
        case $line in
            '' | \#*) ;;
            '**/'*) left_out+=(--no-anchored "--exclude=${line#**/}") ;;
            *[*?!]*) fail "$1: '$line' is a pattern that is not read here" ;;
            *) left_out+=(--anchored "--exclude=./$line") ;;
        esac
    done <"$1"
}

# build_image DOCKERFILE CONTEXT STAGES
build_image() {
    local file=$1 line step=''
    context=$2 stages=$3
    read_ignored "$file.dockerignore"
    while IFS= read -r line || [[ -n $line ]]; do
        [[ $line != \#* && -n $line ]] || continue
        step+=$line
        if [[ $step == *\\ ]]; then
            step=${step%\\}
            continue
        fi
        SECONDS=0
        take_step "${step%% *}" "${step#* }"
        ((SECONDS < 2)) || say "$step: $SECONDS s"
        step=
    done <"$file"
}

# take_step INSTRUCTION REST
take_step() {
    local words variables rest
    # Arguments of a stage are its own; FROM sees those that stand before the first.
    if [[ $1 == FROM && -n $image ]]; then
        restore_first_arguments
    fi
    rest=$(expanded "$2")
    read -ra words <<<"$rest"
    case $1 in
        ARG) declare_argument "$rest" ;;
        FROM) begin_stage "${words[@]}" ;;
        COPY) copy_step "${words[@]}" ;;
        RUN)
            arguments_and_environment
            run_step "$image" "$rest" "${variables[@]}" || fail "$1 $rest failed"
            ;;
        ENV) image_environment+=("${words[@]}") ;;
        USER) image_user=$rest ;;
        WORKDIR) image_folder=$rest ;;
        VOLUME) image_volume=$rest ;;
        ENTRYPOINT)
            words_of "$rest"
            image_entrypoint=("${words[@]}")
            ;;
        CMD)
            words_of "$rest"
            image_command=("${words[@]}")
            ;;
        HEALTHCHECK)
            words_of "${rest#*CMD}"
            image_health=("${words[@]}")
            ;;
        LABEL | EXPOSE) ;;
        *) fail "$1 is an instruction that is not followed here" ;;
    esac
}
