# getopts: letters alone and together, arguments, the end, errors said by the shell and by the script.
show() {
    OPTIND=1
    while getopts "$options" letter "$@" 2>/dev/null; do
        echo "$letter ${OPTARG:-none}"
    done
    echo "end: letter=$letter index=$OPTIND"
    shift $((OPTIND - 1))
    echo "rest: $*"
}
options=ab:c
show -a -b value -c rest of it
show -acb value rest
show -bvalue -- -a
show -a - -b
show a -a
show
show -ac
show -x -a
show -b
options=:ab:c
show -x -a
show -xb
show -b
show -abx
set -- -c -b 'two words' operand
OPTIND=1
while getopts ab:c o; do echo "$o ${OPTARG:-none}"; done
shift $((OPTIND - 1))
echo "$# $1"
getopts ab:c o
echo "at the end: $?"
